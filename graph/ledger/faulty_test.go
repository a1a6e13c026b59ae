package ledger_test

import (
	"context"
	"errors"
	"iter"
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
	hole    int         // so many times the log ends before it begins
}

func (f *faulty) Changes(ctx context.Context, after graph.Seq) iter.Seq2[graph.Entry, error] {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.hole > 0 {
		f.hole--
		return func(func(graph.Entry, error) bool) {}
	}
	return f.Store.Changes(ctx, after)
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

func TestAStoreThatWasReplacedIsNotFollowed(t *testing.T) {
	s := newStore(t)
	synctest.Test(t, func(t *testing.T) {
		f := &faulty{Store: s}
		other, l := openOn(t, s, ledger.Options{}), openOn(t, f, ledger.Options{})
		apply(t, other, firm("foreign"))
		f.set(func() { f.epoch = "another life" })
		if _, err := l.Apply(t.Context(), batch(firm("b"))); !errors.Is(err, graph.ErrUnavailable) || errors.Is(err, graph.ErrBehind) {
			t.Errorf("%v", err)
		}
		if got := ids(t, l.Snapshot()); len(got) != 0 {
			t.Errorf("readers see %v of another life", got)
		}
		other.Close()
		l.Close()
	})
}

func TestAHoleInTheLogIsWaitedFor(t *testing.T) {
	tests := []struct {
		name string
		hole int
		err  error
	}{{"filled in a moment", 3, nil}, {"not filled", 1000, graph.ErrUnavailable}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStore(t)
			synctest.Test(t, func(t *testing.T) {
				f := &faulty{Store: s}
				other, l := openOn(t, s, ledger.Options{}), openOn(t, f, ledger.Options{})
				apply(t, other, firm("a"))
				f.set(func() { f.hole = tt.hole })
				if _, err := l.Apply(t.Context(), batch(at(0, firm("b")))); !errors.Is(err, tt.err) {
					t.Errorf("%v, want %v", err, tt.err)
				}
				f.set(func() { f.hole = 0 })
				apply(t, l, firm("c"))
				sameAsStore(t, l, s)
				other.Close()
				l.Close()
			})
		})
	}
}
