package api

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
)

func TestWriting(t *testing.T) {
	b := newSmall(t)
	edge := `{"edge_kind":"CAUSES","from":"problem:porosity","to":"problem:adhesion","valid_from":null,"valid_to":null}`
	run(t, b, []scenario{
		{
			name: "a node is created", call: call{method: post, path: v1 + "/nodes?reason=新产品", body: productBody(1)}, status: 201,
			has: []string{`"seq":2`, `"version":2`, `"state":"draft"`, `"visibility":"public"`}, headers: map[string]string{"ETag": `"2"`, "Location": v1 + "/nodes/product:n0001"},
		},
		{name: "an id that is taken", call: call{method: post, path: v1 + "/nodes", body: productBody(1)}, status: 409, has: []string{`"conflict"`, `"exists"`, `"pointer":"/id"`}},
		{name: "an edge without an id gets one", call: call{method: post, path: v1 + "/edges", body: edge}, status: 201, has: []string{`"id":"e-`, `"seq":3`}},
		{name: "the same edge again", call: call{method: post, path: v1 + "/edges", body: edge}, status: 409},
		{
			name: "an edge to nowhere", status: 400, has: []string{"no_such_node", `"pointer":"/to"`},
			call: call{method: post, path: v1 + "/edges", body: `{"edge_kind":"CAUSES","from":"problem:adhesion","to":"problem:nope"}`},
		},
		{
			name: "an edge that closes a cycle", status: 409, has: []string{`"cycle"`},
			call: call{method: post, path: v1 + "/edges", body: `{"edge_kind":"CAUSES","from":"problem:adhesion","to":"problem:porosity"}`},
		},
		{
			name: "an edge is changed", status: 200, has: []string{`"version":2`, `"clause":"6.2"`}, headers: map[string]string{"ETag": `"2"`},
			call: call{method: put, path: v1 + "/edges/e-5", header: map[string]string{"If-Match": `"1"`}, body: `{"edge_kind":"ADDRESSES","from":"standard:a","to":"problem:adhesion","fields":{"clause":"6.2"},"valid_from":null,"valid_to":null}`},
		},
		{name: "an edge is deleted", call: call{method: del, path: v1 + "/edges/e-5", header: map[string]string{"If-Match": `"2"`}}, status: 200, has: []string{`{"seq":5}`}},
		{name: "and is gone", call: call{method: get, path: v1 + "/edges/e-5"}, status: 404},
		{name: "but was there", call: call{method: get, path: v1 + "/edges/e-5?seq=3"}, status: 200, has: []string{`"clause":"5.1"`}},
		{
			name: "the history tells", call: call{method: get, path: v1 + "/edges/e-5/history", public: true}, status: 200,
			has: []string{`"delete_edge":"e-5"`, `"seq":1`, `"seq":4`, `"seq":5`, `"author":"administrator"`},
		},
		{name: "the reason stands in the log", call: call{method: get, path: v1 + "/nodes/product:n0001/history"}, status: 200, has: []string{`"reason":"新产品"`}},
		{name: "a deletion is taken back", call: call{method: post, path: v1 + "/changes/5/undo", body: `{"reason":"错删"}`}, status: 200, has: []string{`{"seq":6}`}},
		{name: "and it is there again, newer than ever", call: call{method: get, path: v1 + "/edges/e-5"}, status: 200, has: []string{`"clause":"6.2"`, `"version":6`}},
		{name: "what has changed since is not taken back", call: call{method: post, path: v1 + "/changes/4/undo"}, status: 409, has: []string{"changed_since"}},
		{name: "an entry that never was", call: call{method: post, path: v1 + "/changes/99/undo"}, status: 404},
		{name: "an entry that cannot be", call: call{method: post, path: v1 + "/changes/0/undo"}, status: 400},
		{name: "a node is deleted with its edges", call: call{method: del, path: v1 + "/nodes/problem:adhesion", header: map[string]string{"If-Match": `"1"`}}, status: 200},
		{name: "its edges are gone", call: call{method: get, path: v1 + "/edges/e-4"}, status: 404},
	})
}

