package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"

	"zhitu/graph"
	"zhitu/graph/ledger"
)

func rows(ops ...graph.Op) iter.Seq2[graph.Op, error] {
	return func(yield func(graph.Op, error) bool) {
		for _, op := range ops {
			if !yield(op, nil) {
				return
			}
		}
	}
}

// chain is a large import: firms in a row, more than two batches of them.
func chain(prefix string, n int) []graph.Op {
	var ops []graph.Op
	for i := range n {
		ops = append(ops, firm(graph.ID(fmt.Sprintf("%s%05d", prefix, i))))
	}
	for i := range n - 1 {
		from, to := graph.ID(fmt.Sprintf("%s%05d", prefix, i)), graph.ID(fmt.Sprintf("%s%05d", prefix, i+1))
		ops = append(ops, putEdge(edge(graph.Supplies, "", from, to)))
	}
	return ops
}

var errRows = errors.New("the file ends in the middle")

// cutAfter yields the first n operations and then an error.
func cutAfter(n int, ops []graph.Op) iter.Seq2[graph.Op, error] {
	return func(yield func(graph.Op, error) bool) {
		for _, op := range ops[:n] {
			if !yield(op, nil) {
				return
			}
		}
		yield(graph.Op{}, errRows)
	}
}

func options(id string) ledger.ImportOptions {
	return ledger.ImportOptions{ID: id, Author: "王", Reason: "导入"}
}

func importAll(t *testing.T, l *ledger.Ledger, id string, ops ...graph.Op) ledger.ImportReport {
	t.Helper()
	r, err := l.Import(t.Context(), options(id), rows(ops...))
	if err != nil {
		t.Fatalf("import: %v", err)
	}
	return r
}

func TestAnImportIsARunOfEntriesSeenAtOnce(t *testing.T) {
	s := newStore(t)
	l := openOn(t, s, ledger.Options{})
	apply(t, l, firm("old"))
	ops := chain("f", 6000)
	watched := func(yield func(graph.Op, error) bool) {
		for _, op := range ops {
			if got := l.Snapshot(); got.Seq() != 1 {
				t.Fatalf("readers are at %d before the import has closed", got.Seq())
			}
			if !yield(op, nil) {
				return
			}
		}
	}
	r, err := l.Import(t.Context(), options("i"), watched)
	if err != nil {
		t.Fatal(err)
	}
	want := ledger.ImportReport{ID: "i", Operations: 11999, Created: 11999, Entries: 3, First: 2, Last: 4}
	diff(t, "report", want, r)
	if nodes, edges := l.Snapshot().Size(); l.Snapshot().Seq() != 4 || nodes != 6001 || edges != 5999 {
		t.Errorf("at %d: %d nodes, %d edges", l.Snapshot().Seq(), nodes, edges)
	}
	sameAsStore(t, l, s)
	again := importAll(t, l, "i", ops...)
	diff(t, "the same again", ledger.ImportReport{ID: "i", Operations: 11999, Unchanged: 11999}, again)
}

func TestAnUnfinishedImportIsHiddenUntilItIsResumed(t *testing.T) {
	ops := chain("f", 4000)
	tests := []struct {
		name    string
		restart bool
	}{{"in one process", false}, {"after a crash", true}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStore(t)
			l := openOn(t, s, ledger.Options{})
			apply(t, l, firm("old"))
			r, err := l.Import(t.Context(), options("i"), cutAfter(6000, ops))
			if !errors.Is(err, errRows) || !r.Open || r.Entries != 1 {
				t.Fatalf("%+v: %v", r, err)
			}
			apply(t, l, firm("meanwhile"))
			if tt.restart {
				l.Close()
				l = openOn(t, s, ledger.Options{})
			}
			diff(t, "what readers see", []graph.ID{"meanwhile", "old"}, ids(t, l.Snapshot()))
			if l.Snapshot().Seq() != 3 {
				t.Errorf("readers are at %d", l.Snapshot().Seq())
			}
			diff(t, "open imports", []ledger.OpenImport{{ID: "i", Since: 2, Entries: 1}}, l.OpenImports())
			if got := len(all(t, l.Changes(t.Context(), 0))); got != 1 {
				t.Errorf("followers are told of %d entries, want 1", got)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := l.Wait(ctx, 1); !errors.Is(err, context.Canceled) {
				t.Errorf("followers are woken for a hidden entry: %v", err)
			}
			r = importAll(t, l, "i", ops...)
			if r.Unchanged != graph.MaxBatchOps || r.Created != len(ops)-graph.MaxBatchOps || r.Open {
				t.Errorf("resumed: %+v", r)
			}
			if nodes, _ := l.Snapshot().Size(); nodes != 4002 {
				t.Errorf("%d nodes", nodes)
			}
			if got := len(all(t, l.Changes(t.Context(), 0))); got != int(l.Snapshot().Seq()) {
				t.Errorf("followers are told of %d entries", got)
			}
			sameAsStore(t, l, s)
		})
	}
}

