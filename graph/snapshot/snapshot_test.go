package snapshot_test

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zhitu/graph"
	"zhitu/graph/snapshot"
)

var _ interface {
	graph.Reader
	graph.Walker
	graph.Counter
} = (*snapshot.Snapshot)(nil)

// scanned is a store that holds some records and no log.
type scanned struct {
	graph.Store
	seq     graph.Seq
	records []graph.Record
	entries []graph.Entry // since seq
}

func (s scanned) Head(context.Context) (graph.Seq, graph.Epoch, error) { return s.seq, "epoch", nil }

func (s scanned) Scan(context.Context) iter.Seq2[graph.Record, error] {
	return func(yield func(graph.Record, error) bool) {
		for _, r := range s.records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (s scanned) Changes(_ context.Context, after graph.Seq) iter.Seq2[graph.Entry, error] {
	return func(yield func(graph.Entry, error) bool) {
		for _, e := range s.entries {
			if e.Seq > after && !yield(e, nil) {
				return
			}
		}
	}
}

// tb is what a test of testing and one of rapid have in common.
type tb interface {
	Context() context.Context
	Helper()
	Fatalf(string, ...any)
}

func load(t tb, seq graph.Seq, records []graph.Record, since ...graph.Entry) *snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.Load(t.Context(), scanned{seq: seq, records: records, entries: since}, nil)
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	return s
}

func collect[T any](t tb, seq iter.Seq2[T, error]) []T {
	t.Helper()
	var out []T
	for v, err := range seq {
		if err != nil {
			t.Fatalf("%v", err)
		}
		out = append(out, v)
	}
	return out
}

func same(t tb, what string, want, got any) {
	t.Helper()
	if d := gocmp.Diff(want, got, sameRecord); d != "" {
		t.Fatalf("%s:\n%s", what, d)
	}
}

func edgeIDs(edges []graph.Edge) []graph.ID {
	var out []graph.ID
	for _, e := range edges {
		out = append(out, e.ID)
	}
	return out
}

// plain hides what a snapshot can do beyond graph.Reader, so that a View walks
// and counts by itself.
type plain struct{ graph.Reader }

// agree holds every kind of answer of s against m.
func agree(t tb, s *snapshot.Snapshot, m *model) {
	t.Helper()
	if s.Seq() != m.seq {
		t.Fatalf("number %d, want %d", s.Seq(), m.seq)
	}
	same(t, "records", m.records(), collect(t, s.All()))
	nodes, edges := s.Counts()
	wantNodes, wantEdges := m.count(graph.Scope{Records: true, Caller: graph.Caller{Everything: true}})
	same(t, "counts of nodes", wantNodes, nodes)
	same(t, "counts of edges", wantEdges, edges)
	for _, kind := range drawnNodes {
		var want []graph.ID
		for _, h := range m.heads(m.nodes) {
			if h.NodeKind == kind {
				want = append(want, h.ID)
			}
		}
		var got []graph.ID
		for _, n := range collect(t, s.OfKind(t.Context(), kind)) {
			got = append(got, n.ID)
		}
		same(t, "nodes of kind "+string(kind), want, got)
	}
}

// agreeFrom holds traversals from ids, which need not exist.
func agreeFrom(t tb, s *snapshot.Snapshot, m *model, ids []graph.ID) {
	t.Helper()
	for _, f := range filters {
		got := edgeIDs(collect(t, s.Touching(t.Context(), ids, f)))
		same(t, fmt.Sprintf("edges touching %v by %+v", ids, f), m.touching(ids, f), got)
		for i, scope := range scopes {
			limit := i * 3
			want, cut, err := graph.NewView(plain{s}, s.Seq(), scope).Walk(t.Context(), ids, f, 4, limit)
			if err != nil {
				t.Fatalf("%v", err)
			}
			got, gotCut, err := s.Walk(t.Context(), ids, f, scope, 4, limit)
			if err != nil || cut != gotCut {
				t.Fatalf("walk: truncated %t, want %t: %v", gotCut, cut, err)
			}
			same(t, fmt.Sprintf("walk from %v by %+v in %+v", ids, f, scope), want, got)
		}
	}
	for _, scope := range scopes {
		nodes, edges, err := s.Count(t.Context(), scope)
		if err != nil {
			t.Fatalf("%v", err)
		}
		wantNodes, wantEdges := m.count(scope)
		same(t, "count of nodes", wantNodes, nodes)
		same(t, "count of edges", wantEdges, edges)
	}
}

func TestASnapshotMovedByTheLogEqualsTheModelAndAScan(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m, s := newModel(), snapshot.Empty("epoch")
		if rapid.Bool().Draw(rt, "on a base") {
			for range 10 {
				m.draw(rt)
			}
			s = load(rt, m.seq, m.records())
		}
		for range rapid.IntRange(1, 30).Draw(rt, "entries") {
			next, err := s.Apply(m.draw(rt))
			if err != nil {
				rt.Fatalf("apply: %v", err)
			}
			s = next
		}
		agree(rt, s, m)
		ids := []graph.ID{drawID(rt), drawID(rt), drawID(rt)}
		agreeFrom(rt, s, m, ids)
		fresh := load(rt, m.seq, m.records())
		agree(rt, fresh, m)
		agreeFrom(rt, fresh, m, ids)
	})
}

