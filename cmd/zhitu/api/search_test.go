package api

import (
	"context"
	"iter"
	"strings"
	"testing"

	"zhitu/graph"
	"zhitu/graph/ledger"
	"zhitu/graph/localstore"
	"zhitu/search"
)

// followed is a ledger as the index follows it.
type followed struct{ *ledger.Ledger }

func (f followed) State() search.State {
	s := f.Snapshot()
	return search.State{Reader: s, Seq: s.Seq(), Epoch: s.Epoch()}
}

func (f followed) Changes(ctx context.Context, after graph.Seq) iter.Seq2[graph.Entry, error] {
	return f.Ledger.Changes(ctx, after)
}

// newSearchable returns a bench over the small graph with an index that has
// caught up.
func newSearchable(t *testing.T) *bench {
	t.Helper()
	store, err := localstore.Open(t.TempDir(), localstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, store)
	l, err := ledger.Open(t.Context(), store, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, l)
	if _, err := l.Apply(t.Context(), graph.Batch{Author: "test", Ops: smallOps(t)}); err != nil {
		t.Fatal(err)
	}
	x, err := search.Open(t.Context(), t.TempDir(), followed{l}, search.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	for !x.Status().Serving || x.Status().Lag > 0 {
		waitABit(t)
	}
	return benchOver(t, l, func(c *Config) { c.Search = x })
}

func TestSearching(t *testing.T) {
	b := newSearchable(t)
	created := b.must(201, call{method: post, path: v1 + "/nodes", body: `{"id":"product:flange","kind":"Product","name":"不锈钢法兰","valid_from":null,"valid_to":null}`})
	if !strings.Contains(string(created.body), `"seq":2`) {
		t.Fatal(string(created.body))
	}
	run(t, b, []scenario{
		{
			name: "what was just written, once its number is searchable", call: call{method: get, path: v1 + "/search?q=法兰&min_seq=2", public: true}, status: 200,
			has: []string{`"product:flange"`, `"seq":2`},
		},
		{
			name: "by an alias, with facets and what was found", call: call{method: get, path: v1 + "/search?q=镀层脱落&facets=kind,chain&highlight=true&include_total=true", public: true}, status: 200,
			has: []string{`"problem:adhesion"`, `"total":`, `"facets":{"`, `"kind":[`},
		},
		{name: "filtered by a chain's slug and several kinds", call: call{method: get, path: v1 + "/search?chain=sw&kind=Problem,Segment", public: true}, status: 200, has: []string{"problem:adhesion", "segment:cast"}, hasNot: []string{"standard:a", "firm:a"}},
		{name: "what is hidden is not found", call: call{method: get, path: v1 + "/search?q=机密阀门&facets=kind", public: true}, status: 200, hasNot: []string{"secret", "机密"}},
		{name: "nor suggested", call: call{method: get, path: v1 + "/suggest?q=机密", public: true}, status: 200, has: []string{`{"items":[]}`}},
		{name: "a suggestion", call: call{method: get, path: v1 + "/suggest?q=镀锌&kind=Problem&limit=3", public: true}, status: 200, has: []string{"problem:adhesion", `"matched":{"field"`}},
		{name: "an unknown facet", call: call{method: get, path: v1 + "/search?facets=colour"}, status: 400, has: []string{"/facets", "unknown_code"}},
		{name: "an unknown filter", call: call{method: get, path: v1 + "/search?colour=red"}, status: 400, has: []string{"unknown_parameter"}},
		{name: "an unknown order", call: call{method: get, path: v1 + "/search?sort=size"}, status: 400, has: []string{"/sort"}},
		{name: "a kind that is none", call: call{method: get, path: v1 + "/search?kind=Dragon"}, status: 400, has: []string{"/kind"}},
		{name: "a page token of another search", call: call{method: get, path: v1 + "/search?page_token=AAAA"}, status: 400, has: []string{"page_token"}},
		{name: "too many suggestions", call: call{method: get, path: v1 + "/suggest?q=a&limit=51"}, status: 400, has: []string{"/limit"}},
		{name: "the service is ready", call: call{method: get, path: "/readyz", public: true}, status: 200, has: []string{`{"status":"ready"}`}},
		{name: "and says how far the index is", call: call{method: get, path: "/metrics"}, status: 200, has: []string{"zhitu_search_lag_entries 0", "zhitu_search_documents"}},
	})
	first := pageOf(b, "/search?kind=Segment,Problem&sort=name", 2, "")
	rest := pageOf(b, "/search?kind=Segment,Problem&sort=name", 50, first.NextPageToken)
	if len(first.Items) != 2 || len(rest.Items) != 1 || first.Items[1].ID == rest.Items[0].ID {
		t.Errorf("pages %v and %v", ids(first), ids(rest))
	}
}