func TestAnOpenImportIsUndone(t *testing.T) {
	s := newStore(t)
	l := openOn(t, s, ledger.Options{})
	apply(t, l, putNode(node(graph.Firm, "f00000", "原名")), firm("gone"))
	before := content(t, l)
	ops := append([]graph.Op{{DeleteNode: "gone"}}, chain("f", 4000)...)
	if _, err := l.Import(t.Context(), options("i"), cutAfter(6000, ops)); !errors.Is(err, errRows) {
		t.Fatal(err)
	}
	l.Close()
	l = openOn(t, s, ledger.Options{})
	r, err := l.UndoImport(t.Context(), "i", "李", "撤销", "undo-1")
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "records", before, content(t, l))
	if got := l.OpenImports(); len(got) != 0 {
		t.Errorf("still open: %v", got)
	}
	sameAsStore(t, l, s)
	again, err := l.UndoImport(t.Context(), "i", "李", "撤销", "undo-1")
	if err != nil || again.Last != r.Last {
		t.Errorf("undone again: %+v, %v", again, err)
	}
}

func TestAClosedImportIsUndoneAsAWhole(t *testing.T) {
	s := newStore(t)
	l := openOn(t, s, ledger.Options{})
	apply(t, l, putNode(node(graph.Firm, "f00000", "原名")))
	before := content(t, l)
	ops := chain("f", 4000)
	importAll(t, l, "i", ops...)
	after := content(t, l)
	if _, err := l.UndoImport(t.Context(), "i", "李", "撤销", ""); err != nil {
		t.Fatal(err)
	}
	diff(t, "undone", before, content(t, l))
	if _, err := l.UndoImport(t.Context(), "i", "李", "撤销", ""); !errors.Is(err, graph.ErrNotFound) {
		t.Errorf("undone twice: %v", err)
	}
	importAll(t, l, "i", ops...)
	diff(t, "imported again", after, content(t, l))
	apply(t, l, putNode(node(graph.Firm, "f00001", "改名")))
	_, err := l.UndoImport(t.Context(), "i", "李", "撤销", "")
	if got := codes(err); !slices.Equal(got, []string{"nodes/f00001 changed_since"}) {
		t.Errorf("undone although changed: %v", got)
	}
	sameAsStore(t, l, s)
}

func TestAnErrorPointsIntoTheWholeImport(t *testing.T) {
	l := openOn(t, newStore(t), ledger.Options{})
	ops := chain("f", 5001)[:5001]
	ops = append(ops, putEdge(edge(graph.Supplies, "e", "f00000", "nowhere")))
	r, err := l.Import(t.Context(), options("i"), rows(ops...))
	if got := codes(err); !slices.Equal(got, []string{"operations/5001/put_edge/to no_such_node"}) {
		t.Errorf("errors %v", got)
	}
	if !r.Open || r.Operations != graph.MaxBatchOps {
		t.Errorf("%+v", r)
	}
	if _, err := l.Import(t.Context(), options(""), rows()); !errors.Is(err, graph.ErrInvalid) {
		t.Errorf("an import without an id: %v", err)
	}
}