func TestAnOlderSnapshotNeverChanges(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		type moment struct {
			s *snapshot.Snapshot
			m *model
		}
		m, s := newModel(), snapshot.Empty("epoch")
		var past []moment
		for range rapid.IntRange(2, 12).Draw(rt, "entries") {
			past = append(past, moment{s, m.clone()})
			next, err := s.Apply(m.draw(rt))
			if err != nil {
				rt.Fatalf("apply: %v", err)
			}
			s = next
		}
		for _, p := range past {
			agree(rt, p.s, p.m)
			if ids := slices.Sorted(maps.Keys(p.m.nodes)); len(ids) > 0 {
				agreeFrom(rt, p.s, p.m, ids[:1])
				agreeFrom(rt, p.s, p.m, ids[len(ids)-1:])
			}
		}
	})
}

func TestAnOlderSnapshotGoesOnHidingWhatIsShownNow(t *testing.T) {
	b := graph.Node{ID: "b", Kind: graph.Firm, Name: "B", State: graph.Retired, Visibility: graph.Public}
	s, err := snapshot.Empty("e").With([]graph.Op{
		{PutNode: &graph.Node{ID: "a", Kind: graph.Firm, Name: "A", State: graph.Draft, Visibility: graph.Public}}, {PutNode: &b},
		{PutEdge: &graph.Edge{ID: "e", Kind: graph.Supplies, From: "a", To: "b", State: graph.Draft, Visibility: graph.Public}},
	})
	if err != nil {
		t.Fatal(err)
	}
	shown := b
	shown.State = graph.Draft
	now, err := s.With([]graph.Op{{PutNode: &shown}})
	if err != nil {
		t.Fatal(err)
	}
	for i, tt := range []struct {
		s    *snapshot.Snapshot
		want [][]graph.ID
	}{{s, nil}, {now, [][]graph.ID{{"b"}}}} {
		got, _, err := tt.s.Walk(t.Context(), []graph.ID{"a"}, graph.EdgeFilter{}, graph.Scope{}, 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		same(t, fmt.Sprint("walk in snapshot ", i), tt.want, got)
	}
}

func TestALogTakenBackGivesTheOlderState(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m, s := newModel(), snapshot.Empty("epoch")
		var log []graph.Entry
		for range rapid.IntRange(1, 6).Draw(rt, "entries before") {
			log = append(log, m.draw(rt))
		}
		s, err := s.Apply(log...)
		if err != nil {
			rt.Fatalf("%v", err)
		}
		older := m.clone()
		later := []graph.Entry{m.draw(rt), m.draw(rt), m.draw(rt)}
		now, err := s.Apply(later...)
		if err != nil {
			rt.Fatalf("%v", err)
		}
		for _, e := range slices.Backward(later) {
			ops, err := graph.Inverse(e)
			if err != nil {
				rt.Fatalf("%v", err)
			}
			if now, err = now.With(ops); err != nil {
				rt.Fatalf("with the inverse of %d: %v", e.Seq, err)
			}
		}
		agree(rt, now.As(older.seq), older)
	})
}

