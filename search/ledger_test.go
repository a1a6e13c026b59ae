package search

import (
	"iter"
	"log/slog"
	"testing"
	"time"

	"zhitu/graph"
	"zhitu/graph/answer"
	"zhitu/graph/ledger"
	"zhitu/graph/localstore"
	"zhitu/seed"
)

// seeded is the shipped graph behind a real ledger, imported before or after
// the index was opened.
func seeded(t *testing.T) (*ledger.Ledger, *Index, func()) {
	t.Helper()
	store, err := localstore.Open(t.TempDir(), localstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	l, err := ledger.Open(t.Context(), store, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	x, err := Open(t.Context(), t.TempDir(), Following(l), Options{
		Status: answer.Statuses, Retry: 10 * time.Millisecond, Log: slog.New(slog.NewTextHandler(testWriter{t}, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	load := func() {
		ops, _, err := seed.Ops(seed.Options{Illustrative: true})
		if err != nil {
			t.Fatal(err)
		}
		each := func(yield func(graph.Op, error) bool) {
			for _, op := range ops {
				if !yield(op, nil) {
					return
				}
			}
		}
		if _, err := l.Import(t.Context(), ledger.ImportOptions{ID: "seed", Author: "seed", Reason: "first start"}, iter.Seq2[graph.Op, error](each)); err != nil {
			t.Fatal(err)
		}
	}
	return l, x, load
}

func TestAnImportIsSearchableWhenItCloses(t *testing.T) {
	l, x, load := seeded(t)
	settled(t, x)
	load()
	settled(t, x)
	if n := x.Status().Documents; n < 1000 {
		t.Errorf("%d documents", n)
	}
	if err := x.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	if x.Status().Rebuilds != 1 {
		t.Errorf("%+v", x.Status())
	}
	if seq := l.Snapshot().Seq(); x.Status().Seq != seq {
		t.Errorf("index at %d, ledger at %d", x.Status().Seq, seq)
	}
}