// openTwo leaves imports x and y open: x has made x0 and deleted gone, y has
// made y0.
func openTwo(t *testing.T, l *ledger.Ledger) {
	t.Helper()
	apply(t, l, firm("old"), firm("gone"), putEdge(edge(graph.Supplies, "e", "old", "gone")))
	for _, b := range []graph.Batch{
		{Import: "x", Ops: []graph.Op{firm("x0"), {DeleteNode: "gone"}, putEdge(edge(graph.Supplies, "xe", "x0", "old"))}},
		{Import: "y", Ops: []graph.Op{firm("y0")}},
	} {
		if _, err := l.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatAnOpenImportHoldsIsNotTouchedByOthers(t *testing.T) {
	tests := []struct {
		name string
		ops  []graph.Op
		want []string
	}{
		{"a record that it made", []graph.Op{firm("x0")}, []string{"operations/0/put_node import_open"}},
		{"deleting a record that it made", []graph.Op{{DeleteNode: "x0"}}, []string{"operations/0/delete_node import_open"}},
		{"a record that it deleted", []graph.Op{firm("gone")}, []string{"operations/0/put_node import_open"}},
		{"an edge that went with it", []graph.Op{putEdge(edge(graph.Supplies, "e", "old", "old"))}, []string{"operations/0/put_edge import_open"}},
		{"an edge to a node that it made", []graph.Op{putEdge(edge(graph.Supplies, "n", "old", "y0"))}, []string{"operations/0/put_edge/to import_open"}},
		{"an edge to a node that it deleted", []graph.Op{putEdge(edge(graph.Supplies, "n", "old", "gone"))}, []string{"operations/0/put_edge/to import_open"}},
		{"a node to which it has put an edge", []graph.Op{{DeleteNode: "old"}}, []string{"operations/0/delete_node import_open"}},
		{"deleting what it holds on to, just changed", []graph.Op{putNode(node(graph.Firm, "old", "改名")), {DeleteNode: "old"}}, []string{"operations/1/delete_node import_open"}},
		{"anything else", []graph.Op{putNode(node(graph.Firm, "old", "改名")), firm("new"), putEdge(edge(graph.Supplies, "n", "old", "new"))}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := openOn(t, newStore(t), ledger.Options{})
			openTwo(t, l)
			diff(t, "errors", tt.want, refused(t, l, tt.ops...))
		})
	}
}

func TestWhatAnOpenImportHasTurnedAwayMayComeBack(t *testing.T) {
	tests := []struct {
		name string
		ops  []graph.Op
		want []string
	}{
		{"a second parent beside one that it has deleted", []graph.Op{putEdge(edge(graph.Broader, "b2", "p2", "p3"))}, []string{"operations/0/put_edge/from import_open"}},
		{"a cycle through an edge that it has deleted", []graph.Op{putEdge(edge(graph.Broader, "b3", "p1", "p2"))}, []string{"operations/0/put_edge/to import_open"}},
		{"deleting an end of an edge that it has deleted", []graph.Op{{DeleteNode: "p1"}}, []string{"operations/0/delete_node import_open"}},
		{"deleting the owner of what it has given to another", []graph.Op{{DeleteNode: "f"}}, []string{"operations/0/delete_node import_open"}},
		{"an owner that it has made", []graph.Op{owned(problem("q", ""), "made")}, []string{"operations/0/put_node/owner import_open"}},
		{"merging into what it has made", []graph.Op{mergedInto(node(graph.Firm, "g", "企业"), "made")}, []string{"operations/0/put_node/merged_into import_open"}},
		{"another parent for another", []graph.Op{putEdge(edge(graph.Broader, "b4", "p1", "p3"))}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := openOn(t, newStore(t), ledger.Options{})
			apply(t, l, putNode(node(graph.Product, "p1", "一")), putNode(node(graph.Product, "p2", "二")), putNode(node(graph.Product, "p3", "三")),
				putEdge(edge(graph.Broader, "b1", "p2", "p1")), firm("f"), firm("g"), owned(problem("secret", ""), "f"))
			x := graph.Batch{Import: "x", Ops: []graph.Op{{DeleteEdge: "b1"}, owned(problem("secret", ""), "g"), firm("made")}}
			if _, err := l.Apply(t.Context(), x); err != nil {
				t.Fatal(err)
			}
			diff(t, "errors", tt.want, refused(t, l, tt.ops...))
			x.Ops, x.Closing = []graph.Op{putEdge(edge(graph.Broader, "b5", "p2", "p3"))}, true
			if _, err := l.Apply(t.Context(), x); err != nil {
				t.Errorf("the import itself: %v", err)
			}
		})
	}
}

