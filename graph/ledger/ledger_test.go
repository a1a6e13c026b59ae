package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"zhitu/graph"
	"zhitu/graph/ledger"
	"zhitu/graph/snapshot"
)

var noon = time.Date(2026, 11, 30, 4, 0, 0, 0, time.UTC)

func openOn(t testing.TB, s graph.Store, o ledger.Options) *ledger.Ledger {
	t.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return noon }
	}
	l, err := ledger.Open(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func node(kind graph.NodeKind, id graph.ID, name string) graph.Node {
	return graph.Node{ID: id, Kind: kind, Name: name, ValidFrom: graph.Open, ValidTo: graph.Open}
}

func edge(kind graph.EdgeKind, id, from, to graph.ID) graph.Edge {
	return graph.Edge{ID: id, Kind: kind, From: from, To: to, ValidFrom: graph.Open, ValidTo: graph.Open}
}

func firm(id graph.ID) graph.Op { return putNode(node(graph.Firm, id, "企业 "+string(id))) }

func putNode(n graph.Node) graph.Op { return graph.Op{PutNode: &n} }
func putEdge(e graph.Edge) graph.Op { return graph.Op{PutEdge: &e} }

func at(version int64, op graph.Op) graph.Op {
	op.IfVersion = &version
	return op
}

func batch(ops ...graph.Op) graph.Batch {
	return graph.Batch{Author: "王", Reason: "试验", Ops: ops}
}

func apply(t testing.TB, l *ledger.Ledger, ops ...graph.Op) ledger.Result {
	t.Helper()
	r, err := l.Apply(t.Context(), batch(ops...))
	if err != nil {
		t.Fatalf("apply: %v", err)
	}
	return r
}

// refused applies ops and returns "field code" of each error.
func refused(t testing.TB, l *ledger.Ledger, ops ...graph.Op) []string {
	t.Helper()
	_, err := l.Apply(t.Context(), batch(ops...))
	return codes(err)
}

func codes(err error) []string {
	var out []string
	for _, e := range graph.InvalidErrors(err) {
		out = append(out, e.Field+" "+e.Code)
	}
	return out
}

func records(t testing.TB, s *snapshot.Snapshot) []graph.Record {
	t.Helper()
	return all(t, s.All())
}

func all[T any](t testing.TB, seq iter.Seq2[T, error]) []T {
	t.Helper()
	var out []T
	for v, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

func ids(t testing.TB, s *snapshot.Snapshot) []graph.ID {
	t.Helper()
	var out []graph.ID
	for _, r := range records(t, s) {
		out = append(out, r.ID())
	}
	return out
}

func diff(t testing.TB, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got, cmp.AllowUnexported(graph.Record{}), cmpopts.EquateEmpty()); d != "" {
		t.Errorf("%s:\n%s", what, d)
	}
}

// sameAsStore holds what the ledger shows against what the store holds: a scan,
// and the log replayed from nothing.
func sameAsStore(t testing.TB, l *ledger.Ledger, s graph.Store) {
	t.Helper()
	got := records(t, l.Snapshot())
	diff(t, "snapshot against the scan of its store", all(t, s.Scan(t.Context())), got)
	replayed, err := snapshot.Empty("").Apply(all(t, s.Changes(t.Context(), 0))...)
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "snapshot against its log", records(t, replayed), got)
}

func TestAWriteIsSeenByTheNextReader(t *testing.T) {
	s := newStore(t)
	l := openOn(t, s, ledger.Options{})
	r := apply(t, l, firm("a"), firm("b"), putEdge(edge(graph.Supplies, "e", "a", "b")))
	if r.Seq != 1 || r.Replayed || l.Snapshot().Seq() != 1 {
		t.Errorf("entry %d, snapshot at %d", r.Seq, l.Snapshot().Seq())
	}
	n, ok := l.Snapshot().Node("a")
	if !ok || n.Version != 1 || n.Seq != 1 || n.State != graph.Draft || n.Visibility != graph.Public {
		t.Errorf("node %+v", n)
	}
	got, err := r.Records[2].Edge()
	if err != nil || got.ID != "e" || got.Version != 1 {
		t.Errorf("record of the edge: %+v, %v", got, err)
	}
	sameAsStore(t, l, s)
}

