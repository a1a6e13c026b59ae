package graphtest

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
)

// RunStore checks the stores that open returns: a new, empty one each time,
// closed with t.Cleanup. An open may end the life of the store before it: a
// server has one database.
func RunStore(t *testing.T, open func(t *testing.T) graph.Store) {
	for _, group := range [][]storeCase{orderCases, valueCases, appendCases, logCases, liveCases, modelCases} {
		for _, tt := range group {
			t.Run(tt.name, func(t *testing.T) { tt.check(t, open(t)) })
		}
	}
}

// storeCase is one sentence of the contract.
type storeCase struct {
	name  string
	check func(*testing.T, graph.Store)
}

// scan collects what s holds.
func scan(t testing.TB, s graph.Store) []graph.Record {
	t.Helper()
	var all []graph.Record
	for r, err := range s.Scan(t.Context()) {
		if err != nil {
			t.Fatalf("scan, after %d records: %v", len(all), err)
		}
		all = append(all, r)
	}
	return all
}

// changes collects the log after seq.
func changes(t testing.TB, s graph.Store, after graph.Seq) []graph.Entry {
	t.Helper()
	var all []graph.Entry
	for e, err := range s.Changes(t.Context(), after) {
		if err != nil {
			t.Fatalf("changes after %d, after %d entries: %v", after, len(all), err)
		}
		all = append(all, e)
	}
	return all
}

// head returns the number of the last entry.
func head(t testing.TB, s graph.Store) graph.Seq {
	t.Helper()
	seq, _, err := s.Head(t.Context())
	if err != nil {
		t.Fatalf("head: %v", err)
	}
	return seq
}

// load appends entries as one group each of at most 64.
func load(t testing.TB, s graph.Store, entries ...graph.Entry) {
	t.Helper()
	for len(entries) > 0 {
		n := min(64, len(entries))
		if err := s.Append(t.Context(), entries[0].Seq-1, entries[:n]); err != nil {
			t.Fatalf("append after %d: %v", entries[0].Seq-1, err)
		}
		entries = entries[n:]
	}
}

// Same fails unless s holds exactly what m says, log included.
func Same(t testing.TB, m *Model, s graph.Store) {
	t.Helper()
	same(t, m, s)
}

func same(t testing.TB, m *Model, s graph.Store) {
	t.Helper()
	sameRecords(t, m.Records(), scan(t, s))
	sameEntries(t, m.Log(), changes(t, s, 0))
	if got := head(t, s); got != m.Head() {
		t.Errorf("head is %d, want %d", got, m.Head())
	}
}

// sameRecords compares byte for byte and shows the first difference decoded.
func sameRecords(t testing.TB, want, got []graph.Record) {
	t.Helper()
	for i := range min(len(want), len(got)) {
		if want[i].Encoded() != got[i].Encoded() {
			t.Fatalf("record %d differs (-want +got):\n%s", i, cmp.Diff(plain(t, want[i]), plain(t, got[i])))
		}
	}
	if len(want) != len(got) {
		t.Fatalf("%d records, want %d", len(got), len(want))
	}
}

func plain(t testing.TB, r graph.Record) any {
	t.Helper()
	if r.IsZero() {
		return nil
	}
	if r.IsEdge() {
		e, err := r.Edge()
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	n, err := r.Node()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func sameEntries(t testing.TB, want, got []graph.Entry) {
	t.Helper()
	for i := range min(len(want), len(got)) {
		if string(graph.AppendEntry(nil, want[i])) != string(graph.AppendEntry(nil, got[i])) {
			t.Fatalf("entry %d differs (-want +got):\n%s", want[i].Seq,
				cmp.Diff(want[i], got[i], cmp.Comparer(func(a, b graph.Record) bool { return a.Encoded() == b.Encoded() })))
		}
	}
	if len(want) != len(got) {
		t.Fatalf("%d entries, want %d", len(got), len(want))
	}
}

// behind fails unless an append of entries is refused and leaves no trace.
func behind(t *testing.T, m *Model, s graph.Store, expected graph.Seq, entries ...graph.Entry) {
	t.Helper()
	if err := s.Append(t.Context(), expected, entries); !errors.Is(err, graph.ErrBehind) {
		t.Errorf("append after %d: %v, want ErrBehind", expected, err)
	}
	same(t, m, s)
}

// cancelledContext is over before it begins.
func cancelledContext(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