func TestEachOfTwoUnfinishedImportsIsUndone(t *testing.T) {
	s := newStore(t)
	l := openOn(t, s, ledger.Options{})
	openTwo(t, l)
	apply(t, l, firm("theirs"))
	if _, err := l.Apply(t.Context(), graph.Batch{Import: "y", Ops: []graph.Op{{DeleteNode: "theirs"}}}); err != nil {
		t.Fatal(err)
	}
	want := content(t, l)
	l.Close()
	l = openOn(t, s, ledger.Options{})
	for _, id := range []string{"x", "y"} {
		if _, err := l.UndoImport(t.Context(), id, "李", "撤销", ""); err != nil {
			t.Fatalf("undo of %s: %v", id, err)
		}
		diff(t, "what readers see without "+id, want, content(t, l))
	}
	sameAsStore(t, l, s)
}

func TestARecordThatAnImportLeavesNothingOfIsEverybodys(t *testing.T) {
	s := newStore(t)
	l := openOn(t, s, ledger.Options{})
	step := func(b graph.Batch) {
		t.Helper()
		if _, err := l.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	step(graph.Batch{Import: "x", Ops: []graph.Op{firm("a"), firm("b")}})
	step(graph.Batch{Import: "x", Ops: []graph.Op{{DeleteNode: "a"}}})
	step(batch(firm("a")))
	step(graph.Batch{Import: "x", Ops: []graph.Op{putNode(node(graph.Firm, "a", "改名"))}})
	want := records(t, l.Snapshot())
	l.Close()
	l = openOn(t, s, ledger.Options{})
	diff(t, "after a restart", want, records(t, l.Snapshot()))
	got, err := l.At(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "state at 3", want, records(t, got))
	if _, err := l.UndoImport(t.Context(), "x", "李", "撤销", ""); err != nil {
		t.Fatal(err)
	}
	diff(t, "undone", []graph.ID{"a"}, ids(t, l.Snapshot()))
	sameAsStore(t, l, s)
}

func TestImportsCloseInAnyOrder(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		s := open(t)
		l := openOn(t, s, ledger.Options{})
		openTwo(t, l)
		apply(t, l, firm("between"))
		if _, err := l.Apply(t.Context(), graph.Batch{Import: "x", Closing: true, Ops: []graph.Op{firm("x1")}}); err != nil {
			t.Fatal(err)
		}
		apply(t, l, putNode(node(graph.Firm, "x1", "改名"))) // it is everybody's now
		diff(t, "x is seen, y is not", []graph.ID{"between", "old", "x0", "x1", "xe"}, ids(t, l.Snapshot()))
		want := records(t, l.Snapshot())
		l.Close()
		l = openOn(t, s, ledger.Options{})
		diff(t, "the same after a restart", want, records(t, l.Snapshot()))
		if _, err := l.Apply(t.Context(), graph.Batch{Import: "y", Closing: true}); err != nil {
			t.Fatal(err)
		}
		diff(t, "both are seen", []graph.ID{"between", "old", "x0", "x1", "y0", "xe"}, ids(t, l.Snapshot()))
		sameAsStore(t, l, s)
	})
}

