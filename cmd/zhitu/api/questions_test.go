package api

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"zhitu/graph"
	"zhitu/graph/answer"
	"zhitu/graph/ledger"
	"zhitu/seed"
)

// newSeeded returns a bench over the nine pilots with the invented firms.
func newSeeded(t *testing.T, edits ...func(*Config)) *bench {
	t.Helper()
	b := newBench(t, edits...)
	ops, _, err := seed.Ops(seed.Options{Illustrative: true})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.ledger.Import(t.Context(), ledger.ImportOptions{ID: "seed", Author: "seed"}, func(yield func(graph.Op, error) bool) {
		for _, op := range ops {
			if !yield(op, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// samples finds something to ask each question about.
type samples struct{ first map[graph.NodeKind][]graph.ID }

func samplesOf(t *testing.T, b *bench) samples {
	s := samples{map[graph.NodeKind][]graph.ID{}}
	for _, spec := range graph.Nodes() {
		for n, err := range b.ledger.Snapshot().OfKind(t.Context(), spec.Kind) {
			if err != nil {
				t.Fatal(err)
			}
			s.first[spec.Kind] = append(s.first[spec.Kind], n.ID)
		}
	}
	return s
}

// kindAt is the kind that the id in a path stands for, by the part before it.
var kindAt = map[string]graph.NodeKind{
	"problems": graph.Problem, "chains": graph.Chain, "nodes": graph.Segment, "standards": graph.Standard, "bundles": graph.Bundle,
}

// value returns a value for one parameter of q; "" where it may be left out.
func (s samples) value(q answer.Question, p answer.Param, i int) string {
	pick := func(k graph.NodeKind) string {
		if ids := s.first[k]; len(ids) > 0 {
			return string(ids[i*7%len(ids)])
		}
		return ""
	}
	switch {
	case p.Name == "code":
		return "440300"
	case p.In == "path":
		return pick(kindAt[strings.Split(q.Path, "/")[1]])
	case p.Name == "from" && q.Name == "paths":
		return pick(graph.Standard)
	case p.Name == "to" && q.Name == "paths":
		return pick(graph.Problem)
	case p.Name == "q" && i == 0:
		return "镀锌层附着力不足"
	case p.Name == "q":
		return "哪些标准能解决铸件气孔"
	case q.Name == "coverage" && p.Name == "bundle":
		return pick(graph.Bundle)
	case q.Name == "coverage" && p.Name == "firm":
		return ""
	case q.Name == "compare" && p.Name == "a":
		return string(s.first[graph.Chain][0])
	case q.Name == "compare" && p.Name == "b":
		return string(s.first[graph.Chain][1])
	case q.Name == "compare":
		return ""
	case p.Name == "chain" && (p.Required || i == 1 || q.Name == "coverage" || q.Name == "duplicates"):
		return pick(graph.Chain)
	case q.Name == "obligations" && p.Name == "product":
		return pick(graph.Product)
	}
	return ""
}

var bodies = map[string]string{
	"bundle":          `{"problems":["%s"]}`,
	"what-if":         `{"operations":[{"delete_node":"%s"}],"question":{"path":"/gaps","params":{}}}`,
	"standards-check": `{"codes":["GB/T 1.1-2020","GB 1","%s"]}`,
}

// TestEveryQuestionAnswersAsTheDocumentSays asks each question of the registry
// over the pilots, twice; every answer is held against the document on the way.
func TestEveryQuestionAnswersAsTheDocumentSays(t *testing.T) {
	b := newSeeded(t, func(c *Config) { c.QueryTimeout = time.Minute }) // machines differ
	s := samplesOf(t, b)
	for _, q := range answer.Registry() {
		t.Run(q.Name, func(t *testing.T) {
			inner := *b
			inner.t = t
			for i := range 2 {
				inner.askTwice(s.call(q, i))
			}
		})
	}
}

func (s samples) call(q answer.Question, i int) call {
	path, query := q.Path, url.Values{}
	for _, p := range q.Params {
		v := s.value(q, p, i)
		switch {
		case v == "":
		case p.In == "path":
			path = strings.Replace(path, ":"+p.Name, v, 1)
		case p.In == "query":
			query.Set(p.Name, v)
		}
	}
	c := call{method: q.Method, path: v1 + path, public: true}
	if len(query) > 0 {
		c.path += "?" + query.Encode()
	}
	if body, ok := bodies[q.Name]; ok {
		c.body = fmt.Sprintf(body, s.first[graph.Problem][i])
	}
	return c
}

// askTwice holds the promise of every answer: the same bytes for the same call,
// the same fingerprint for its replay, and no byte again for who has it.
func (b *bench) askTwice(c call) {
	b.t.Helper()
	first := b.must(200, c)
	if again := b.must(200, c); string(again.body) != string(first.body) {
		b.t.Errorf("%s: another answer to the same question", c.path)
	}
	var env struct {
		Answer      any    `json:"answer"`
		Fingerprint string `json:"fingerprint"`
		Replay      string `json:"replay"`
		AsOf        string `json:"as_of"`
	}
	first.decode(b.t, &env)
	if env.Answer == nil || env.AsOf != "2026-03-15" {
		b.t.Errorf("%s: answer %v as of %s", c.path, env.Answer, env.AsOf)
	}
	replay := c
	replay.path = env.Replay
	var replayed struct {
		Fingerprint string `json:"fingerprint"`
	}
	b.must(200, replay).decode(b.t, &replayed)
	if replayed.Fingerprint != env.Fingerprint {
		b.t.Errorf("%s: the replay %s has another fingerprint", c.path, env.Replay)
	}
	if c.method == get {
		known := c
		known.header = map[string]string{"If-None-Match": first.header.Get("ETag")}
		b.must(304, known)
	}
}

func TestEveryQuestionRefusesWhatItDoesNotKnow(t *testing.T) {
	b := newSmall(t)
	for _, q := range answer.Registry() {
		path := strings.NewReplacer(":id", "chain:sw", ":code", "440300").Replace(q.Path)
		for _, query := range []string{"?nope=1", "?as_of=yesterday", "?seq=-1", "?seq=999", "?as_of=2026-01-01&as_of=2026-01-02"} {
			c := call{method: q.Method, path: v1 + path + query, public: true}
			if q.Method == post {
				c.body = "{}"
			}
			if g := b.do(c); g.status != 400 {
				t.Errorf("%s: %d: %s", c.path, g.status, clip(g.body))
			}
		}
		if q.Method == post {
			g := b.must(400, call{method: post, path: v1 + path, body: `{"nope":1}`, public: true})
			if !strings.Contains(string(g.body), `"/nope"`) {
				t.Errorf("%s: %s", path, g.body)
			}
			continue
		}
		i := slices.IndexFunc(q.Params, func(p answer.Param) bool { return p.Required && p.In == "query" })
		if i >= 0 {
			g := b.must(400, call{method: get, path: v1 + path, public: true})
			if !strings.Contains(string(g.body), `"/`+q.Params[i].Name+`"`) {
				t.Errorf("%s without %s: %s", path, q.Params[i].Name, g.body)
			}
		}
	}
}

func TestAnAnswerAtAnOlderNumberStaysWhatItWas(t *testing.T) {
	b := newSmall(t)
	path := v1 + "/problems/problem:adhesion/solutions?seq=1"
	before := b.must(200, call{method: get, path: path, public: true})
	b.must(200, call{method: del, path: v1 + "/nodes/standard:a", header: map[string]string{"If-Match": `"1"`}})
	after := b.must(200, call{method: get, path: path, public: true})
	if string(before.body) != string(after.body) {
		t.Errorf("before:\n%s\nafter:\n%s", before.body, after.body)
	}
	now := b.must(200, call{method: get, path: v1 + "/problems/problem:adhesion/solutions", public: true})
	if strings.Contains(string(now.body), "standard:a") {
		t.Errorf("what was deleted is in the newest answer: %s", now.body)
	}
}
