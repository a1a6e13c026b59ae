package ledger_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"zhitu/graph"
	"zhitu/graph/ledger"
)

func problem(id graph.ID, status string) graph.Node {
	n := node(graph.Problem, id, "问题 "+string(id))
	n.Fields = graph.Fields{}
	if status != "" {
		n.Fields["problem_status"] = status
	}
	return n
}

func during(e graph.Edge, from, to graph.Date) graph.Op {
	e.ValidFrom, e.ValidTo = from, to
	return putEdge(e)
}

func retired(e graph.Edge) graph.Op {
	e.State = graph.Retired
	return putEdge(e)
}

func mergedInto(n graph.Node, into graph.ID) graph.Op {
	n.State, n.MergedInto = graph.Merged, into
	return putNode(n)
}

func owned(n graph.Node, owner graph.ID) graph.Op {
	n.Visibility, n.Owner = graph.Private, owner
	return putNode(n)
}

// rulesGraph is what the rows of TestRules begin with.
func rulesGraph(t *testing.T) *ledger.Ledger {
	l := openOn(t, newStore(t), ledger.Options{})
	d2020 := graph.DateOf(2020, 1, 1)
	apply(t, l,
		firm("firm"), firm("other"), putNode(node(graph.Product, "p1", "产品")), putNode(node(graph.Product, "p2", "产品")),
		putNode(node(graph.Product, "p3", "产品")), putNode(node(graph.Segment, "s1", "环节")),
		putNode(graph.Node{ID: "r1", Kind: graph.Region, Name: "区", Fields: graph.Fields{"code": "330604"}}),
		putNode(graph.Node{ID: "r2", Kind: graph.Region, Name: "市", Fields: graph.Fields{"code": "330682"}}),
		putNode(problem("q1", "unverified")), putNode(problem("q2", "confirmed")), putNode(problem("q3", "")),
		putEdge(edge(graph.OccursAt, "q2-at", "q2", "p1")), putEdge(edge(graph.Causes, "c1", "q1", "q2")),
		putEdge(edge(graph.Broader, "b1", "p2", "p1")),
		during(edge(graph.LocatedIn, "l1", "firm", "r2"), graph.Open, d2020),
		owned(problem("secret", ""), "firm"), putNode(problem("kept", "")),
		mergedInto(problem("gone", ""), "kept"),
	)
	return l
}