func TestAtGivesWhatReadersSawWhileImportsWereOpen(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		s := open(t)
		l := openOn(t, s, ledger.Options{})
		var states [][]graph.Record
		step := func(b graph.Batch) {
			t.Helper()
			if _, err := l.Apply(t.Context(), b); err != nil {
				t.Fatal(err)
			}
			states = append(states, records(t, l.Snapshot()))
		}
		step(batch(firm("a"), firm("b"), putEdge(edge(graph.Supplies, "e", "a", "b"))))
		step(graph.Batch{Import: "x", Ops: []graph.Op{firm("x0"), {DeleteNode: "b"}}})
		step(batch(firm("c")))
		step(graph.Batch{Import: "y", Ops: []graph.Op{firm("y0")}})
		step(graph.Batch{Import: "x", Ops: []graph.Op{firm("x1"), firm("b")}})
		step(graph.Batch{Import: "x", Closing: true, Ops: []graph.Op{putEdge(edge(graph.Supplies, "xe", "x0", "x1"))}})
		step(batch(putNode(node(graph.Firm, "x0", "改名"))))
		step(graph.Batch{Import: "y", Closing: true})
		step(batch(graph.Op{DeleteNode: "y0"}))
		for i, want := range states {
			got, err := l.At(t.Context(), graph.Seq(i+1))
			if err != nil {
				t.Fatal(err)
			}
			diff(t, fmt.Sprint("state at ", i+1), want, records(t, got))
		}
		l.Close()
		again := openOn(t, s, ledger.Options{})
		for i, want := range states {
			got, err := again.At(t.Context(), graph.Seq(i+1))
			if err != nil {
				t.Fatal(err)
			}
			diff(t, fmt.Sprint("state after a restart at ", i+1), want, records(t, got))
		}
	})
}

func TestRulesThatWaitForTheEndOfAnImport(t *testing.T) {
	tests := []struct {
		name string
		ops  []graph.Op // of the first batch
		last []graph.Op // of the closing one
		want []string
	}{
		{"an owner that comes", []graph.Op{owned(problem("q", ""), "f")}, []graph.Op{firm("f")}, nil},
		{"an owner that does not", []graph.Op{owned(problem("q", ""), "f")}, nil, []string{"nodes/f owner_kind"}},
		{"a place that comes", []graph.Op{putNode(problem("q", "confirmed"))}, []graph.Op{putEdge(edge(graph.OccursAt, "at", "q", "s"))}, nil},
		{"a place that does not", []graph.Op{putNode(problem("q", "confirmed"))}, nil, []string{"nodes/q/fields/problem_status confirmed_needs_occurs_at"}},
		{"what it is merged into comes", []graph.Op{mergedInto(problem("q", ""), "kept")}, []graph.Op{putNode(problem("kept", ""))}, nil},
		{"what it is merged into does not", []graph.Op{mergedInto(problem("q", ""), "kept")}, nil, []string{"nodes/q/merged_into no_such_node"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := openOn(t, newStore(t), ledger.Options{})
			apply(t, l, putNode(node(graph.Segment, "s", "环节")))
			if _, err := l.Apply(t.Context(), graph.Batch{Import: "i", Ops: tt.ops}); err != nil {
				t.Fatal(err)
			}
			_, err := l.Apply(t.Context(), graph.Batch{Import: "i", Closing: true, Ops: tt.last})
			diff(t, "errors", tt.want, codes(err))
			if len(tt.want) == 0 && err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAClosedImportThatCannotBeReadYetIsShownLater(t *testing.T) {
	s := newStore(t)
	f := &faulty{Store: s}
	l := openOn(t, f, ledger.Options{})
	openTwo(t, l)
	f.set(func() { f.hole = 1 }) // beside y, x is shown from the log
	if _, err := l.Apply(t.Context(), graph.Batch{Import: "x", Closing: true}); err != nil {
		t.Fatal(err)
	}
	diff(t, "not yet", []graph.ID{"gone", "old", "e"}, ids(t, l.Snapshot()))
	if got := len(all(t, l.Changes(t.Context(), 0))); got != 1 {
		t.Errorf("followers are told of %d entries", got)
	}
	apply(t, l, firm("next"))
	diff(t, "with the next write", []graph.ID{"next", "old", "x0", "xe"}, ids(t, l.Snapshot()))
	if _, err := l.Apply(t.Context(), graph.Batch{Import: "y", Closing: true}); err != nil {
		t.Fatal(err)
	}
	sameAsStore(t, l, s)
}
