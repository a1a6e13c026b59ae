package ledger_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"zhitu/graph"
	"zhitu/graph/ledger"
	"zhitu/graph/snapshot"
)

func drawOp(rt *rapid.T) graph.Op {
	id := func(label string) graph.ID { return graph.ID(fmt.Sprint("p", rapid.IntRange(0, 6).Draw(rt, label))) }
	switch rapid.IntRange(0, 7).Draw(rt, "op") {
	case 0, 1, 2:
		return putNode(node(graph.Product, id("id"), rapid.SampledFrom([]string{"甲", "乙", "丙"}).Draw(rt, "name")))
	case 3, 4:
		e := edge(graph.Supplies, graph.ID(fmt.Sprint("s", rapid.IntRange(0, 4).Draw(rt, "edge"))), id("from"), id("to"))
		return putEdge(e)
	case 5:
		return putEdge(edge(graph.Broader, graph.ID(fmt.Sprint("b", rapid.IntRange(0, 4).Draw(rt, "edge"))), id("from"), id("to")))
	case 6:
		return graph.Op{DeleteNode: id("gone")}
	}
	return graph.Op{DeleteEdge: graph.ID(fmt.Sprint(rapid.SampledFrom([]string{"s", "b"}).Draw(rt, "kind"), rapid.IntRange(0, 4).Draw(rt, "gone")))}
}

// lawful holds a graph against the rules by looking at all of it.
func lawful(rt *rapid.T, s *snapshot.Snapshot) {
	parents := map[graph.ID]graph.ID{}
	for r := range s.All() {
		if !r.IsEdge() {
			continue
		}
		h, err := r.Head()
		if err != nil {
			rt.Fatal(err)
		}
		for _, id := range []graph.ID{h.From, h.To} {
			if _, ok := s.Head(id); !ok {
				rt.Fatalf("edge %s: node %s is not there", h.ID, id)
			}
		}
		if h.EdgeKind != graph.Broader {
			continue
		}
		if other, twice := parents[h.From]; twice {
			rt.Fatalf("%s has parents %s and %s", h.From, other, h.To)
		}
		parents[h.From] = h.To
	}
	for id := range parents {
		at, steps := id, 0
		for up, ok := parents[at]; ok; up, ok = parents[at] {
			if at = up; steps > len(parents) {
				rt.Fatalf("%s is above itself", id)
			}
			steps++
		}
	}
}

// drawUndo takes something back, sometimes, and tells whether it did.
func drawUndo(rt *rapid.T, l *ledger.Ledger) bool {
	var err error
	switch rapid.IntRange(0, 9).Draw(rt, "undo") {
	case 0, 1:
		_, err = l.Undo(rt.Context(), graph.Seq(rapid.IntRange(1, 20).Draw(rt, "entry")), "李", "撤销", "")
	case 2:
		_, err = l.UndoImport(rt.Context(), rapid.SampledFrom([]string{"x", "y"}).Draw(rt, "import"), "李", "撤销", "")
	default:
		return false
	}
	if err != nil && !errors.Is(err, graph.ErrConflict) && !errors.Is(err, graph.ErrNotFound) {
		rt.Fatalf("undo: %v", err)
	}
	return err == nil
}

// TestAnySequenceOfWrites draws batches, good and bad, of nobody and of two
// imports, and restarts. Whatever happens, what readers see is lawful, is the
// log without open imports, and can be had again by its number.
func TestAnySequenceOfWrites(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newStore(t)
		l := openOn(t, s, ledger.Options{})
		seen := map[graph.Seq][]graph.Record{}
		for range rapid.IntRange(1, 14).Draw(rt, "batches") {
			b := batch(rapid.SliceOfN(rapid.Custom(drawOp), 1, 5).Draw(rt, "ops")...)
			b.Import = rapid.SampledFrom([]string{"", "", "x", "y"}).Draw(rt, "import")
			b.Closing = b.Import != "" && rapid.Bool().Draw(rt, "closing")
			r, err := l.Apply(t.Context(), b)
			if err == nil {
				seen[r.Seq] = records(t, l.Snapshot())
			}
			if drawUndo(rt, l) {
				seen[l.Snapshot().Seq()] = records(t, l.Snapshot())
			}
			lawful(rt, l.Snapshot())
			if rapid.IntRange(0, 6).Draw(rt, "restart") == 0 {
				before := records(t, l.Snapshot())
				l.Close()
				l = openOn(t, s, ledger.Options{})
				if !slices.Equal(before, records(t, l.Snapshot())) {
					rt.Fatalf("other records after a restart")
				}
			}
		}
		for seq, want := range seen {
			got, err := l.At(t.Context(), seq)
			if err != nil || !slices.Equal(want, records(t, got)) {
				rt.Fatalf("another state at %d: %v", seq, err)
			}
		}
		for _, open := range l.OpenImports() {
			if _, err := l.UndoImport(t.Context(), open.ID, "李", "撤销", ""); err != nil {
				rt.Fatalf("undo of %s: %v", open.ID, err)
			}
		}
		sameAsStore(t, l, s)
		lawful(rt, l.Snapshot())
		l.Close()
	})
}
