package graphtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"testing"

	"zhitu/graph"
)

// Rounds returns how often a crash is tried: ZHITU_LONG=1 asks for the many.
func Rounds(few, many int) int {
	if os.Getenv("ZHITU_LONG") == "1" {
		return many
	}
	return few
}

// CrashWriters is how many write at one time in a crash test.
const CrashWriters = 3

// WriteUntilCrash has several writers append to s, each as it likes, until ctx
// ends or s fails. Every command that was acknowledged goes to ack.
func WriteUntilCrash(ctx context.Context, s graph.Store, ack func(command string)) error {
	start, _, err := s.Head(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for w := range CrashWriters {
		wg.Go(func() {
			writer := crashWriter{store: s, name: fmt.Sprintf("r%d-w%d", start, w)}
			for i := 0; ctx.Err() == nil; i++ {
				command, err := writer.write(ctx, i)
				if err != nil {
					cancel(err)
					return
				}
				ack(command)
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// crashWriter makes a chain of nodes, changes the one before, deletes an older
// one with its edges: several records of each sort in every entry.
type crashWriter struct {
	store graph.Store
	name  string
}

func (w *crashWriter) write(ctx context.Context, i int) (command string, err error) {
	command = fmt.Sprintf("%s-%d", w.name, i)
	for {
		at, _, err := w.store.Head(ctx)
		if err != nil {
			return "", err
		}
		e := graph.Entry{Seq: at + 1, Author: w.name, Command: command, Changes: w.changes(i, at+1)}
		err = w.store.Append(ctx, at, []graph.Entry{e})
		if err == nil {
			return command, nil
		}
		if !errors.Is(err, graph.ErrBehind) {
			return "", err
		}
	}
}

func (w *crashWriter) node(i int, seq graph.Seq) graph.Record {
	n := Node(graph.Firm, graph.ID(fmt.Sprintf("%s-n%06d", w.name, i)), "企业")
	n.Seq, n.Version = seq, int64(seq)
	return graph.EncodeNode(n)
}

func (w *crashWriter) edge(i int) graph.Record {
	from := graph.ID(fmt.Sprintf("%s-n%06d", w.name, i))
	to := graph.ID(fmt.Sprintf("%s-n%06d", w.name, i-1))
	return graph.EncodeEdge(Edge(graph.Supplies, graph.ID(fmt.Sprintf("%s-e%06d", w.name, i)), from, to))
}

// changes creates node i; from the second on an edge to the one before, which
// changes; and in every third entry the edge before is deleted.
func (w *crashWriter) changes(i int, seq graph.Seq) []graph.Change {
	if i == 0 {
		return []graph.Change{{After: w.node(0, seq)}}
	}
	changes := []graph.Change{{Before: w.node(i-1, 0), After: w.node(i-1, seq)}, {After: w.node(i, seq)}}
	if i%3 == 0 {
		changes = append(changes, graph.Change{Before: w.edge(i - 1)})
	}
	return append(changes, graph.Change{After: w.edge(i)})
}

// WriteInChild is the main of a process that a crash test kills: each
// acknowledged command is a line of out.
func WriteInChild(ctx context.Context, s graph.Store, out io.Writer) error {
	var mu sync.Mutex
	return WriteUntilCrash(ctx, s, func(command string) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintln(out, command)
	})
}

// Child returns the test binary as a process that runs only the test name,
// with env set.
func Child(t *testing.T, name string, env ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+name+"$", "-test.timeout=10m")
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	return cmd
}

// CrashAfter returns after how many acknowledgements to kill: the others that
// write at that moment are caught anywhere.
func CrashAfter() int { return 5 + rand.IntN(60) }

// KillWriter starts cmd, kills it after some acknowledgements, and returns every command that it had acknowledged.
func KillWriter(t *testing.T, cmd *exec.Cmd) []string {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var acked []string
	after := CrashAfter()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		acked = append(acked, lines.Text())
		if len(acked) == after {
			_ = cmd.Process.Kill()
		}
	}
	if err := cmd.Wait(); err == nil || len(acked) == 0 {
		t.Fatalf("the writer ended by itself after %d commands: %v", len(acked), err)
	}
	return acked
}

// CheckAfterCrash fails unless every acknowledged command is in the log once,
// the log has no hole, and the records are what the log makes of them.
func CheckAfterCrash(t *testing.T, s graph.Store, acked []string) {
	t.Helper()
	m := NewModel()
	times := map[string]int{}
	for _, e := range changes(t, s, 0) {
		if e.Seq != m.Head()+1 {
			t.Fatalf("entry %d follows %d", e.Seq, m.Head())
		}
		times[e.Command]++
		m.take(e)
	}
	if got := head(t, s); got != m.Head() {
		t.Errorf("the head is %d and the log ends at %d", got, m.Head())
	}
	sameRecords(t, m.Records(), scan(t, s))
	for _, command := range acked {
		if times[command] != 1 {
			t.Errorf("acknowledged command %s is in the log %d times", command, times[command])
		}
	}
}
