package ledger_test

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"testing"

	"zhitu/graph"
	"zhitu/graph/ledger"
)

// seeded opens a ledger on a graph of n firms in a row.
func seeded(b *testing.B, s graph.Store, n int) *ledger.Ledger {
	b.Helper()
	l := openOn(b, s, ledger.Options{})
	if _, err := l.Import(b.Context(), options("seed"), rows(chain("f", n)...)); err != nil {
		b.Fatal(err)
	}
	return l
}

// BenchmarkApply commits durable batches of one new firm and one edge, from a
// number of writers: a group shares the cost of a commit.
func BenchmarkApply(b *testing.B) {
	for _, writers := range []int{1, 8, 16, 64} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			l := seeded(b, newStore(b), 20_000)
			var next atomic.Int64
			b.ResetTimer()
			var all sync.WaitGroup
			for range writers {
				all.Go(func() {
					for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
						id := graph.ID(fmt.Sprintf("new%09d", i))
						if _, err := l.Apply(b.Context(), batch(firm(id), putEdge(edge(graph.Supplies, "e-"+id, id, "f00001")))); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			all.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
		})
	}
}

// forgetful is a store that keeps nothing: what is left of a write is judgement
// and publication.
type forgetful struct{ graph.Store }

func (forgetful) Append(context.Context, graph.Seq, []graph.Entry) error { return nil }

func (forgetful) Changes(context.Context, graph.Seq) iter.Seq2[graph.Entry, error] {
	return func(func(graph.Entry, error) bool) {}
}

// BenchmarkJudge is BenchmarkApply without the store, from one writer.
func BenchmarkJudge(b *testing.B) {
	l := seeded(b, forgetful{newStore(b)}, 20_000)
	i := 0
	for b.Loop() {
		i++
		id := graph.ID(fmt.Sprintf("new%09d", i))
		if _, err := l.Apply(b.Context(), batch(firm(id), putEdge(edge(graph.Supplies, "e-"+id, id, graph.ID(fmt.Sprintf("f%05d", i%20_000)))))); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkImport imports 100,000 operations, by the operation.
func BenchmarkImport(b *testing.B) {
	const n = 50_000
	ops := chain("f", n)
	for b.Loop() {
		l := openOn(b, forgetful{newStore(b)}, ledger.Options{})
		if _, err := l.Import(b.Context(), options("i"), rows(ops...)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(ops)*b.N)/b.Elapsed().Seconds(), "operations/s")
}
