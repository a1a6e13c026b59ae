package neo4jstore

import (
	"fmt"
	"sync"
	"time"

	"zhitu/graph"
)

// breaker makes calls fail at once while the server is known to be gone: each
// would otherwise wait for its whole deadline, and all their callers with it.
// After tripAfter failures in a row it is open for openFor; then one call may
// try, and the others wait for what it finds.
type breaker struct {
	mu       sync.Mutex
	failures int
	until    time.Time // when open: the next try
	trying   bool
}

const (
	tripAfter = 3
	openFor   = time.Second
)

// allow returns ErrUnavailable while the breaker is open.
func (b *breaker) allow() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < tripAfter {
		return nil
	}
	if b.trying || time.Now().Before(b.until) {
		return fmt.Errorf("%w: Neo4j did not answer %d times", graph.ErrUnavailable, b.failures)
	}
	b.trying = true
	return nil
}

// report takes the outcome of a call that was allowed.
func (b *breaker) report(failed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trying = false
	if !failed {
		b.failures = 0
		return
	}
	b.failures++
	b.until = time.Now().Add(openFor)
}

func (b *breaker) open() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failures >= tripAfter
}
