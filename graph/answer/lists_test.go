package answer_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"sync"
	"testing"

	"zhitu/graph"
	"zhitu/graph/answer"
	"zhitu/graph/snapshot"
	"zhitu/seed"
)

// today is the day as of which the seed states its facts.
const today = "2026-11-23"

// seedSnapshot is the seed with its invented firms, loaded once: a snapshot
// never changes.
var seedSnapshot = sync.OnceValues(func() (*snapshot.Snapshot, error) {
	ops, _, err := seed.Ops(seed.Options{Illustrative: true})
	if err != nil {
		return nil, err
	}
	return snapshot.Empty("seed").With(ops)
})

// seedAt is the seed on a date as the public sees it.
func seedAt(tb testing.TB, date string) *graph.View {
	tb.Helper()
	return seedFor(tb, date, graph.Caller{})
}

func seedFor(tb testing.TB, date string, caller graph.Caller) *graph.View {
	tb.Helper()
	s, err := seedSnapshot()
	if err != nil {
		tb.Fatal(err)
	}
	return graph.NewView(s, 1, graph.Scope{AsOf: day(tb, date), Caller: caller})
}

func day(tb testing.TB, date string) graph.Date {
	tb.Helper()
	d, err := graph.ParseDate(date)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// answerOf asks the question called name; query is as in an address.
func answerOf[A any](tb testing.TB, view *graph.View, name, path, query string) (A, answer.Envelope) {
	tb.Helper()
	q, ok := answer.Find(name)
	if !ok {
		tb.Fatalf("no question is called %q", name)
	}
	in := map[string]string{}
	for _, p := range q.Params {
		if p.In == "path" {
			in[p.Name] = path
		}
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		tb.Fatal(err)
	}
	body := ""
	if q.Method == "POST" {
		values, body = nil, query
	}
	params, err := q.Bind(in, values, []byte(body))
	if err != nil {
		tb.Fatalf("%s %s?%s: %v", name, path, query, err)
	}
	env, err := q.Ask(tb.Context(), view, params)
	if err != nil {
		tb.Fatalf("%s %s?%s: %v", name, path, query, err)
	}
	holds(tb, view, name, env)
	return env.Answer.(A), env
}

// holds checks what is true of every answer: no list is null, it is truncated
// exactly when it says so, and every path runs along edges of the graph.
func holds(tb testing.TB, view *graph.View, name string, env answer.Envelope) {
	tb.Helper()
	b, err := json.Marshal(env.Answer)
	if err != nil {
		tb.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(b, &tree); err != nil {
		tb.Fatal(err)
	}
	if env.Complete != (len(env.TruncatedBy) == 0) {
		tb.Errorf("%s: complete %v, truncated by %v", name, env.Complete, env.TruncatedBy)
	}
	eachObject(tree, func(object map[string]any) {
		for _, list := range []string{"items", "paths", "evidence", "nodes", "edges", "details", "located"} {
			if v, there := object[list]; there && v == nil {
				tb.Errorf("%s: a list %q is null", name, list)
			}
		}
		nodes, hasNodes := object["nodes"].([]any)
		edges, hasEdges := object["edges"].([]any)
		if hasNodes && hasEdges && len(object) == 2 {
			runs(tb, view, name, nodes, edges)
		}
	})
}

func eachObject(tree any, see func(map[string]any)) {
	switch v := tree.(type) {
	case map[string]any:
		see(v)
		for _, inner := range v {
			eachObject(inner, see)
		}
	case []any:
		for _, inner := range v {
			eachObject(inner, see)
		}
	}
}

// runs checks that each edge of a path joins the nodes beside it.
func runs(tb testing.TB, view *graph.View, name string, nodes, edges []any) {
	tb.Helper()
	if len(nodes) != len(edges)+1 {
		tb.Errorf("%s: a path of %d nodes has %d edges", name, len(nodes), len(edges))
		return
	}
	for i, id := range edges {
		found, err := view.Reader().Edges(tb.Context(), []graph.ID{graph.ID(id.(string))})
		if err != nil || len(found) != 1 {
			tb.Errorf("%s: a path names the edge %v, which the graph lacks (%v)", name, id, err)
			continue
		}
		ends := []string{string(found[0].From), string(found[0].To)}
		if !slices.Contains(ends, nodes[i].(string)) || !slices.Contains(ends, nodes[i+1].(string)) {
			tb.Errorf("%s: %v does not join %v and %v", name, id, nodes[i], nodes[i+1])
		}
	}
}

// warned tells whether the answer bears a warning.
func warned(env answer.Envelope, code string) bool {
	return slices.ContainsFunc(env.Warnings, func(w answer.Warning) bool { return w.Code == code })
}

func idsOf[T any](list []T, id func(T) graph.ID) []graph.ID {
	out := make([]graph.ID, len(list))
	for i, x := range list {
		out[i] = id(x)
	}
	return out
}

// thing is a reviewed node with pairs of field and value.
func thing(kind graph.NodeKind, id graph.ID, pairs ...any) graph.Node {
	return graph.Node{
		ID: id, Kind: kind, Name: string(id), State: graph.Reviewed, Visibility: graph.Public, ValidFrom: graph.Open, ValidTo: graph.Open,
		Fields: valuesOf(pairs),
	}
}

// tie is a reviewed edge with pairs of field and value.
func tie(kind graph.EdgeKind, from, to graph.ID, pairs ...any) graph.Edge {
	e := graph.Edge{
		Kind: kind, From: from, To: to, State: graph.Reviewed, Visibility: graph.Public, ValidFrom: graph.Open, ValidTo: graph.Open,
		Fields: valuesOf(pairs),
	}
	e.Conform()
	return e
}

func valuesOf(pairs []any) graph.Fields {
	f := graph.Fields{}
	for i := 0; i+1 < len(pairs); i += 2 {
		f[pairs[i].(string)] = pairs[i+1]
	}
	return f
}

// world is a small graph of nodes and edges.
func world(tb testing.TB, records ...any) *snapshot.Snapshot {
	tb.Helper()
	var ops, edges []graph.Op
	for _, r := range records {
		switch r := r.(type) {
		case graph.Node:
			ops = append(ops, graph.Op{PutNode: &r})
		case graph.Edge:
			edges = append(edges, graph.Op{PutEdge: &r})
		default:
			tb.Fatalf("a %T is no record", r)
		}
	}
	s, err := snapshot.Empty("world").With(append(ops, edges...))
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// publicly is a graph on a date as the public sees it.
func publicly(tb testing.TB, r graph.Reader, date string) *graph.View {
	tb.Helper()
	return graph.NewView(r, 1, graph.Scope{AsOf: day(tb, date)})
}

// everyNode returns the nodes of one kind in a view.
func everyNode(tb testing.TB, view *graph.View, kind graph.NodeKind) []graph.Node {
	tb.Helper()
	var out []graph.Node
	for n, err := range view.OfKind(tb.Context(), kind) {
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, n)
	}
	return out
}

// edgesOf returns the edges of one kind out of the nodes of one kind in a view.
func edgesOf(tb testing.TB, view *graph.View, from graph.NodeKind, kind graph.EdgeKind) []graph.Edge {
	tb.Helper()
	ids := idsOf(everyNode(tb, view, from), func(n graph.Node) graph.ID { return n.ID })
	edges, err := view.Touching(tb.Context(), ids, graph.EdgeFilter{Kinds: []graph.EdgeKind{kind}, Direction: graph.Out})
	if err != nil {
		tb.Fatal(err)
	}
	return edges
}
