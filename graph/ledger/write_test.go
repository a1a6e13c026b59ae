package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"zhitu/graph"
	"zhitu/graph/ledger"
)

// faulty is a store whose appends can be made to go wrong.
type faulty struct {
	graph.Store
	mu      sync.Mutex
	groups  [][]graph.Entry // that were given to Append
	onWrite func(ctx context.Context, call int, append func() error) error
	onHead  func(ctx context.Context) error
	epoch   graph.Epoch // instead of the real one, if set
}

func (f *faulty) Append(ctx context.Context, expected graph.Seq, entries []graph.Entry) error {
	f.mu.Lock()
	f.groups = append(f.groups, entries)
	call, hook := len(f.groups), f.onWrite
	f.mu.Unlock()
	do := func() error { return f.Store.Append(ctx, expected, entries) }
	if hook == nil {
		return do()
	}
	return hook(ctx, call, do)
}

func (f *faulty) Head(ctx context.Context) (graph.Seq, graph.Epoch, error) {
	f.mu.Lock()
	hook, epoch := f.onHead, f.epoch
	f.mu.Unlock()
	if hook != nil {
		if err := hook(ctx); err != nil {
			return 0, "", err
		}
	}
	seq, real, err := f.Store.Head(ctx)
	if epoch != "" {
		real = epoch
	}
	return seq, real, err
}

func (f *faulty) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

func (f *faulty) calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.groups)
}

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

var errCut = errors.New("connection cut")

func TestUnknownOutcomes(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		tests := []struct {
			name string
			hook func(late *func() error) func(context.Context, int, func() error) error
		}{
			{"it was committed", func(*func() error) func(context.Context, int, func() error) error {
				return func(_ context.Context, call int, do func() error) error {
					err := do()
					if call == 1 {
						return errCut
					}
					return err
				}
			}},
			{"it was rolled back", func(*func() error) func(context.Context, int, func() error) error {
				return func(_ context.Context, call int, do func() error) error {
					if call == 1 {
						return errCut
					}
					return do()
				}
			}},
			{"it is still running, and ends before it is tried again", func(late *func() error) func(context.Context, int, func() error) error {
				return func(_ context.Context, call int, do func() error) error {
					if call == 1 {
						*late = do
						return errCut
					}
					if *late != nil {
						if err := (*late)(); err != nil {
							return err
						}
						*late = nil
					}
					return do()
				}
			}},
			{"it is cut three times", func(*func() error) func(context.Context, int, func() error) error {
				return func(_ context.Context, call int, do func() error) error {
					if call <= 3 {
						return errCut
					}
					return do()
				}
			}},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				s := open(t)
				var late func() error
				f := &faulty{Store: s, onWrite: tt.hook(&late)}
				l := openOn(t, f, ledger.Options{})
				r, err := l.Apply(t.Context(), batch(firm("a")))
				if err != nil || r.Seq != 1 || r.Replayed {
					t.Fatalf("entry %d, replayed %t: %v", r.Seq, r.Replayed, err)
				}
				if got := r.Records[0].ID(); got != "a" {
					t.Errorf("record %s", got)
				}
				apply(t, l, firm("b"))
				sameAsStore(t, l, s)
			})
		}
	})
}

func TestAnOutcomeThatStaysUnknownIsSettledByTheSameCommand(t *testing.T) {
	s := newStore(t)
	synctest.Test(t, func(t *testing.T) {
		down := errors.New("down")
		f := &faulty{Store: s, onHead: nil}
		l := openOn(t, f, ledger.Options{})
		f.set(func() {
			f.onHead = func(context.Context) error { return down }
			f.onWrite = func(_ context.Context, _ int, do func() error) error { _ = do(); return errCut }
		})
		b := batch(firm("a"))
		b.Command = "key-1"
		_, err := l.Apply(t.Context(), b)
		if !errors.Is(err, graph.ErrUnavailable) || errors.Is(err, graph.ErrBehind) {
			t.Fatalf("%v", err)
		}
		if got := ids(t, l.Snapshot()); len(got) != 0 {
			t.Errorf("readers see %v of an unknown outcome", got)
		}
		f.set(func() { f.onHead, f.onWrite = nil, nil })
		r, err := l.Apply(t.Context(), b)
		if err != nil || r.Seq != 1 || !r.Replayed {
			t.Errorf("entry %d, replayed %t: %v", r.Seq, r.Replayed, err)
		}
		sameAsStore(t, l, s)
		l.Close()
	})
}

func TestAStoreThatHangsCostsACallerItsDeadlineAndNoMore(t *testing.T) {
	s := newStore(t)
	synctest.Test(t, func(t *testing.T) {
		f := &faulty{Store: s}
		l := openOn(t, f, ledger.Options{})
		f.set(func() {
			f.onWrite = func(ctx context.Context, _ int, _ func() error) error { <-ctx.Done(); return ctx.Err() }
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		_, err := l.Apply(ctx, batch(firm("a")))
		if took := time.Since(began); !errors.Is(err, graph.ErrUnavailable) || took > 1100*time.Millisecond {
			t.Errorf("after %v: %v", took, err)
		}
		f.set(func() { f.onWrite = nil })
		apply(t, l, firm("b"))
		diff(t, "records", []graph.ID{"b"}, ids(t, l.Snapshot()))
		l.Close()
	})
}

func TestAStoreThatIsDownIsToldAtOnce(t *testing.T) {
	s := newStore(t)
	synctest.Test(t, func(t *testing.T) {
		f := &faulty{Store: s}
		l := openOn(t, f, ledger.Options{})
		down := errors.New("down")
		f.set(func() {
			f.onHead = func(context.Context) error { return down }
			f.onWrite = func(context.Context, int, func() error) error { return down }
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := l.Apply(ctx, batch(firm("a"))); !errors.Is(err, graph.ErrUnavailable) { // this one finds out
			t.Errorf("%v", err)
		}
		began := time.Now()
		_, err := l.Apply(t.Context(), batch(firm("b")))
		if took := time.Since(began); !errors.Is(err, graph.ErrUnavailable) || took > 0 {
			t.Errorf("after %v: %v", took, err)
		}
		f.set(func() { f.onHead, f.onWrite = nil, nil })
		apply(t, l, firm("c"))
		diff(t, "records", []graph.ID{"c"}, ids(t, l.Snapshot()))
		l.Close()
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

func TestAStoreThatWasReplacedIsNotWrittenTo(t *testing.T) {
	s := newStore(t)
	synctest.Test(t, func(t *testing.T) {
		f := &faulty{Store: s}
		l := openOn(t, f, ledger.Options{})
		apply(t, l, firm("a"))
		f.set(func() {
			f.epoch = "another life"
			f.onWrite = func(context.Context, int, func() error) error { return graph.ErrBehind }
		})
		if _, err := l.Apply(t.Context(), batch(firm("b"))); !errors.Is(err, graph.ErrUnavailable) || errors.Is(err, graph.ErrBehind) {
			t.Errorf("%v", err)
		}
		l.Close()
	})
}

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