func TestAScanThatIsNotOneStateIsSettledByTheLog(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := newModel()
		for range 8 {
			m.draw(rt)
		}
		before := m.clone()
		var since []graph.Entry
		var moments []*model
		for range rapid.IntRange(1, 6).Draw(rt, "entries since") {
			moments = append(moments, m.clone())
			since = append(since, m.draw(rt))
		}
		moments = append(moments, m)
		// Nodes are seen at one moment, edges at a later one.
		i := rapid.IntRange(0, len(moments)-1).Draw(rt, "nodes seen")
		j := rapid.IntRange(i, len(moments)-1).Draw(rt, "edges seen")
		torn := model{nodes: moments[i].nodes, edges: moments[j].edges}
		s := load(rt, before.seq, torn.records(), since...)
		agree(rt, s, m)
	})
}

func TestAnEdgeWithoutAnEndIsDamage(t *testing.T) {
	e := graph.EncodeEdge(graph.Edge{ID: "e", Kind: graph.Supplies, From: "a", To: "b", State: graph.Draft, Visibility: graph.Public})
	_, err := snapshot.Load(t.Context(), scanned{seq: 1, records: []graph.Record{e}}, nil)
	if err == nil {
		t.Fatal("loaded an edge to nowhere")
	}
}

func TestAnEntryThatDoesNotFitIsRefused(t *testing.T) {
	a := graph.EncodeNode(graph.Node{ID: "a", Kind: graph.Firm, Name: "A", State: graph.Draft, Visibility: graph.Public})
	looped := graph.EncodeNode(graph.Node{ID: "looped", Kind: graph.Firm, Name: "L", State: graph.Draft, Visibility: graph.Public})
	loop := graph.EncodeEdge(graph.Edge{ID: "loop", Kind: graph.Supplies, From: "looped", To: "looped", State: graph.Draft, Visibility: graph.Public})
	one, err := snapshot.Empty("e").Apply(graph.Entry{Seq: 1, Changes: []graph.Change{{After: a}, {After: looped}, {After: loop}}})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		entry graph.Entry
	}{
		{"an old number", graph.Entry{Seq: 1}},
		{"created again", graph.Entry{Seq: 2, Changes: []graph.Change{{After: a}}}},
		{"changed without being there", graph.Entry{Seq: 2, Changes: []graph.Change{
			{Before: graph.EncodeNode(graph.Node{ID: "b", Kind: graph.Firm}), After: graph.EncodeNode(graph.Node{ID: "b", Kind: graph.Firm})},
		}}},
		{"an edge to nowhere", graph.Entry{Seq: 2, Changes: []graph.Change{
			{After: graph.EncodeEdge(graph.Edge{ID: "e", Kind: graph.Supplies, From: "a", To: "b"})},
		}}},
		{"a node that leaves an edge behind", graph.Entry{Seq: 2, Changes: []graph.Change{{Before: looped}}}},
		{"a kind that is not in the table", graph.Entry{Seq: 2, Changes: []graph.Change{{After: graph.EncodeNode(graph.Node{ID: "c", Kind: "Later"})}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := one.Apply(tt.entry); err == nil {
				t.Error("applied")
			}
		})
	}
	if got := collect(t, one.All()); len(got) != 3 {
		t.Errorf("%d records after refusals, want 3", len(got))
	}
}