func TestVersionsAndNumbers(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		l := openOn(t, open(t), ledger.Options{})
		version := func() int64 { h, _ := l.Snapshot().Head("a"); return h.Version }
		apply(t, l, firm("b"))
		apply(t, l, firm("a"))
		if version() != 2 {
			t.Errorf("a record begins at version %d, want its entry's number 2", version())
		}
		renamed := putNode(node(graph.Firm, "a", "改名"))
		if r := apply(t, l, renamed); r.Seq != 3 || version() != 3 {
			t.Errorf("version %d at %d after a change", version(), r.Seq)
		}
		if r := apply(t, l, renamed); r.Seq != 3 || version() != 3 || len(r.Changes) != 0 {
			t.Errorf("version %d at %d after a put of the same", version(), r.Seq)
		}
		apply(t, l, graph.Op{DeleteNode: "a"})
		apply(t, l, firm("a"))
		if version() != 5 {
			t.Errorf("version %d of a record that was created again at 5", version())
		}
		if got := refused(t, l, at(3, renamed)); !slices.Equal(got, []string{"operations/0/put_node stale"}) {
			t.Errorf("a version of the old life: %v", got)
		}
	})
}

func TestADeletedNodeTakesItsEdgesWithItInTheEntry(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		s := open(t)
		l := openOn(t, s, ledger.Options{})
		apply(t, l, firm("a"), firm("b"), putEdge(edge(graph.Supplies, "1", "a", "b")), putEdge(edge(graph.Supplies, "2", "b", "a")))
		r := apply(t, l, graph.Op{DeleteNode: "a"})
		var gone []string
		for _, c := range r.Changes {
			gone = append(gone, fmt.Sprintf("%t %s %t", c.IsEdge(), c.ID(), c.After.IsZero()))
		}
		diff(t, "changes", []string{"false a true", "true 1 true", "true 2 true"}, gone)
		sameAsStore(t, l, s)
	})
}

func TestABatchThatEndsWhereItBeganMakesNoEntry(t *testing.T) {
	s := newStore(t)
	l := openOn(t, s, ledger.Options{})
	apply(t, l, firm("a"))
	before := records(t, l.Snapshot())
	r := apply(t, l, putNode(node(graph.Firm, "a", "改名")), firm("a"), firm("b"), graph.Op{DeleteNode: "b"})
	if r.Seq != 1 || len(r.Changes) != 0 {
		t.Errorf("entry %d with %d changes", r.Seq, len(r.Changes))
	}
	diff(t, "records", before, records(t, l.Snapshot()))
	sameAsStore(t, l, s)
}

func TestALostUpdateIsStale(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		l := openOn(t, open(t), ledger.Options{})
		apply(t, l, firm("a"))
		_, err1 := l.Apply(t.Context(), batch(at(1, putNode(node(graph.Firm, "a", "甲")))))
		_, err2 := l.Apply(t.Context(), batch(at(1, putNode(node(graph.Firm, "a", "乙")))))
		if err1 != nil || !errors.Is(err2, graph.ErrStale) {
			t.Errorf("%v; %v", err1, err2)
		}
		_, err := l.Apply(t.Context(), batch(at(0, firm("a"))))
		if !errors.Is(err, graph.ErrConflict) || errors.Is(err, graph.ErrStale) {
			t.Errorf("creating what exists: %v", err)
		}
	})
}

func TestTheSameCommandTwice(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		l := openOn(t, open(t), ledger.Options{})
		b := batch(firm("a"), firm("b"))
		b.Command, b.Hash = "key-1", "h"
		first, err := l.Apply(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		apply(t, l, putNode(node(graph.Firm, "a", "改名")))
		second, err := l.Apply(t.Context(), b)
		if err != nil || !second.Replayed || second.Seq != first.Seq {
			t.Fatalf("replayed %t at %d: %v", second.Replayed, second.Seq, err)
		}
		diff(t, "records of the first answer", first.Records, second.Records)
		b.Hash = "other"
		if _, err = l.Apply(t.Context(), b); !errors.Is(err, ledger.ErrCommandReused) || !errors.Is(err, graph.ErrConflict) {
			t.Errorf("another request under the same command: %v", err)
		}
		if l.Snapshot().Seq() != 2 {
			t.Errorf("head %d", l.Snapshot().Seq())
		}
	})
}

