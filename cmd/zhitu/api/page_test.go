package api

import (
	"fmt"
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
)

func TestPagesOfAnySizeMakeTheSameList(t *testing.T) {
	b := newSmall(t)
	var ops []graph.Op
	for i := range 240 {
		kind, id := graph.Product, fmt.Sprintf("product:p%03d", i)
		if i%3 == 0 {
			kind, id = graph.Characteristic, fmt.Sprintf("characteristic:c%03d", i)
		}
		n := graph.Node{ID: graph.ID(id), Kind: kind, Name: id, ValidFrom: graph.Open, ValidTo: graph.Open}
		ops = append(ops, graph.Op{PutNode: &n})
		if kind == graph.Product {
			e := graph.Edge{Kind: graph.MadeIn, From: n.ID, To: "segment:cast", ValidFrom: graph.Open, ValidTo: graph.Open}
			ops = append(ops, graph.Op{PutEdge: &e})
		}
	}
	b.load(ops...)
	for _, path := range []string{"/nodes?", "/nodes?kind=Product", "/nodes?q=p0", "/nodes/segment:cast/edges?", "/nodes/segment:cast/edges?edge_kind=MADE_IN&direction=in", "/changes?after=0", "/nodes?seq=1"} {
		want := readAll(b, path, 1000)
		if len(want) == 0 {
			t.Errorf("%s is empty", path)
		}
		for _, size := range []int{1, 5, 16, 53, 54, 100} {
			if size == 1 && len(want) > 100 {
				continue
			}
			if diff := cmp.Diff(want, readAll(b, path, size)); diff != "" {
				t.Errorf("%s in pages of %d: -whole +pages\n%s", path, size, diff)
			}
		}
	}
}

func TestAListThatChangesBetweenPagesShowsEachItemOnce(t *testing.T) {
	b := newSmall(t)
	for i := range 10 {
		b.must(201, call{method: post, path: v1 + "/nodes", body: productBody(2 * i)})
	}
	first := pageOf(b, "/nodes?kind=Product", 5, "")
	b.must(201, call{method: post, path: v1 + "/nodes", body: productBody(1)})  // before the cut
	b.must(201, call{method: post, path: v1 + "/nodes", body: productBody(17)}) // after it
	b.must(200, call{method: del, path: v1 + "/nodes/product:n0008", header: map[string]string{"If-Match": `"6"`}})
	rest := pageOf(b, "/nodes?kind=Product", 100, first.NextPageToken)
	all := append(ids(first), ids(rest)...)
	if !slices.IsSorted(all) || len(slices.Compact(slices.Clone(all))) != len(all) {
		t.Errorf("not in order, or twice: %v", all)
	}
	if !slices.Contains(all, "product:n0017") || slices.Contains(all, "product:n0001") {
		t.Errorf("the list after the cut is not what the graph holds: %v", all)
	}
}

// anyPage is a page of any list.
type anyPage struct {
	Items []struct {
		ID  string `json:"id"`
		Seq int    `json:"seq"`
	} `json:"items"`
	NextPageToken string `json:"next_page_token"`
}

func ids(p anyPage) []string {
	var out []string
	for _, item := range p.Items {
		if item.ID == "" {
			item.ID = fmt.Sprint("entry ", item.Seq)
		}
		out = append(out, item.ID)
	}
	return out
}

func pageOf(b *bench, path string, size int, token string) anyPage {
	b.t.Helper()
	g := b.must(200, call{method: get, path: v1 + path + fmt.Sprintf("&page_size=%d&page_token=%s", size, url.QueryEscape(token))})
	var p anyPage
	g.decode(b.t, &p)
	return p
}

func readAll(b *bench, path string, size int) []string {
	b.t.Helper()
	var out []string
	for token, more := "", true; more; more = token != "" {
		p := pageOf(b, path, size, token)
		if len(p.Items) > size {
			b.t.Fatalf("%s: %d items on a page of %d", path, len(p.Items), size)
		}
		out, token = append(out, ids(p)...), p.NextPageToken
	}
	return out
}