func TestRules(t *testing.T) {
	d2019, d2020 := graph.DateOf(2019, 12, 31), graph.DateOf(2020, 1, 1)
	one := func(ops ...graph.Op) []graph.Op { return ops }
	tests := []struct {
		name string
		ops  []graph.Op
		want []string // field and code of each error; none means applied
	}{
		{"an edge from nowhere", one(putEdge(edge(graph.Supplies, "e", "nowhere", "firm"))), []string{"operations/0/put_edge/from no_such_node"}},
		{"an edge to nowhere", one(putEdge(edge(graph.Supplies, "e", "firm", "nowhere"))), []string{"operations/0/put_edge/to no_such_node"}},
		{"an edge to a node of an earlier operation", one(firm("new"), putEdge(edge(graph.Supplies, "e", "firm", "new"))), nil},
		{"an edge to a node of a later operation", one(putEdge(edge(graph.Supplies, "e", "firm", "new")), firm("new")), []string{"operations/0/put_edge/to no_such_node"}},
		{"an edge between kinds that it does not join", one(putEdge(edge(graph.Supplies, "e", "firm", "p1"))), []string{"operations/0/put_edge/edge_kind ends"}},
		{"a kind outside the table", one(putNode(node("X`) DETACH", "x", "x"))), []string{"operations/0/put_node/kind unknown_kind"}},
		{"a node that changes its kind", one(putNode(node(graph.Product, "firm", "x"))), []string{"operations/0/put_node/kind kind_change"}},
		{"a node that is deleted and comes back as another kind", one(graph.Op{DeleteNode: "other"}, putNode(node(graph.Product, "other", "x"))), []string{"operations/1/put_node/kind kind_change"}},
		{"an edge that changes its kind", one(putEdge(edge(graph.Affects, "q2-at", "q2", "p1"))), []string{"operations/0/put_edge/edge_kind kind_change"}},
		{"deleting what is not there", one(graph.Op{DeleteNode: "nowhere"}, graph.Op{DeleteEdge: "nowhere"}), []string{"operations/0/delete_node not_found", "operations/1/delete_edge not_found"}},
		{"every mistake is told at once", one(putNode(node(graph.Firm, "X", "")), putEdge(edge(graph.Supplies, "e", "firm", "nowhere"))), []string{"operations/0/put_node/id id_grammar", "operations/0/put_node/name blank", "operations/1/put_edge/to no_such_node"}},

		{"a second parent", one(putEdge(edge(graph.Broader, "b2", "p2", "p3"))), []string{"operations/0/put_edge/from cardinality"}},
		{"a second parent for the first, in one batch", one(graph.Op{DeleteEdge: "b1"}, putEdge(edge(graph.Broader, "b2", "p2", "p3"))), nil},
		{"a second parent that is retired", one(retired(edge(graph.Broader, "b2", "p2", "p3"))), nil},
		{"a region after the first has ended", one(during(edge(graph.LocatedIn, "l2", "firm", "r1"), d2020, graph.Open)), nil},
		{"a region before the first has ended", one(during(edge(graph.LocatedIn, "l2", "firm", "r1"), d2019, graph.Open)), []string{"operations/0/put_edge/from cardinality"}},
		{"a region since nobody knows when", one(during(edge(graph.LocatedIn, "l2", "firm", "r1"), graph.Unknown, graph.Open)), []string{"operations/0/put_edge/from cardinality"}},
		{"a second owner of a process", one(putNode(node(graph.Process, "w", "工序")), putNode(node(graph.Segment, "s2", "环节")), putEdge(edge(graph.HasProcess, "h1", "s1", "w")), putEdge(edge(graph.HasProcess, "h2", "s2", "w"))), []string{"operations/2/put_edge/to cardinality", "operations/3/put_edge/to cardinality"}},

		{"a cycle of causes", one(putEdge(edge(graph.Causes, "c2", "q2", "q1"))), []string{"operations/0/put_edge/to cycle"}},
		{"a cycle that two edges of one batch close", one(putEdge(edge(graph.Causes, "c2", "q2", "q3")), putEdge(edge(graph.Causes, "c3", "q3", "q1"))), []string{"operations/0/put_edge/to cycle", "operations/1/put_edge/to cycle"}},
		{"a cause of itself", one(putEdge(edge(graph.Causes, "c2", "q3", "q3"))), []string{"operations/0/put_edge/to cycle"}},
		{"a cycle of another kind", one(putEdge(edge(graph.Supplies, "x1", "p1", "p2")), putEdge(edge(graph.Supplies, "x2", "p2", "p1"))), nil},
		{"a cycle with a retired edge in it", one(retired(edge(graph.Causes, "c2", "q2", "q1"))), nil},
		{"turning an edge round", one(putEdge(edge(graph.Causes, "c1", "q2", "q1"))), nil},

		{"confirmed without a place", one(putNode(problem("q1", "confirmed"))), []string{"operations/0/put_node/fields/problem_status confirmed_needs_occurs_at"}},
		{"confirmed with a place in the same batch", one(putNode(problem("q1", "confirmed")), putEdge(edge(graph.OccursAt, "at", "q1", "s1"))), nil},
		{"confirmed with a retired place", one(putNode(problem("q1", "confirmed")), retired(edge(graph.OccursAt, "at", "q1", "s1"))), []string{"operations/0/put_node/fields/problem_status confirmed_needs_occurs_at"}},
		{"a step that is not one", one(putNode(problem("q1", "solved"))), []string{"operations/0/put_node/fields/problem_status status_step"}},
		{"a step", one(putNode(problem("q2", "in_progress"))), nil},
		{"a status that is dropped", one(putNode(problem("q1", ""))), []string{"operations/0/put_node/fields/problem_status status_step"}},
		{"a new problem of any status", one(putNode(problem("q9", "solved"))), nil},

		{"merged into nothing", one(mergedInto(problem("q1", "unverified"), "nowhere")), []string{"operations/0/put_node/merged_into no_such_node"}},
		{"merged into itself", one(mergedInto(problem("q1", "unverified"), "q1")), []string{"operations/0/put_node/merged_into merged_into_merged"}},
		{"merged into what is merged", one(mergedInto(problem("q1", "unverified"), "gone")), []string{"operations/0/put_node/merged_into merged_into_merged"}},
		{"merged into another kind", one(mergedInto(problem("q1", "unverified"), "firm")), []string{"operations/0/put_node/merged_into merged_into_kind"}},
		{"an edge to a merged node", one(putEdge(edge(graph.OccursAt, "at", "gone", "p1"))), []string{"operations/0/put_edge/from merged_end"}},
		{"deleting what another is merged into", one(graph.Op{DeleteNode: "kept"}), []string{"operations/0/delete_node merged_target"}},
		{"deleting both", one(graph.Op{DeleteNode: "kept"}, graph.Op{DeleteNode: "gone"}), nil},

		{"hidden without an owner", one(owned(problem("q9", ""), "")), []string{"operations/0/put_node/owner owner_needed"}},
		{"owned by nobody who exists", one(owned(problem("q9", ""), "nowhere")), []string{"operations/0/put_node/owner owner_kind"}},
		{"owned by a product", one(owned(problem("q9", ""), "p1")), []string{"operations/0/put_node/owner owner_kind"}},
		{"owned by a firm of a later operation", one(owned(problem("q9", ""), "new"), firm("new")), nil},
		{"deleting an owner", one(graph.Op{DeleteNode: "firm"}), []string{"operations/0/delete_node owns_records"}},
		{"deleting an owner and what it owns", one(graph.Op{DeleteNode: "firm"}, graph.Op{DeleteNode: "secret"}), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := rulesGraph(t)
			before := records(t, l.Snapshot())
			_, err := l.Apply(t.Context(), batch(tt.ops...))
			got := codes(err)
			if len(tt.want) == 0 && err != nil {
				t.Fatalf("refused: %v", err)
			}
			diff(t, "errors", tt.want, got)
			if len(tt.want) > 0 {
				diff(t, "records after a refusal", before, records(t, l.Snapshot()))
			}
		})
	}
}

