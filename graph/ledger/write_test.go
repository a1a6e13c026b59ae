package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"zhitu/graph"
	"zhitu/graph/ledger"
)

// group applies batches so that the writer takes them together: it is held at a
// first write while they queue up.
func group(t *testing.T, l *ledger.Ledger, f *faulty, batches ...graph.Batch) ([]ledger.Result, []error) {
	t.Helper()
	inside, release := make(chan struct{}), make(chan struct{})
	f.set(func() {
		f.onWrite = func(_ context.Context, _ int, do func() error) error {
			f.set(func() { f.onWrite = nil })
			close(inside)
			<-release
			return do()
		}
	})
	var all sync.WaitGroup
	all.Go(func() {
		if _, err := l.Apply(t.Context(), batch(firm("blocker"))); err != nil {
			t.Error(err)
		}
	})
	<-inside
	results, errs := make([]ledger.Result, len(batches)), make([]error, len(batches))
	for i, b := range batches {
		all.Go(func() { results[i], errs[i] = l.Apply(t.Context(), b) })
		synctest.Wait() // it is in the queue
	}
	close(release)
	all.Wait()
	return results, errs
}

func TestAGroupIsOneAppendAndABadOneFailsAlone(t *testing.T) {
	s := newStore(t)
	synctest.Test(t, func(t *testing.T) {
		f := &faulty{Store: s}
		l := openOn(t, f, ledger.Options{})
		results, errs := group(t, l, f,
			batch(firm("a")),
			batch(putEdge(edge(graph.Supplies, "e1", "a", "nowhere"))),
			batch(firm("b"), putEdge(edge(graph.Supplies, "e2", "b", "a"))), // sees the first
			batch(at(0, firm("a"))),
		)
		if errs[0] != nil || errs[2] != nil || !errors.Is(errs[1], graph.ErrInvalid) || !errors.Is(errs[3], graph.ErrConflict) {
			t.Errorf("errors %v", errs)
		}
		if f.calls() != 2 || results[0].Seq != 2 || results[2].Seq != 3 {
			t.Errorf("%d appends, entries %d and %d", f.calls(), results[0].Seq, results[2].Seq)
		}
		sameAsStore(t, l, s)
		l.Close()
	})
}

func TestFiftyParallelDuplicatesHaveOneEffectAndOneAnswer(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		tests := []struct {
			name   string
			before bool // the command is in the log, and older than the ledger
		}{{"all new", false}, {"older than the memory", true}}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				s := open(t)
				b := batch(firm("a"))
				b.Command, b.Hash = "key-1", "h"
				if tt.before {
					first := openOn(t, s, ledger.Options{})
					if _, err := first.Apply(t.Context(), b); err != nil {
						t.Fatal(err)
					}
					apply(t, first, putNode(node(graph.Firm, "a", "改名")))
					first.Close()
				}
				l := openOn(t, s, ledger.Options{})
				results, errs := make([]ledger.Result, 50), make([]error, 50)
				var all sync.WaitGroup
				for i := range results {
					all.Go(func() { results[i], errs[i] = l.Apply(t.Context(), b) })
				}
				all.Wait()
				fresh := 0
				for i, r := range results {
					if errs[i] != nil || r.Seq != 1 {
						t.Fatalf("entry %d: %v", r.Seq, errs[i])
					}
					diff(t, "records", results[0].Records, r.Records)
					if !r.Replayed {
						fresh++
					}
				}
				if want := map[bool]int{true: 0, false: 1}[tt.before]; fresh != want {
					t.Errorf("%d answers are the first, want %d", fresh, want)
				}
				b.Hash = "other"
				if _, err := l.Apply(t.Context(), b); !errors.Is(err, ledger.ErrCommandReused) {
					t.Errorf("another request: %v", err)
				}
				sameAsStore(t, l, s)
			})
		}
	})
}

func TestAFullQueueRefusesAtOnceAndACancelledWriteIsWithdrawn(t *testing.T) {
	s := newStore(t)
	synctest.Test(t, func(t *testing.T) {
		f := &faulty{Store: s}
		l := openOn(t, f, ledger.Options{QueueLen: 1})
		release := make(chan struct{})
		f.set(func() {
			f.onWrite = func(_ context.Context, _ int, do func() error) error { <-release; return do() }
		})
		var all sync.WaitGroup
		taken, cancelTaken := context.WithCancel(t.Context())
		all.Go(func() { // the writer has it: its outcome is told although it is cancelled
			if r, err := l.Apply(taken, batch(firm("a"))); err != nil || r.Seq != 1 {
				t.Errorf("a write that was taken: %d, %v", r.Seq, err)
			}
		})
		synctest.Wait()
		queued, cancelQueued := context.WithCancel(t.Context())
		all.Go(func() {
			if _, err := l.Apply(queued, batch(firm("b"))); !errors.Is(err, context.Canceled) {
				t.Errorf("a write that was queued: %v", err)
			}
		})
		synctest.Wait()
		if _, err := l.Apply(t.Context(), batch(firm("c"))); !errors.Is(err, graph.ErrUnavailable) {
			t.Errorf("a full queue: %v", err)
		}
		cancelTaken()
		cancelQueued()
		synctest.Wait()
		close(release)
		all.Wait()
		apply(t, l, firm("d"))
		diff(t, "records", []graph.ID{"a", "d"}, ids(t, l.Snapshot()))
		l.Close()
	})
}

func TestASnapshotNeverShowsHalfABatch(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		s := open(t)
		l := openOn(t, s, ledger.Options{})
		pair := func(i int) []graph.Op {
			name := fmt.Sprint("第 ", i)
			return []graph.Op{putNode(node(graph.Firm, "a", name)), putNode(node(graph.Firm, "b", name))}
		}
		apply(t, l, pair(0)...)
		stop := make(chan struct{})
		var readers sync.WaitGroup
		for range 2 {
			readers.Go(func() {
				last := graph.Seq(0)
				for {
					select {
					case <-stop:
						return
					default:
					}
					now := l.Snapshot()
					a, _ := now.Node("a")
					b, _ := now.Node("b")
					if a.Name != b.Name || now.Seq() < last {
						t.Errorf("%q beside %q, at %d after %d", a.Name, b.Name, now.Seq(), last)
						return
					}
					last = now.Seq()
				}
			})
		}
		var writers sync.WaitGroup
		for w := range 4 {
			writers.Go(func() {
				for i := range 25 {
					if _, err := l.Apply(t.Context(), batch(pair(w*1000+i+1)...)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		writers.Wait()
		close(stop)
		readers.Wait()
		sameAsStore(t, l, s)
	})
}

func TestAFollowerIsWokenAndReadsEveryEntryOnce(t *testing.T) {
	s := newStore(t)
	l := openOn(t, s, ledger.Options{})
	var seen []graph.Seq
	var follower sync.WaitGroup
	follower.Go(func() {
		for mark := graph.Seq(0); mark < 20; {
			if err := l.Wait(t.Context(), mark); err != nil {
				t.Error(err)
				return
			}
			for e, err := range l.Changes(t.Context(), mark) {
				if err != nil {
					t.Error(err)
					return
				}
				mark = e.Seq
				seen = append(seen, e.Seq)
			}
		}
	})
	for i := range 20 {
		apply(t, l, firm(graph.ID(fmt.Sprint("f", i))))
	}
	follower.Wait()
	want := make([]graph.Seq, 20)
	for i := range want {
		want[i] = graph.Seq(i + 1)
	}
	if !slices.Equal(seen, want) {
		t.Errorf("entries %v", seen)
	}
}
