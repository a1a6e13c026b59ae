package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/graph/answer"
	"zhitu/seed"
)

// fetch makes a call whose answer is a file, which the document cannot judge.
func (b *bench) fetch(c call) got {
	b.t.Helper()
	w := httptest.NewRecorder()
	b.api.Handler().ServeHTTP(w, c.request(b.t.Context()))
	return got{w.Code, w.Header(), w.Body.Bytes()}
}

func TestReportIsAWorkbookAndAPage(t *testing.T) {
	b := newSmall(t)
	for suffix, begins := range map[string]string{".xlsx": "PK\x03\x04", ".html": "<!DOCTYPE html>"} {
		g := b.fetch(call{method: get, path: v1 + "/chains/sw/report" + suffix, public: true})
		if g.status != http.StatusOK || !bytes.HasPrefix(g.body, []byte(begins)) {
			t.Errorf("report%s: %d, %.40q", suffix, g.status, g.body)
		}
		if bytes.Contains(g.body, []byte("机密")) {
			t.Errorf("report%s shows what the public may not see", suffix)
		}
	}
	b.must(http.StatusNotFound, call{method: get, path: v1 + "/chains/none/report.xlsx"})
}

func TestExportHoldsWhatTheViewShows(t *testing.T) {
	b := newSmall(t)
	for _, format := range seed.ExportFormats() {
		g := b.fetch(call{method: get, path: v1 + "/export?format=" + format, public: true})
		if g.status != http.StatusOK || g.header.Get("Content-Type") != seed.ExportType(format) || len(g.body) == 0 {
			t.Errorf("%s: %d %s", format, g.status, g.header.Get("Content-Type"))
		}
		if bytes.Contains(g.body, []byte("机密")) {
			t.Errorf("%s shows what the public may not see", format)
		}
	}
	ids := func(path string) []string {
		var out []string
		for op, err := range seed.ReadNDJSON(bytes.NewReader(b.fetch(call{method: get, path: v1 + path, public: true}).body)) {
			if err != nil {
				t.Fatal(err)
			}
			if op.PutNode != nil {
				out = append(out, string(op.PutNode.ID))
			}
		}
		return out
	}
	if diff := cmp.Diff([]string{"segment:cast", "segment:plate"}, ids("/export?kind=Segment")); diff != "" {
		t.Error(diff)
	}
	if got := ids("/export?chain=sw&kind=Problem"); !cmp.Equal(got, []string{"problem:adhesion"}) {
		t.Errorf("problems of the chain: %v", got)
	}
	b.must(http.StatusBadRequest, call{method: get, path: v1 + "/export?format=docx"})
	b.must(http.StatusBadRequest, call{method: get, path: v1 + "/export?kind=MatchDecision"})
}

