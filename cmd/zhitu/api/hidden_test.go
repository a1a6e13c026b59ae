package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
)

// hiddenIDs are the records of the small graph that the public may not see, and
// what stands in them.
var hiddenMarks = []string{"secret", "机密", "e-7", "e-8", "e-9"}

// TestAHiddenRecordIsOneThatNeverWas makes every call about a hidden id and the
// same about one that does not exist: the answers are the same bytes, but for
// the id that was asked for.
func TestAHiddenRecordIsOneThatNeverWas(t *testing.T) {
	b := newSmall(t)
	for _, path := range []string{
		"/nodes/%s", "/nodes/%s?seq=1", "/nodes/%s/edges", "/nodes/%s/history", "/nodes/%s/upstream", "/nodes/%s/downstream",
		"/paths?from=%s&to=chain:sw", "/paths?from=chain:sw&to=%s", "/nodes/%s/edges?direction=in&edge_kind=MAKES", "/problems/%s/solutions",
		"/standards/%s/timeline", "/nodes?chain=%s",
	} {
		for hidden, unknown := range map[string]string{"product:secret": "product:zzzzzz", "problem:secret": "problem:zzzzzz"} {
			ask := func(id string) got {
				return b.do(call{method: get, path: v1 + fmt.Sprintf(path, id), public: true})
			}
			h, u := ask(hidden), ask(unknown)
			if u.status != 404 {
				t.Errorf("%s of an unknown id: %d", path, u.status)
			}
			hs := strings.ReplaceAll(string(h.body), hidden, unknown)
			if diff := cmp.Diff(fmt.Sprint(u.status, string(u.body)), fmt.Sprint(h.status, hs)); diff != "" {
				t.Errorf("%s tells %s from an unknown id:\n%s", path, hidden, diff)
			}
		}
	}
	for _, path := range []string{"/edges/%s", "/edges/%s/history"} {
		for _, hidden := range []string{"e-7", "e-8", "e-9"} {
			h := b.do(call{method: get, path: v1 + fmt.Sprintf(path, hidden), public: true})
			u := b.do(call{method: get, path: v1 + fmt.Sprintf(path, "e-0"), public: true})
			if diff := cmp.Diff(string(u.body), string(h.body)); diff != "" || h.status != 404 {
				t.Errorf("%s tells %s from an unknown id (%d):\n%s", path, hidden, h.status, diff)
			}
		}
	}
}

// TestAHiddenRecordContributesNothing compares what the public is told with
// what it is told by a graph that never held the hidden records.
func TestAHiddenRecordContributesNothing(t *testing.T) {
	full, without := newSmall(t), newBench(t)
	ops := smallOps(t)
	kept := ops[:0:0]
	for _, op := range ops {
		if n := op.PutNode; n != nil && strings.Contains(string(n.ID), "secret") {
			continue
		}
		if e := op.PutEdge; e != nil && slices.Contains([]graph.ID{"e-7", "e-8", "e-9"}, e.ID) {
			continue
		}
		kept = append(kept, op)
	}
	without.load(kept...)
	for _, path := range []string{
		"/nodes?include_total=true&page_size=1000", "/nodes?q=机密&include_total=true", "/nodes?chain=sw&include_total=true", "/nodes?kind=Product&state=draft,reviewed,retired,merged",
		"/nodes/segment:plate/edges?include_total=true", "/nodes/firm:a/edges", "/nodes/segment:cast/upstream", "/nodes/segment:plate/downstream?depth=3",
		"/overview", "/gaps", "/gaps?chain=sw", "/solve?q=机密问题", "/problems/problem:adhesion/solutions", "/chains/chain:sw/subgraph", "/chains/chain:sw/map", "/chains/chain:sw/map.svg",
	} {
		c := call{method: get, path: v1 + path, public: true}
		f, w := full.do(c), without.do(c)
		if diff := cmp.Diff(fmt.Sprint(w.status, string(w.body)), fmt.Sprint(f.status, string(f.body))); diff != "" {
			t.Errorf("%s shows that something is hidden:\n%s", path, diff)
		}
	}
}

func TestTheLogShowsWhatOneMaySee(t *testing.T) {
	b := newSmall(t)
	b.must(201, call{method: post, path: v1 + "/nodes?reason=机密原因", body: `{"id":"product:secret2","kind":"Product","name":"机密二","visibility":"private","owner":"firm:a"}`})
	b.must(201, call{method: post, path: v1 + "/nodes?reason=公开原因", body: productBody(1)})
	// What was public and is hidden now is hidden in every entry.
	public := b.must(201, call{method: post, path: v1 + "/nodes?reason=转为", body: `{"id":"product:secret3","kind":"Product","name":"机密三"}`})
	b.must(200, call{
		method: put, path: v1 + "/nodes/product:secret3?reason=机密", header: map[string]string{"If-Match": public.header.Get("ETag")},
		body: `{"kind":"Product","name":"机密三","visibility":"private","owner":"firm:a"}`,
	})
	all := b.must(200, call{method: get, path: v1 + "/changes?after=0"})
	if n := strings.Count(string(all.body), `"author"`); n != 5 {
		t.Errorf("an administrator sees %d entries, want 5", n)
	}
	g := b.must(200, call{method: get, path: v1 + "/changes?after=0", public: true})
	if n := strings.Count(string(g.body), `"author"`); n != 2 {
		t.Errorf("the public sees %d entries, want 2: %s", n, g.body)
	}
	for _, mark := range append(hiddenMarks, "转为") {
		if strings.Contains(string(g.body), mark) {
			t.Errorf("the public reads %q in %s", mark, g.body)
		}
	}
	if !strings.Contains(string(g.body), "公开原因") || !strings.Contains(string(g.body), `"last":5`) {
		t.Errorf("what is public is missing: %s", g.body)
	}
	b.must(404, call{method: get, path: v1 + "/nodes/product:secret3/history", public: true})
}

func TestEdgesOfDeletedNodesStayAsHiddenAsTheyWere(t *testing.T) {
	b := newSmall(t)
	for _, id := range []string{"product:secret", "problem:adhesion"} {
		b.must(200, call{method: del, path: v1 + "/nodes/" + id, header: map[string]string{"If-Match": `"1"`}})
	}
	g := b.must(200, call{method: get, path: v1 + "/changes", public: true})
	for _, mark := range []string{"secret", "e-7"} {
		if strings.Contains(string(g.body), mark) {
			t.Errorf("the public reads %q in %s", mark, g.body)
		}
	}
	for _, mark := range []string{`"delete_node":"problem:adhesion"`, `"delete_edge":"e-4"`, `"delete_edge":"e-5"`} {
		if !strings.Contains(string(g.body), mark) {
			t.Errorf("no %s in %s", mark, g.body)
		}
	}
}
