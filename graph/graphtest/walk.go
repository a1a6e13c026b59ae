package graphtest

import (
	"context"
	"fmt"
	"iter"
	"testing"

	"zhitu/graph"
)

// modelReader is a Reader over a Model: what RunReader expects of others.
type modelReader struct{ m *Model }

func (r modelReader) Nodes(ctx context.Context, ids []graph.ID) ([]graph.Node, error) {
	var list []graph.Node
	for _, id := range ids {
		if rec, ok := r.m.nodes[id]; ok {
			n, err := rec.Node()
			if err != nil {
				return nil, err
			}
			list = append(list, n)
		}
	}
	return list, ctx.Err()
}

func (r modelReader) Edges(ctx context.Context, ids []graph.ID) ([]graph.Edge, error) {
	var list []graph.Edge
	for _, id := range ids {
		if rec, ok := r.m.edges[id]; ok {
			e, err := rec.Edge()
			if err != nil {
				return nil, err
			}
			list = append(list, e)
		}
	}
	return list, ctx.Err()
}

func (r modelReader) Touching(ctx context.Context, ids []graph.ID, f graph.EdgeFilter) iter.Seq2[graph.Edge, error] {
	return func(yield func(graph.Edge, error) bool) {
		for _, e := range r.m.touching(ids, f) {
			if !yield(e, ctx.Err()) || ctx.Err() != nil {
				return
			}
		}
	}
}

func (r modelReader) OfKind(ctx context.Context, k graph.NodeKind) iter.Seq2[graph.Node, error] {
	return func(yield func(graph.Node, error) bool) {
		for n := range r.m.nodesOf(k) {
			if !yield(n, ctx.Err()) || ctx.Err() != nil {
				return
			}
		}
	}
}

// plainReader hides that a reader can walk.
type plainReader struct{ graph.Reader }

var walkStarts = [][]graph.ID{nil, {"a"}, {"c"}, {"b", "f"}, {"alone"}, {"none"}, {"spoke00001"}, {hub}}

// walks calls check with the walk over r by itself and, if it can do that, by
// its own faster one.
func walks(t *testing.T, m *Model, r graph.Reader, scope graph.Scope, check func(name string, v *graph.View)) {
	t.Helper()
	check("by Touching", graph.NewView(plainReader{r}, m.Head(), scope))
	if _, ok := r.(graph.Walker); ok {
		check("by Walk", graph.NewView(r, m.Head(), scope))
	}
}

func walkLevels(t *testing.T, m *Model, r graph.Reader) {
	walks(t, m, r, graph.Scope{Records: true}, func(name string, v *graph.View) {
		for _, f := range filters() {
			for _, start := range walkStarts {
				for _, depth := range []int{0, 1, 2, 6} {
					got, truncated, err := v.Walk(t.Context(), start, f, depth, 0)
					if err != nil || truncated {
						t.Fatalf("%s: truncated %t, error %v", name, truncated, err)
					}
					want := m.walk(start, f, v.Scope(), depth)
					equal(t, fmt.Sprint(name, " ", start, f, depth), want, got)
				}
			}
		}
	})
}

func walkLimits(t *testing.T, m *Model, r graph.Reader) {
	f := graph.EdgeFilter{Direction: graph.Out}
	walks(t, m, r, graph.Scope{Records: true}, func(name string, v *graph.View) {
		for _, start := range walkStarts {
			whole := m.walk(start, f, v.Scope(), 6)
			for limit := 1; limit < 12; limit++ {
				want, cut := cutLevels(whole, limit)
				got, truncated, err := v.Walk(t.Context(), start, f, 6, limit)
				if err != nil || truncated != cut {
					t.Errorf("%s %v limit %d: truncated %t, error %v; want truncated %t", name, start, limit, truncated, err, cut)
				}
				equal(t, fmt.Sprint(name, " ", start, " limit ", limit), want, got)
			}
		}
	})
}

func cutLevels(levels [][]graph.ID, limit int) (kept [][]graph.ID, cut bool) {
	for _, level := range levels {
		if len(level) > limit {
			if limit > 0 {
				kept = append(kept, level[:limit])
			}
			return kept, true
		}
		kept, limit = append(kept, level), limit-len(level)
	}
	return kept, false
}

func walkDates(t *testing.T, m *Model, r graph.Reader) {
	for _, day := range []graph.Date{graph.Unknown, theDay.AddDays(-1), theDay, theDay.AddDays(1), theDay.AddDays(2)} {
		checkScope(t, m, r, graph.Scope{AsOf: day}, "d")
	}
}

func walkHidden(t *testing.T, m *Model, r graph.Reader) {
	for _, caller := range []graph.Caller{
		{}, {Everything: true}, {Organization: "a"}, {Chains: []graph.ID{"a"}}, {Organization: "b", Chains: []graph.ID{"b"}},
	} {
		checkScope(t, m, r, graph.Scope{Caller: caller}, "e")
		checkScope(t, m, r, graph.Scope{Caller: caller, Records: true}, "e")
	}
}

func checkScope(t *testing.T, m *Model, r graph.Reader, scope graph.Scope, start graph.ID) {
	t.Helper()
	walks(t, m, r, scope, func(name string, v *graph.View) {
		for _, f := range []graph.EdgeFilter{{Direction: graph.Out}, {Kinds: []graph.EdgeKind{graph.Supplies}}} {
			for _, from := range []graph.ID{start, start + "none", "hidden-10", "dated-n1"} {
				got, _, err := v.Walk(t.Context(), []graph.ID{from}, f, 3, 0)
				if err != nil {
					t.Fatal(err)
				}
				equal(t, fmt.Sprint(name, scope, from, f), m.walk([]graph.ID{from}, f, scope, 3), got)
			}
		}
	})
}
