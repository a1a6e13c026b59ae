package ledger_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"zhitu/graph"
	"zhitu/graph/ledger"
)

func TestAtGivesEveryOlderState(t *testing.T) {
	l := openOn(t, newStore(t), ledger.Options{})
	states := [][]graph.Record{nil}
	keep := func() { states = append(states, records(t, l.Snapshot())) }
	apply(t, l, firm("a"), firm("b"), putEdge(edge(graph.Supplies, "e", "a", "b")))
	keep()
	apply(t, l, putNode(node(graph.Firm, "a", "改名")))
	keep()
	apply(t, l, graph.Op{DeleteNode: "b"})
	keep()
	apply(t, l, firm("b"), putEdge(edge(graph.Supplies, "e", "b", "a")))
	keep()
	for round := range 2 { // the second from memory
		for seq, want := range states {
			s, err := l.At(t.Context(), graph.Seq(seq))
			if err != nil {
				t.Fatalf("round %d, state %d: %v", round, seq, err)
			}
			if s.Seq() != graph.Seq(seq) {
				t.Errorf("state %d is numbered %d", seq, s.Seq())
			}
			diff(t, fmt.Sprint("state at ", seq), want, records(t, s))
		}
	}
	for _, seq := range []graph.Seq{5, -1} {
		if _, err := l.At(t.Context(), seq); !errors.Is(err, graph.ErrNotFound) {
			t.Errorf("state at %d: %v", seq, err)
		}
	}
}

func TestHistoryGoesThroughEveryLifeOfARecord(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		l := openOn(t, open(t), ledger.Options{})
		apply(t, l, firm("other"))
		apply(t, l, firm("a"), putEdge(edge(graph.Supplies, "e", "a", "other")))
		apply(t, l, firm("more"))
		apply(t, l, putNode(node(graph.Firm, "a", "改名")))
		apply(t, l, graph.Op{DeleteNode: "a"})
		apply(t, l, firm("a"))
		seqs := func(entries []graph.Entry, err error) []graph.Seq {
			if err != nil {
				t.Fatal(err)
			}
			var out []graph.Seq
			for _, e := range entries {
				if len(e.Changes) != 1 {
					t.Errorf("entry %d tells %d changes", e.Seq, len(e.Changes))
				}
				out = append(out, e.Seq)
			}
			return out
		}
		diff(t, "history of a", []graph.Seq{2, 4, 5, 6}, seqs(l.History(t.Context(), "a")))
		diff(t, "history of e", []graph.Seq{2, 5}, seqs(l.EdgeHistory(t.Context(), "e")))
		apply(t, l, graph.Op{DeleteNode: "a"})
		diff(t, "history of a, deleted again", []graph.Seq{2, 4, 5, 6, 7}, seqs(l.History(t.Context(), "a")))
		diff(t, "history of nothing", []graph.Seq{}, seqs(l.History(t.Context(), "nowhere")))
		diff(t, "history of a node is not that of an edge", []graph.Seq{}, seqs(l.History(t.Context(), "e")))
	})
}

// content returns what is there, without versions and numbers, which an undo
// does not take back.
func content(t *testing.T, l *ledger.Ledger) []graph.Record {
	t.Helper()
	out := records(t, l.Snapshot())
	for i, r := range out {
		if r.IsEdge() {
			e, err := r.Edge()
			if err != nil {
				t.Fatal(err)
			}
			e.Version, e.Seq = 0, 0
			out[i] = graph.EncodeEdge(e)
			continue
		}
		n, err := r.Node()
		if err != nil {
			t.Fatal(err)
		}
		n.Version, n.Seq = 0, 0
		out[i] = graph.EncodeNode(n)
	}
	return out
}