func TestACommandThatChangedNothingIsAnsweredTheSameAgain(t *testing.T) {
	l := openOn(t, newStore(t), ledger.Options{})
	apply(t, l, firm("a"))
	b := batch(firm("a"))
	b.Command = "key-1"
	first, err := l.Apply(t.Context(), b)
	if err != nil || first.Seq != 1 {
		t.Fatal(first.Seq, err)
	}
	apply(t, l, putNode(node(graph.Firm, "a", "改名")))
	second, err := l.Apply(t.Context(), b)
	if err != nil || !second.Replayed || second.Seq != 1 {
		t.Errorf("replayed %t at %d: %v", second.Replayed, second.Seq, err)
	}
	diff(t, "records", first.Records, second.Records)
	if n, _ := l.Snapshot().Node("a"); n.Name != "改名" {
		t.Errorf("a repeated command has undone a later change: %s", n.Name)
	}
}

func TestACancelledContextWithdrawsAWrite(t *testing.T) {
	l := openOn(t, newStore(t), ledger.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Apply(ctx, batch(firm("a"))); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	apply(t, l, firm("b"))
	diff(t, "records", []graph.ID{"b"}, ids(t, l.Snapshot()))
}

func TestAClosedLedgerRefuses(t *testing.T) {
	l := openOn(t, newStore(t), ledger.Options{})
	apply(t, l, firm("a"))
	waiting := make(chan error)
	go func() { waiting <- l.Wait(t.Context(), 1) }()
	if err := errors.Join(l.Close(), l.Close()); err != nil {
		t.Fatal(err)
	}
	if err := <-waiting; !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("who waited: %v", err)
	}
	if _, err := l.Apply(t.Context(), batch(firm("b"))); !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("a write: %v", err)
	}
	if _, ok := l.Snapshot().Node("a"); !ok {
		t.Error("reading must go on")
	}
}

func TestTheGraphComesBackAfterARestart(t *testing.T) {
	eachStore(t, func(t *testing.T, open opener) {
		s := open(t)
		l := openOn(t, s, ledger.Options{})
		apply(t, l, firm("a"), firm("b"), putEdge(edge(graph.Supplies, "e", "a", "b")))
		apply(t, l, graph.Op{DeleteNode: "b"})
		want := records(t, l.Snapshot())
		l.Close()
		again := openOn(t, s, ledger.Options{})
		diff(t, "records", want, records(t, again.Snapshot()))
		if again.Snapshot().Seq() != 2 {
			t.Errorf("at %d", again.Snapshot().Seq())
		}
	})
}

func TestLimitsOfABatch(t *testing.T) {
	l := openOn(t, newStore(t), ledger.Options{})
	many := slices.Repeat([]graph.Op{firm("a")}, graph.MaxBatchOps+1)
	if got := refused(t, l, many...); !slices.Equal(got, []string{"operations too_many"}) {
		t.Errorf("too many operations: %v", got)
	}
	big := node(graph.Firm, "a", "大")
	big.Fields = graph.Fields{"note": strings.Repeat("x", graph.MaxTextBytes)}
	var ops []graph.Op
	for i := range 17 {
		n := big
		n.ID = graph.ID(fmt.Sprint("n", i))
		ops = append(ops, putNode(n))
	}
	if got := refused(t, l, ops...); !slices.Equal(got, []string{"operations batch_bytes"}) {
		t.Errorf("too many bytes: %v", got)
	}
	if got := refused(t, l, graph.Op{}); !slices.Equal(got, []string{"operations/0/delete_node one_operation"}) {
		t.Errorf("no operation: %v", got)
	}
}