func TestIfMatch(t *testing.T) {
	body := `{"id":"chain:sw","kind":"Chain","name":"水暖","fields":{"slug":"sw"},"valid_from":null,"valid_to":null}`
	b := newSmall(t)
	b.must(200, call{method: put, path: v1 + "/nodes/chain:sw", body: body, header: map[string]string{"If-Match": `"1"`}})
	b.must(201, call{method: post, path: v1 + "/nodes", body: productBody(1)})
	b.must(200, call{method: del, path: v1 + "/nodes/product:n0001", header: map[string]string{"If-Match": `"3"`}})
	reborn := b.must(201, call{method: post, path: v1 + "/nodes", body: productBody(1)})
	tests := []struct {
		name, header string
		status       int
		code         string
	}{
		{"missing", "", 428, "precondition_required"},
		{"the version that it has", `"2"`, 200, ""},
		{"one of several", `"9", "3"`, 200, ""},
		{"the version that it had", `"1"`, 412, "stale"},
		{"a version that is yet to come", `"77"`, 412, "stale"},
		{"a weak tag never fits a change", `W/"4"`, 412, "stale"},
		{"a tag that is no version", `"abc"`, 412, "stale"},
		{"no tag at all", `4`, 400, "invalid"},
		{"whatever it is", `*`, 400, "invalid"},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inner := *b
			inner.t = t
			changed := strings.Replace(body, "水暖", fmt.Sprintf("水暖 %d", i), 1)
			g := inner.do(call{method: put, path: v1 + "/nodes/chain:sw", body: changed, header: map[string]string{"If-Match": tt.header}})
			if g.status != tt.status || tt.code != "" && !strings.Contains(string(g.body), `"code":"`+tt.code+`"`) {
				t.Errorf("%d, want %d %s: %s", g.status, tt.status, tt.code, g.body)
			}
		})
	}
	run(t, b, []scenario{
		{name: "a deletion without it", call: call{method: del, path: v1 + "/nodes/chain:sw"}, status: 428},
		{name: "an edge without it", call: call{method: del, path: v1 + "/edges/e-1"}, status: 428},
		{name: "a record that is not there", call: call{method: put, path: v1 + "/nodes/chain:nope", body: strings.Replace(body, "chain:sw", "chain:nope", 1), header: map[string]string{"If-Match": `"1"`}}, status: 404},
		{name: "the tag of an earlier life", call: call{method: del, path: v1 + "/nodes/product:n0001", header: map[string]string{"If-Match": `"3"`}}, status: 412},
		{name: "another id in the body", call: call{method: put, path: v1 + "/nodes/segment:cast", body: body, header: map[string]string{"If-Match": `"1"`}}, status: 400, has: []string{"id_differs"}},
		{
			name: "a record sent back as it was read", status: 200, has: []string{`"version":5`},
			call: call{method: put, path: v1 + "/nodes/product:n0001", body: string(reborn.body), header: map[string]string{"If-Match": reborn.header.Get("ETag")}},
		},
		{
			name: "a record sent back with another version in it", status: 400, has: []string{"read_only"},
			call: call{method: put, path: v1 + "/nodes/product:n0001", body: string(reborn.body), header: map[string]string{"If-Match": `"6"`}},
		},
	})
}

