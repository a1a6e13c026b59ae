package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"zhitu/graph"
	"zhitu/graph/ledger"
)

func TestOfTwoLedgersOneIsPaused(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		s := open(t)
		f := &faulty{Store: s}
		awake, paused := openOn(t, s, ledger.Options{}), openOn(t, f, ledger.Options{})
		inside, release := make(chan struct{}), make(chan struct{})
		f.set(func() {
			f.onWrite = func(_ context.Context, call int, do func() error) error {
				if call == 1 {
					close(inside)
					<-release
				}
				return do()
			}
		})
		var late, stale error
		var lateSeq graph.Seq
		var all sync.WaitGroup
		all.Go(func() {
			r, err := paused.Apply(t.Context(), batch(firm("late")))
			late, lateSeq = err, r.Seq
		})
		<-inside
		for i := range 10 {
			apply(t, awake, firm(graph.ID(fmt.Sprint("f", i))))
		}
		apply(t, awake, putNode(node(graph.Firm, "f1", "改名")))
		all.Go(func() { _, stale = paused.Apply(t.Context(), batch(at(2, firm("f1")))) })
		close(release)
		all.Wait()
		if late != nil || lateSeq != 12 || !errors.Is(stale, graph.ErrStale) {
			t.Errorf("late entry %d: %v; an old version: %v", lateSeq, late, stale)
		}
		sameAsStore(t, paused, s)
		apply(t, awake, firm("more"))
		sameAsStore(t, awake, s)
	})
}

func TestACycleThatTwoLedgersWouldClose(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		s := open(t)
		one, two := openOn(t, s, ledger.Options{}), openOn(t, s, ledger.Options{})
		apply(t, one, putNode(problem("p", "")), putNode(problem("q", "")))
		_, err1 := one.Apply(t.Context(), batch(putEdge(edge(graph.Causes, "pq", "p", "q"))))
		_, err2 := two.Apply(t.Context(), batch(putEdge(edge(graph.Causes, "qp", "q", "p"))))
		if err1 != nil || len(codes(err2)) == 0 {
			t.Errorf("%v; %v", err1, err2)
		}
	})
}

// TestCountersOverSeveralLedgers lets four ledgers add to one number, each step
// guarded by the version it was read at: every acknowledged step must be there.
func TestCountersOverSeveralLedgers(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		s := open(t)
		const ledgers, writers, steps = 4, 2, 10
		var opened []*ledger.Ledger
		for range ledgers {
			opened = append(opened, openOn(t, s, ledger.Options{Poll: true}))
		}
		apply(t, opened[0], putNode(counter(0)))
		var all sync.WaitGroup
		for _, l := range opened {
			for range writers {
				all.Go(func() {
					for range steps {
						if err := step(t.Context(), l); err != nil {
							t.Error(err)
							return
						}
					}
				})
			}
		}
		all.Wait()
		if err := opened[0].Wait(t.Context(), ledgers*writers*steps); err != nil {
			t.Fatal(err)
		}
		n, _ := opened[0].Snapshot().Node("counter")
		if got := n.Fields.Int("size_year"); got != ledgers*writers*steps {
			t.Errorf("counted %d, want %d", got, ledgers*writers*steps)
		}
		sameAsStore(t, opened[0], s)
	})
}

func counter(n int64) graph.Node {
	c := node(graph.Firm, "counter", "计数")
	c.Fields = graph.Fields{"size_year": n}
	return c
}

// step adds one, reading again as often as somebody else was faster.
func step(ctx context.Context, l *ledger.Ledger) error {
	for {
		n, ok := l.Snapshot().Node("counter")
		if ok {
			next := counter(n.Fields.Int("size_year") + 1)
			_, err := l.Apply(ctx, batch(at(n.Version, putNode(next))))
			if !errors.Is(err, graph.ErrStale) {
				return err
			}
		}
		if err := l.Wait(ctx, l.Snapshot().Seq()-1); err != nil {
			return err
		}
	}
}
