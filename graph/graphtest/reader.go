package graphtest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"zhitu/graph"
)

// RunReader checks the readers that open returns, over the records that log
// leaves. A Reader that is a Walker too must walk as it does by Touching.
func RunReader(t *testing.T, open func(t *testing.T, log []graph.Entry) graph.Reader) {
	m := readerModel()
	r := open(t, m.Log())
	for _, tt := range readerContract {
		t.Run(tt.name, func(t *testing.T) { tt.check(t, m, r) })
	}
	t.Run("an empty graph answers nothing", func(t *testing.T) {
		empty := NewModel()
		r := open(t, empty.Log())
		for _, tt := range readerContract {
			tt.check(t, empty, r)
		}
	})
}

var readerContract = []struct {
	name  string
	check func(*testing.T, *Model, graph.Reader)
}{
	{"nodes come in the order asked for, unknown ones left out", readNodes},
	{"edges come in the order asked for, unknown ones left out", readEdges},
	{"touching finds each edge once, in order, by kind and direction", readTouching},
	{"touching a hub finds all its edges", readHub},
	{"a kind comes whole and in the order of ids", readKinds},
	{"a consumer may stop early", readStopEarly},
	{"a cancelled context stops every call", readCancelled},
	{"a walk finds each node at its least depth, without the start", walkLevels},
	{"a walk keeps the first of a level that is cut", walkLimits},
	{"a walk sees what is valid on the date, from the first day to before the last", walkDates},
	{"a walk does not pass what is hidden, retired or merged", walkHidden},
}

const hub graph.ID = "hub"

var theDay = graph.DateOf(2026, 6, 1)

// readerModel is a cycle, a self loop, parallel edges, a diamond, a chain, a
// hub, and parts that a date or a caller does not see.
func readerModel() *Model {
	m := NewModel()
	var ops []graph.Op
	for i, id := range []graph.ID{"a", "a.b", "a:b", "b", "c", "d", "e", "f", "g", "h", "alone", hub} {
		n := fullNode(graph.Nodes()[i%8], id)
		n.State, n.Visibility, n.Owner, n.MergedInto = graph.Reviewed, graph.Public, "", ""
		n.ValidFrom, n.ValidTo = graph.Unknown, graph.Open
		ops = append(ops, PutNode(n))
	}
	edges := []struct {
		kind     graph.EdgeKind
		id       graph.ID
		from, to graph.ID
	}{
		{graph.Supplies, "loop", "a", "a"},
		{graph.Supplies, "c1", "a", "b"},
		{graph.Supplies, "c2", "b", "c"},
		{graph.Supplies, "c3", "c", "a"},
		{graph.Supplies, "p2", "a", "b"},
		{graph.Supplies, "p1", "a", "b"},
		{graph.Causes, "p0", "a", "b"},
		{graph.Supplies, "p3", "b", "a"},
		{graph.Requires, "d1", "c", "d"},
		{graph.Requires, "d2", "c", "e"},
		{graph.Requires, "d3", "d", "f"},
		{graph.Requires, "d4", "e", "f"},
		{graph.Requires, "x1", "f", "g"},
		{graph.Addresses, "x2", "g", "h"},
		{graph.Addresses, "x3", "h", "a.b"},
		{graph.Addresses, "x4", "a:b", "h"},
	}
	for _, e := range edges {
		edge := Edge(e.kind, e.id, e.from, e.to)
		edge.Fields = graph.Fields{"note": string(e.id)}
		ops = append(ops, PutEdge(edge))
	}
	m.Next(ops...)
	m.Next(datedOps()...)
	m.Next(hiddenOps()...)
	addHub(m)
	return m
}

// addHub gives hub an edge to and from each of 3,000 firms.
func addHub(m *Model) {
	m.Next(firms("spoke", 3000)...)
	for half := range 2 {
		var ops []graph.Op
		for i := range 3000 {
			spoke := graph.ID(fmt.Sprintf("spoke%05d", i))
			kind := []graph.EdgeKind{graph.Supplies, graph.Makes, graph.Holds}[i%3]
			e := Edge(kind, graph.ID(fmt.Sprintf("h%d-%05d", half, (i*7)%3000)), hub, spoke)
			if half == 1 {
				e.From, e.To = spoke, hub
			}
			ops = append(ops, PutEdge(e))
		}
		m.Next(ops...)
	}
}

// datedOps hang nodes on d, each valid in another way around theDay.
func datedOps() []graph.Op {
	spans := [][2]graph.Date{
		{theDay, graph.Open},
		{theDay.AddDays(1), graph.Open},
		{graph.Open, theDay},
		{graph.Open, theDay.AddDays(1)},
		{graph.Unknown, graph.Unknown},
		{graph.Unknown, theDay},
		{theDay.AddDays(-1), theDay.AddDays(1)},
	}
	var ops []graph.Op
	for i, span := range spans {
		node := Node(graph.Firm, graph.ID(fmt.Sprintf("dated-n%d", i)), "有效期")
		node.ValidFrom, node.ValidTo = span[0], span[1]
		behind := Node(graph.Firm, graph.ID(fmt.Sprintf("dated-m%d", i)), "边的有效期")
		e := Edge(graph.Supplies, graph.ID(fmt.Sprintf("dated-e%d", i)), "d", node.ID)
		f := Edge(graph.Supplies, graph.ID(fmt.Sprintf("dated-f%d", i)), "d", behind.ID)
		f.ValidFrom, f.ValidTo = span[0], span[1]
		after := Edge(graph.Supplies, graph.ID(fmt.Sprintf("dated-g%d", i)), node.ID, behind.ID)
		ops = append(ops, PutNode(node), PutNode(behind), PutEdge(e), PutEdge(f), PutEdge(after))
	}
	return ops
}