func TestIdempotencyKeys(t *testing.T) {
	b := newSmall(t)
	key := func(k string) map[string]string { return map[string]string{"Idempotency-Key": k} }
	create := call{method: post, path: v1 + "/nodes", body: productBody(1), header: key("k1")}
	first := b.must(201, create)
	match := map[string]string{"Idempotency-Key": "k2", "If-Match": first.header.Get("ETag")}
	change := call{method: put, path: v1 + "/nodes/product:n0001", body: strings.Replace(productBody(1), "产品 1", "产品一", 1), header: match}
	changed := b.must(200, change)
	remove := call{method: del, path: v1 + "/nodes/product:n0001", header: map[string]string{"Idempotency-Key": "k3", "If-Match": changed.header.Get("ETag")}}
	removed := b.must(200, remove)
	undone := b.must(200, call{method: post, path: v1 + "/changes/4/undo", header: key("k4")})
	head := b.ledger.Snapshot().Seq()
	for name, again := range map[string]struct {
		call call
		want got
	}{
		"a creation": {create, first}, "a change": {change, changed}, "a deletion": {remove, removed},
		"an undo": {call{method: post, path: v1 + "/changes/4/undo", header: key("k4")}, undone},
	} {
		g := b.must(again.want.status, again.call)
		if diff := cmp.Diff(string(again.want.body), string(g.body)); diff != "" {
			t.Errorf("%s again: -first +second\n%s", name, diff)
		}
		if g.header.Get("ETag") != again.want.header.Get("ETag") {
			t.Errorf("%s again: ETag %s, want %s", name, g.header.Get("ETag"), again.want.header.Get("ETag"))
		}
	}
	if now := b.ledger.Snapshot().Seq(); now != head {
		t.Errorf("repeating has written: %d after %d", now, head)
	}
	other := create
	other.body = productBody(2)
	elsewhere := call{method: post, path: v1 + "/batches", body: `{"operations":[{"put_node":` + productBody(1) + `}]}`, header: key("k1")}
	for _, c := range []call{other, elsewhere, {method: post, path: v1 + "/nodes?reason=x", body: productBody(1), header: key("k1")}} {
		if g := b.must(422, c); !strings.Contains(string(g.body), `"key_reused"`) {
			t.Errorf("%s", g.body)
		}
	}
	if _, exists := b.ledger.Snapshot().Head("product:n0002"); exists {
		t.Error("a refused key has written")
	}
}

func TestFiftyParallelDuplicatesHaveOneEffect(t *testing.T) {
	b := newSmall(t)
	before := b.ledger.Snapshot().Seq()
	c := call{method: post, path: v1 + "/nodes", body: productBody(7), header: map[string]string{"Idempotency-Key": "same"}}
	answers := make([]got, 50)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = b.do(c) })
	}
	all.Wait()
	for i, g := range answers {
		if g.status != http.StatusCreated || string(g.body) != string(answers[0].body) {
			t.Fatalf("answer %d: %d %s, the first was %s", i, g.status, g.body, answers[0].body)
		}
	}
	if after := b.ledger.Snapshot().Seq(); after != before+1 {
		t.Errorf("%d entries, want one", after-before)
	}
}

func TestBatches(t *testing.T) {
	b := newSmall(t)
	var many strings.Builder
	for i := range graph.MaxBatchOps + 1 {
		if i > 0 {
			many.WriteString(",")
		}
		many.WriteString(`{"put_node":` + productBody(i) + `}`)
	}
	run(t, b, []scenario{
		{
			name: "all of it", status: 200, has: []string{`{"seq":2}`},
			call: call{method: post, path: v1 + "/batches", body: `{"reason":"x","operations":[{"put_node":` + productBody(1) + `,"if_version":0},{"put_edge":{"edge_kind":"MADE_IN","from":"product:n0001","to":"segment:cast"}},{"delete_edge":"e-3"}]}`},
		},
		{
			name: "or nothing, with all that is wrong", status: 400,
			call: call{method: post, path: v1 + "/batches", body: `{"operations":[{"put_node":` + productBody(2) + `},{"put_node":{"id":"Bad","kind":"Product","name":"x"}},{"put_edge":{"edge_kind":"MADE_IN","from":"product:n0002","to":"segment:nope"}},{"delete_node":"nope"}]}`},
			has:  []string{"/operations/1/put_node/id", "/operations/2/put_edge/to", "no_such_node", "/operations/3/delete_node"},
		},
		{name: "nothing of it was kept", call: call{method: get, path: v1 + "/nodes/product:n0002"}, status: 404},
		{name: "a stale version", call: call{method: post, path: v1 + "/batches", body: `{"operations":[{"delete_edge":"e-1","if_version":9}]}`}, status: 412, has: []string{"/operations/0/delete_edge"}},
		{name: "two things in one operation", call: call{method: post, path: v1 + "/batches", body: `{"operations":[{"delete_edge":"e-1","delete_node":"chain:sw"}]}`}, status: 400, has: []string{"one_operation"}},
		{name: "an empty batch", call: call{method: post, path: v1 + "/batches", body: `{"operations":[]}`}, status: 400, has: []string{`"/operations"`, "required"}},
		{name: "a wrong member deep inside", call: call{method: post, path: v1 + "/batches", body: `{"operations":[{"put_node":{"id":"a","kind":"Product","name":"x","evidence":[{"level":4},{"niveau":4}]}}]}`}, status: 400, has: []string{"/operations/0/put_node/evidence/1/niveau"}},
		{name: "a date that is none, deep inside", call: call{method: post, path: v1 + "/batches", body: `{"operations":[{"put_node":{"id":"a","kind":"Product","name":"x","valid_from":"soon"}}]}`}, status: 400, has: []string{"/operations/0/put_node/valid_from"}},
		{name: "one operation too many", call: call{method: post, path: v1 + "/batches", body: `{"operations":[` + many.String() + `]}`}, status: 400, has: []string{"too_many", "5000"}},
		{name: "an ordinary body may not be as large as a batch", call: call{method: post, path: v1 + "/nodes", body: `{"operations":[` + many.String() + `]}` + strings.Repeat(" ", 1<<20)}, status: 413},
	})
}

