package snapshot_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"zhitu/graph"
	"zhitu/graph/snapshot"
)

// TestAHub has a node with 6,000 edges in and takes it through everything that
// can happen to one.
func TestAHub(t *testing.T) {
	const n = 6000
	m := newModel()
	m.seq = 1
	changes := map[string]graph.Change{}
	put := func(id graph.ID) {
		m.set(changes, graph.EncodeNode(graph.Node{ID: id, Kind: graph.Firm, Name: "企业", State: graph.Draft, Visibility: graph.Public}), false, id)
	}
	put("hub")
	for i := range n {
		id := graph.ID(fmt.Sprintf("f%05d", i))
		put(id)
		e := graph.Edge{ID: "e-" + id, Kind: graph.Supplies, From: id, To: "hub", State: graph.Draft, Visibility: graph.Public}
		m.set(changes, graph.EncodeEdge(e), true, e.ID)
	}
	s, err := snapshot.Empty("e").Apply(entryOf(1, changes))
	if err != nil {
		t.Fatal(err)
	}
	agree(t, s, m)
	levels, cut, err := s.Walk(t.Context(), []graph.ID{"hub"}, graph.EdgeFilter{Direction: graph.In}, graph.Scope{}, 2, 10)
	if err != nil || !cut || len(levels) != 1 {
		t.Fatalf("%d levels, truncated %t: %v", len(levels), cut, err)
	}
	same(t, "the first ten", []graph.ID{
		"f00000", "f00001", "f00002", "f00003", "f00004", "f00005", "f00006", "f00007", "f00008", "f00009",
	}, levels[0])
	first := 0
	for e := range s.Touching(t.Context(), []graph.ID{"hub"}, graph.EdgeFilter{}) {
		if first++; e.From != graph.ID(fmt.Sprintf("f%05d", first-1)) {
			t.Fatalf("edge %d is from %s", first, e.From)
		}
		if first == 50 {
			break
		}
	}
	gone, err := s.With([]graph.Op{{DeleteNode: "hub"}})
	if err != nil {
		t.Fatal(err)
	}
	if nodes, edges := gone.Size(); nodes != n || edges != 0 {
		t.Errorf("%d nodes and %d edges without the hub", nodes, edges)
	}
	agree(t, s, m)
}

func TestACancelledContextEndsEveryIteration(t *testing.T) {
	s, err := snapshot.Empty("e").Apply(graph.Entry{Seq: 1, Changes: []graph.Change{
		{After: graph.EncodeNode(graph.Node{ID: "a", Kind: graph.Firm, Name: "A", State: graph.Draft, Visibility: graph.Public})},
		{After: graph.EncodeEdge(graph.Edge{ID: "e", Kind: graph.Supplies, From: "a", To: "a", State: graph.Draft, Visibility: graph.Public})},
	}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ids := []graph.ID{"a"}
	var errs []error
	_, err = s.Nodes(ctx, ids)
	errs = append(errs, err)
	_, err = s.Edges(ctx, ids)
	errs = append(errs, err)
	_, err = s.Heads(ctx, ids)
	errs = append(errs, err)
	_, _, err = s.Walk(ctx, ids, graph.EdgeFilter{}, graph.Scope{}, 2, 0)
	errs = append(errs, err)
	_, _, err = s.Count(ctx, graph.Scope{})
	errs = append(errs, err)
	for _, err = range s.Touching(ctx, ids, graph.EdgeFilter{}) {
		errs = append(errs, err)
	}
	for _, err = range s.OfKind(ctx, graph.Firm) {
		errs = append(errs, err)
	}
	_, err = snapshot.Load(ctx, scanned{records: slices.Repeat([]graph.Record{{}}, 1)}, nil)
	errs = append(errs, err)
	if len(errs) != 8 {
		t.Errorf("%d answers, want 8", len(errs))
	}
	for i, err := range errs {
		if err == nil {
			t.Errorf("call %d went on", i)
		}
	}
}

func TestReaches(t *testing.T) {
	var changes []graph.Change
	for _, id := range []graph.ID{"a", "b", "c", "d"} {
		changes = append(changes, graph.Change{After: graph.EncodeNode(graph.Node{ID: id, Kind: graph.Problem, Name: "P", State: graph.Draft, Visibility: graph.Public})})
	}
	for _, e := range []graph.Edge{
		{ID: "1", Kind: graph.Causes, From: "a", To: "b"}, {ID: "2", Kind: graph.Causes, From: "b", To: "c"},
		{ID: "3", Kind: graph.Supplies, From: "c", To: "d"}, {ID: "4", Kind: graph.Affects, From: "a", To: "d"},
	} {
		e.State, e.Visibility = graph.Draft, graph.Public
		changes = append(changes, graph.Change{After: graph.EncodeEdge(e)})
	}
	s, err := snapshot.Empty("e").Apply(graph.Entry{Seq: 1, Changes: changes})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{"a a": true, "a c": true, "c a": false, "a d": false, "a x": false}
	got := maps.Clone(want)
	for pair := range want {
		var from, to graph.ID
		if _, err := fmt.Sscan(pair, &from, &to); err != nil {
			t.Fatal(err)
		}
		got[pair] = s.Reaches(from, to, graph.Causes)
	}
	same(t, "reaches", want, got)
}