// hiddenOps hang on e what only some may see, and something public behind it.
func hiddenOps() []graph.Op {
	var ops []graph.Op
	for i, v := range []graph.Visibility{graph.Public, graph.ChainWide, graph.Organization, graph.Private} {
		for j, s := range []graph.State{graph.Draft, graph.Reviewed, graph.Retired, graph.Merged} {
			n := Node(graph.Firm, graph.ID(fmt.Sprintf("hidden-%d%d", i, j)), "隐")
			n.Visibility, n.State = v, s
			if v != graph.Public {
				n.Owner = "a"
			}
			beyond := Node(graph.Firm, graph.ID(fmt.Sprintf("beyond-%d%d", i, j)), "后")
			e := Edge(graph.Supplies, graph.ID(fmt.Sprintf("to-hidden-%d%d", i, j)), "e", n.ID)
			e.Visibility, e.Owner = graph.Public, ""
			f := Edge(graph.Supplies, graph.ID(fmt.Sprintf("to-beyond-%d%d", i, j)), n.ID, beyond.ID)
			ops = append(ops, PutNode(n), PutNode(beyond), PutEdge(e), PutEdge(f))
		}
	}
	return ops
}

// equal compares answers; no list and an empty one are the same.
func equal(t *testing.T, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func collect[T any](t *testing.T, seq iter.Seq2[T, error]) []T {
	t.Helper()
	var all []T
	for v, err := range seq {
		if err != nil {
			t.Fatalf("after %d: %v", len(all), err)
		}
		all = append(all, v)
	}
	return all
}

func readNodes(t *testing.T, m *Model, r graph.Reader) {
	for _, ids := range [][]graph.ID{nil, {"none"}, {"f", "a", "none", "b", "a.b", "a"}, {"loop"}} {
		want, err := modelReader{m}.Nodes(t.Context(), ids)
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Nodes(t.Context(), ids)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, fmt.Sprint(ids), want, got)
	}
}

func readEdges(t *testing.T, m *Model, r graph.Reader) {
	for _, ids := range [][]graph.ID{nil, {"none"}, {"x1", "c1", "none", "p0", "loop", "c1"}, {"a"}} {
		want, err := modelReader{m}.Edges(t.Context(), ids)
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Edges(t.Context(), ids)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, fmt.Sprint(ids), want, got)
	}
}

// filters are every direction with no kind, one, several, and one that is not.
func filters() []graph.EdgeFilter {
	var all []graph.EdgeFilter
	for _, d := range []graph.Direction{graph.Both, graph.Out, graph.In} {
		for _, kinds := range [][]graph.EdgeKind{
			nil, {graph.Supplies}, {graph.Requires, graph.Causes, graph.Supplies}, {graph.PartOf}, {"NOT_A_KIND"},
		} {
			all = append(all, graph.EdgeFilter{Kinds: kinds, Direction: d})
		}
	}
	return all
}

func readTouching(t *testing.T, m *Model, r graph.Reader) {
	for _, f := range filters() {
		for _, ids := range [][]graph.ID{nil, {"none"}, {"a"}, {"b", "a"}, {"c", "d", "c", "none"}, {"alone"}} {
			equal(t, fmt.Sprint(ids, f), m.touching(ids, f), collect(t, r.Touching(t.Context(), ids, f)))
		}
	}
}

func readHub(t *testing.T, m *Model, r graph.Reader) {
	for _, f := range []graph.EdgeFilter{{}, {Direction: graph.In}, {Kinds: []graph.EdgeKind{graph.Makes}}} {
		equal(t, fmt.Sprint(f), m.touching([]graph.ID{hub}, f), collect(t, r.Touching(t.Context(), []graph.ID{hub}, f)))
	}
}

func readKinds(t *testing.T, m *Model, r graph.Reader) {
	kinds := []graph.NodeKind{"NotAKind"}
	for _, spec := range graph.Nodes() {
		kinds = append(kinds, spec.Kind)
	}
	for _, k := range kinds {
		equal(t, string(k), slices.Collect(m.nodesOf(k)), collect(t, r.OfKind(t.Context(), k)))
	}
}

func readStopEarly(t *testing.T, m *Model, r graph.Reader) {
	for range r.Touching(t.Context(), []graph.ID{hub}, graph.EdgeFilter{}) {
		break
	}
	for range r.OfKind(t.Context(), graph.Firm) {
		break
	}
	readNodes(t, m, r)
}

func readCancelled(t *testing.T, _ *Model, r graph.Reader) {
	ctx := cancelledContext(t)
	want := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want context.Canceled", what, err)
		}
	}
	_, err := r.Nodes(ctx, []graph.ID{"a"})
	want("nodes", err)
	_, err = r.Edges(ctx, []graph.ID{"c1"})
	want("edges", err)
	want("touching", lastError(r.Touching(ctx, []graph.ID{hub}, graph.EdgeFilter{})))
	want("of kind", lastError(r.OfKind(ctx, graph.Firm)))
}

// lastError returns the error that ends seq. A reader of an empty graph has
// nothing to stop, and may say so or not.
func lastError[T any](seq iter.Seq2[T, error]) error {
	n := 0
	var last error
	for _, err := range seq {
		n++
		last = err
	}
	if n == 0 {
		return context.Canceled
	}
	return last
}