func TestPreviewOfADeletion(t *testing.T) {
	b := newSmall(t)
	head := b.ledger.Snapshot().Seq()
	var body removed
	g := b.must(200, call{method: del, path: v1 + "/nodes/standard:a?preview=true"})
	g.decode(t, &body)
	was, is := "no_test_method", "no_standard"
	want := removed{Seq: head, Preview: &preview{
		Nodes: []graph.ID{"standard:a"}, Edges: []graph.ID{"e-5"},
		Answers: []changedClass{{
			Problem: "problem:adhesion", Name: "镀锌层附着力不足", Before: classes{&was, &was}, After: classes{&is, &is},
		}},
	}}
	if diff := cmp.Diff(want, body); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if b.ledger.Snapshot().Seq() != head {
		t.Error("a preview has written")
	}
	run(t, b, []scenario{
		{name: "of an edge", call: call{method: del, path: v1 + "/edges/e-5?preview=true"}, status: 200, has: []string{`"nodes":[]`, `"edges":["e-5"]`, "problem:adhesion"}},
		{name: "of what changes no answer", call: call{method: del, path: v1 + "/nodes/region:440300?preview=true"}, status: 200, has: []string{`"edges":["e-6"]`, `"answers":[]`}},
		{name: "of what is not there", call: call{method: del, path: v1 + "/nodes/nope?preview=true"}, status: 404},
		{name: "by somebody who may not delete", call: call{method: del, path: v1 + "/nodes/standard:a?preview=true", public: true}, status: 401},
	})
}

func TestMergedNodesLeadToTheKeptOne(t *testing.T) {
	b := newSmall(t)
	merged := func(id, name, into string) graph.Op {
		n := graph.Node{ID: graph.ID(id), Kind: graph.Problem, Name: name, State: graph.Merged, MergedInto: graph.ID(into), ValidFrom: graph.Open, ValidTo: graph.Open}
		return graph.Op{PutNode: &n}
	}
	b.load(merged("problem:old", "旧名", "problem:adhesion"))
	hidden := merged("problem:hidden", "隐藏", "problem:secret")
	hidden.PutNode.Visibility, hidden.PutNode.Owner = graph.Private, "firm:a"
	b.load(hidden)
	to := func(path string) map[string]string { return map[string]string{"Location": v1 + path} }
	run(t, b, []scenario{
		{name: "a read", call: call{method: get, path: v1 + "/nodes/problem:old", public: true}, status: 308, headers: to("/nodes/problem:adhesion")},
		{name: "its edges, with the query", call: call{method: get, path: v1 + "/nodes/problem:old/edges?direction=in"}, status: 308, headers: to("/nodes/problem:adhesion/edges?direction=in")},
		{name: "a question", call: call{method: get, path: v1 + "/problems/problem:old/solutions"}, status: 308, headers: to("/problems/problem:adhesion/solutions")},
		{name: "a write", call: call{method: del, path: v1 + "/nodes/problem:old", header: map[string]string{"If-Match": `"1"`}}, status: 308, headers: to("/nodes/problem:adhesion")},
		{name: "not before it was merged", call: call{method: get, path: v1 + "/nodes/problem:old?seq=1"}, status: 404},
		{name: "its own history stays", call: call{method: get, path: v1 + "/nodes/problem:old/history"}, status: 200, has: []string{`"state":"merged"`}},
		{name: "a hidden one leads nowhere", call: call{method: get, path: v1 + "/nodes/problem:hidden", public: true}, status: 404},
	})
}
