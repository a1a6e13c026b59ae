package ledger

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"zhitu/graph"
)

// How many command ids are kept in memory.
const rememberedCommands = 1 << 14

// known is what became of a command.
type known struct {
	seq   graph.Seq
	hash  string
	empty bool // it changed nothing and has no entry
	own   bool // found in the log by the request that put it there
}

// commands remembers the newest.
type commands struct {
	mu   sync.Mutex
	byID map[string]known
	ring []string
	next int
}

func (c *commands) find(id string) (known, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.byID[id]
	return k, ok
}

func (c *commands) remember(id string, k known) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byID == nil {
		c.byID, c.ring = map[string]known{}, make([]string, rememberedCommands)
	}
	if _, again := c.byID[id]; !again {
		delete(c.byID, c.ring[c.next])
		c.ring[c.next] = id
		c.next = (c.next + 1) % len(c.ring)
	}
	c.byID[id] = k
}

// newCommand makes an id that rises with time, so that a store which keeps ids
// in order writes new ones side by side.
func newCommand(now time.Time) string {
	return fmt.Sprintf("%014x-%08x", now.UnixMicro(), rand.Uint32())
}

// sameCommand refuses a command id that was used for another request.
func sameCommand(k known, b *batch) error {
	if k.hash == b.Hash {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrCommandReused, &graph.InvalidError{
		Field: "command", Code: "command_reused", Value: b.Command, Is: graph.ErrConflict,
	})
}

// lookUp finds a command that is older than the memory, in the log.
func (l *Ledger) lookUp(ctx context.Context, command string) (known, bool, error) {
	for e, err := range l.store.Changes(ctx, 0) {
		if err != nil {
			return known{}, false, fmt.Errorf("looking for command %q: %w", command, err)
		}
		if e.Command == command {
			return known{seq: e.Seq, hash: e.Hash}, true, nil
		}
	}
	return known{}, false, nil
}