func TestUndo(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		tests := []struct {
			name string
			ops  []graph.Op
		}{
			{"a creation", []graph.Op{firm("new"), putEdge(edge(graph.Supplies, "new", "new", "a"))}},
			{"a change", []graph.Op{putNode(node(graph.Firm, "a", "改名"))}},
			{"a deletion with its cascade", []graph.Op{{DeleteNode: "b"}}},
			{"a moved edge", []graph.Op{putEdge(edge(graph.Supplies, "e", "b", "a"))}},
			{"a step of a problem that cannot be gone back", []graph.Op{putNode(problem("q", "confirmed"))}},
			{"a merge", []graph.Op{mergedInto(problem("q2", ""), "q"), {DeleteEdge: "at2"}, putEdge(edge(graph.OccursAt, "at3", "q", "s"))}},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				s := open(t)
				l := openOn(t, s, ledger.Options{})
				apply(t, l, firm("a"), firm("b"), putEdge(edge(graph.Supplies, "e", "a", "b")), putNode(node(graph.Segment, "s", "环节")),
					putNode(problem("q", "unverified")), putNode(problem("q2", "")), putEdge(edge(graph.OccursAt, "at", "q", "s")),
					putEdge(edge(graph.OccursAt, "at2", "q2", "s")))
				before := content(t, l)
				done := apply(t, l, tt.ops...)
				after := content(t, l)
				r, err := l.Undo(t.Context(), done.Seq, "李", "撤销", "undo-1")
				if err != nil || r.Seq != 3 {
					t.Fatalf("entry %d: %v", r.Seq, err)
				}
				diff(t, "undone", before, content(t, l))
				again, err := l.Undo(t.Context(), done.Seq, "李", "撤销", "undo-1")
				if err != nil || !again.Replayed || again.Seq != 3 {
					t.Errorf("undone again: %d, %v", again.Seq, err)
				}
				if _, err := l.Undo(t.Context(), r.Seq, "李", "重做", ""); err != nil {
					t.Fatal(err)
				}
				diff(t, "redone", after, content(t, l))
				sameAsStore(t, l, s)
			})
		}
	})
}

func TestUndoIsRefusedWhenItWouldTakeBackMore(t *testing.T) {
	tests := []struct {
		name  string
		since []graph.Op
		want  []string
	}{
		{"a record has changed since", []graph.Op{putNode(node(graph.Firm, "a", "改名"))}, []string{"nodes/a changed_since"}},
		{"a record is gone", []graph.Op{{DeleteEdge: "e"}}, []string{"edges/e changed_since"}},
		{"a node that it made has got an edge", []graph.Op{putEdge(edge(graph.Supplies, "e2", "b", "a"))}, []string{"edges/e2 changed_since"}},
		{"all of it", []graph.Op{{DeleteNode: "a"}, {DeleteNode: "b"}}, []string{"nodes/a changed_since", "nodes/b changed_since", "edges/e changed_since"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := openOn(t, newStore(t), ledger.Options{})
			apply(t, l, firm("a"), firm("b"), putEdge(edge(graph.Supplies, "e", "a", "b")))
			apply(t, l, tt.since...)
			_, err := l.Undo(t.Context(), 1, "李", "撤销", "")
			if !errors.Is(err, graph.ErrConflict) {
				t.Errorf("%v", err)
			}
			got := codes(err)
			slices.Sort(got)
			got = slices.Compact(got)
			want := slices.Sorted(slices.Values(tt.want))
			diff(t, "errors", want, got)
		})
	}
	l := openOn(t, newStore(t), ledger.Options{})
	if _, err := l.Undo(t.Context(), 1, "李", "撤销", ""); !errors.Is(err, graph.ErrNotFound) {
		t.Errorf("undo of no entry: %v", err)
	}
}

func TestUndoOfADeletedHubIsLargerThanABatch(t *testing.T) {
	const spokes = graph.MaxBatchOps + 1000
	s := newStore(t)
	l := openOn(t, s, ledger.Options{})
	ops := []graph.Op{firm("hub")}
	for i := range spokes {
		id := graph.ID(fmt.Sprintf("f%05d", i))
		ops = append(ops, firm(id), putEdge(edge(graph.Supplies, "e-"+id, id, "hub")))
	}
	importAll(t, l, "i", ops...)
	before := content(t, l)
	r := apply(t, l, graph.Op{DeleteNode: "hub"})
	if len(r.Changes) != spokes+1 {
		t.Fatalf("%d changes", len(r.Changes))
	}
	if _, err := l.Undo(t.Context(), r.Seq, "李", "撤销", ""); err != nil {
		t.Fatal(err)
	}
	diff(t, "undone", before, content(t, l))
	sameAsStore(t, l, s)
}