func TestWhatAnErrorStandsFor(t *testing.T) {
	l := rulesGraph(t)
	tests := []struct {
		name string
		op   graph.Op
		is   error
	}{
		{"bad input", putNode(node(graph.Firm, "X", "x")), graph.ErrInvalid},
		{"an end that is not there", putEdge(edge(graph.Supplies, "e", "firm", "nowhere")), graph.ErrInvalid},
		{"a cycle", putEdge(edge(graph.Causes, "c2", "q2", "q1")), graph.ErrConflict},
		{"an id that is taken", at(0, firm("firm")), graph.ErrConflict},
		{"an old version", at(7, firm("firm")), graph.ErrStale},
		{"a version of what is gone", at(7, firm("nowhere")), graph.ErrStale},
		{"nothing to delete", graph.Op{DeleteNode: "nowhere"}, graph.ErrNotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := l.Apply(t.Context(), batch(tt.op))
			sentinels := []error{graph.ErrInvalid, graph.ErrConflict, graph.ErrStale, graph.ErrNotFound, graph.ErrUnavailable, graph.ErrBehind}
			got := slices.DeleteFunc(sentinels, func(s error) bool { return !errors.Is(err, s) })
			if len(got) != 1 || got[0] != tt.is {
				t.Errorf("%v is %v, want %v", err, got, tt.is)
			}
		})
	}
}

func TestConformingDoesNotReachIntoTheCallersRecord(t *testing.T) {
	l := openOn(t, newStore(t), ledger.Options{})
	n := node(graph.MetricObservation, "m", "指标")
	n.Fields = graph.Fields{"metric": "FPY", "value": int64(5)}
	apply(t, l, putNode(n))
	if n.Fields["value"] != int64(5) || n.State != 0 {
		t.Errorf("the caller's record has become %+v", n)
	}
	got, _ := l.Snapshot().Node("m")
	if v, ok := got.Fields.Number("value"); !ok || v != 5 {
		t.Errorf("stored %+v", got.Fields)
	}
}

func TestAnEdgeWithoutAnIDGetsOneFromItsContent(t *testing.T) {
	l := openOn(t, newStore(t), ledger.Options{})
	e := edge(graph.Supplies, "", "a", "b")
	r := apply(t, l, firm("a"), firm("b"), putEdge(e))
	if id := r.Records[2].ID(); !strings.HasPrefix(string(id), "e-") {
		t.Errorf("id %q", id)
	}
	if again := apply(t, l, putEdge(e)); len(again.Changes) != 0 {
		t.Errorf("the same row again made %d changes", len(again.Changes))
	}
}