func TestAMergeMovesEdgesKeepsTheOldIDAndCanBeTakenBack(t *testing.T) {
	b := newSmall(t)
	b.load(graph.Op{PutNode: &graph.Node{ID: "problem:twin", Kind: graph.Problem, Name: "镀层结合力差", Fields: graph.Fields{"severity": int64(3)}, ValidFrom: graph.Open, ValidTo: graph.Open}},
		graph.Op{PutEdge: &graph.Edge{ID: "e-twin", Kind: graph.OccursAt, From: "problem:twin", To: "segment:cast", ValidFrom: graph.Open, ValidTo: graph.Open}})
	before := b.must(http.StatusOK, call{method: get, path: v1 + "/edges/e-twin"}).body
	body := `{"into":"problem:adhesion","reason":"同一个"}`
	var preview, done mergeReply
	b.must(http.StatusOK, call{method: post, path: v1 + "/nodes/problem:twin/merge?preview=true", body: body}).decode(t, &preview)
	if preview.EdgesMoved != 1 || preview.Seq != 0 || len(preview.Conflicts) != 1 {
		t.Errorf("preview %+v", preview)
	}
	b.must(http.StatusUnauthorized, call{method: post, path: v1 + "/nodes/problem:twin/merge", body: body, public: true})
	b.must(http.StatusOK, call{method: post, path: v1 + "/nodes/problem:twin/merge", body: body}).decode(t, &done)
	if done.Seq == 0 {
		t.Error("a merge has a number")
	}
	if g := b.fetch(call{method: get, path: v1 + "/nodes/problem:twin"}); g.status != http.StatusPermanentRedirect || !strings.HasSuffix(g.header.Get("Location"), "problem:adhesion") {
		t.Errorf("the old id: %d %s", g.status, g.header.Get("Location"))
	}
	b.must(http.StatusConflict, call{method: post, path: v1 + "/nodes/problem:twin/merge", body: body})
	b.must(http.StatusOK, call{method: post, path: v1 + "/nodes/problem:twin/unmerge"})
	var was, is graph.Edge
	if err := json.Unmarshal(before, &was); err != nil {
		t.Fatal(err)
	}
	b.must(http.StatusOK, call{method: get, path: v1 + "/edges/e-twin"}).decode(t, &is)
	if is.From != was.From || is.To != was.To {
		t.Errorf("after unmerge the edge goes %s → %s", is.From, is.To)
	}
	b.must(http.StatusConflict, call{method: post, path: v1 + "/nodes/problem:twin/unmerge"})
}

func TestADecisionAboutAPairIsRemembered(t *testing.T) {
	b := newSmall(t)
	b.load(graph.Op{PutNode: &graph.Node{ID: "problem:twin", Kind: graph.Problem, Name: "镀锌层附着力不够", ValidFrom: graph.Open, ValidTo: graph.Open}})
	pairs := func() (out struct{ Answer answer.Duplicates }) {
		b.must(http.StatusOK, call{method: get, path: v1 + "/duplicates?kind=Problem"}).decode(t, &out)
		return out
	}
	if n := len(pairs().Answer.Items); n != 1 {
		t.Fatalf("%d pairs, want the twin", n)
	}
	b.must(http.StatusOK, call{method: post, path: v1 + "/duplicates/decisions", body: `{"a":"problem:twin","b":"problem:adhesion","same":false}`})
	if got := pairs().Answer; len(got.Items) != 0 || got.Decided != 1 {
		t.Errorf("asked again: %+v", got)
	}
	b.must(http.StatusBadRequest, call{method: post, path: v1 + "/duplicates/decisions", body: `{"a":"problem:twin","b":"problem:none"}`})
}

func TestAssistantsGetAToolPerQuestion(t *testing.T) {
	b := newSmall(t)
	rpc := func(body string) (out struct {
		Result struct {
			Tools   []struct{ Name string }
			IsError bool `json:"isError"`
			Content []struct{ Text string }
		}
	},
	) {
		g := b.fetch(call{method: post, path: "/mcp", body: body, public: true, header: map[string]string{"Accept": "application/json, text/event-stream"}})
		if g.status != http.StatusOK {
			t.Fatalf("mcp: %d %s", g.status, clip(g.body))
		}
		g.decode(t, &out)
		return out
	}
	if got, want := len(rpc(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`).Result.Tools), len(answer.Registry()); got != want {
		t.Errorf("%d tools, want %d", got, want)
	}
	r := rpc(`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"solutions","arguments":{"id":"problem:adhesion"}}}`).Result
	if r.IsError || len(r.Content) != 1 || !strings.Contains(r.Content[0].Text, `"fingerprint"`) || !strings.Contains(r.Content[0].Text, "金属覆盖层") {
		t.Errorf("solutions: %+v", r)
	}
	for _, args := range []string{`{"id":"problem:secret"}`, `{"id":"problem:none"}`, `{"id":"problem:adhesion","x":1}`} {
		r := rpc(`{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"solutions","arguments":` + args + `}}`).Result
		if !r.IsError {
			t.Errorf("%s is no error: %+v", args, r)
		}
	}
}
