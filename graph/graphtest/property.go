package graphtest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"zhitu/graph"
)

var modelCases = []storeCase{
	{"any sequence of appends ends as in a plain map", anySequence},
}

// anySequence draws groups of entries, good and bad, and compares the store
// with the model after each draw. All draws go into one store: a new one for
// each would leave no time for the sequences.
func anySequence(t *testing.T, s graph.Store) {
	m := NewModel()
	rapid.Check(t, func(rt *rapid.T) {
		next := m.Clone()
		var group []graph.Entry
		for range rapid.IntRange(1, 4).Draw(rt, "entries") {
			group = append(group, next.Next(drawOps(rt, next)...))
		}
		if rapid.IntRange(0, 4).Draw(rt, "spoil") == 0 {
			spoil(rt, group)
			if err := s.Append(t.Context(), m.Head(), group); !errors.Is(err, graph.ErrBehind) {
				rt.Fatalf("spoiled append: %v, want ErrBehind", err)
			}
		} else {
			if err := s.Append(t.Context(), m.Head(), group); err != nil {
				rt.Fatalf("append after %d: %v", m.Head(), err)
			}
			m = next
		}
		sameRecords(t, m.Records(), scan(t, s))
	})
	same(t, m, s)
}

var drawnNodeKinds = []graph.NodeKind{graph.Firm, graph.Product, graph.Problem, graph.Standard}
var drawnEdgeKinds = []graph.EdgeKind{graph.Supplies, graph.Addresses, graph.Requires}

// drawOps returns operations that are legal on m: few ids, so that they meet.
func drawOps(rt *rapid.T, m *Model) []graph.Op {
	var ops []graph.Op
	nodes := maps.Clone(m.nodes)
	id := rapid.Custom(func(rt *rapid.T) graph.ID {
		return graph.ID(fmt.Sprintf("%s%d", rapid.SampledFrom([]string{"a", "a.", "a:"}).Draw(rt, "prefix"), rapid.IntRange(0, 6).Draw(rt, "id")))
	})
	for range rapid.IntRange(0, 6).Draw(rt, "ops") {
		switch rapid.IntRange(0, 5).Draw(rt, "op") {
		case 0, 1:
			n := Node(rapid.SampledFrom(drawnNodeKinds).Draw(rt, "kind"), id.Draw(rt, "node"), rapid.String().Draw(rt, "name"))
			n.Aliases = rapid.SliceOfN(rapid.String(), 0, 3).Draw(rt, "aliases")
			n.Fields = graph.Fields{"note": rapid.String().Draw(rt, "note")}
			n.ValidFrom = rapid.SampledFrom([]graph.Date{graph.Unknown, graph.Open, 700_000}).Draw(rt, "from")
			nodes[n.ID] = graph.Record{}
			ops = append(ops, PutNode(n))
		case 2, 3:
			if len(nodes) == 0 {
				continue
			}
			ends := rapid.SampledFrom(slices.Sorted(maps.Keys(nodes)))
			e := Edge(rapid.SampledFrom(drawnEdgeKinds).Draw(rt, "kind"), id.Draw(rt, "edge"), ends.Draw(rt, "from"), ends.Draw(rt, "to"))
			e.Fields = graph.Fields{"note": rapid.String().Draw(rt, "note")}
			ops = append(ops, PutEdge(e))
		case 4:
			if len(nodes) == 0 {
				continue
			}
			gone := rapid.SampledFrom(slices.Sorted(maps.Keys(nodes))).Draw(rt, "delete")
			delete(nodes, gone)
			ops = append(ops, graph.Op{DeleteNode: gone})
		case 5:
			if len(m.edges) == 0 {
				continue
			}
			gone := rapid.SampledFrom(slices.Sorted(maps.Keys(m.edges))).Draw(rt, "delete edge")
			ops = append(ops, graph.Op{DeleteEdge: gone})
		}
	}
	return ops
}

// spoil makes one entry of the group contradict the store.
func spoil(rt *rapid.T, group []graph.Entry) {
	e := &group[rapid.IntRange(0, len(group)-1).Draw(rt, "which")]
	missing := graph.EncodeNode(Node(graph.Firm, "missing", "无"))
	e.Changes = append(slices.Clone(e.Changes), graph.Change{Before: missing, After: missing})
}
