package api

import (
	"net/http"
	"strings"
	"testing"
)

// scenario is one call and what must, and must not, be in its answer.
type scenario struct {
	name    string
	call    call
	status  int
	has     []string
	hasNot  []string
	headers map[string]string
}

func run(t *testing.T, b *bench, tests []scenario) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inner := *b
			inner.t = t
			g := inner.do(tt.call)
			if g.status != tt.status {
				t.Errorf("status %d, want %d: %s", g.status, tt.status, clip(g.body))
			}
			for _, s := range tt.has {
				if !strings.Contains(string(g.body), s) {
					t.Errorf("no %s in %s", s, clip(g.body))
				}
			}
			for _, s := range tt.hasNot {
				if strings.Contains(string(g.body), s) {
					t.Errorf("%s in %s", s, clip(g.body))
				}
			}
			for name, want := range tt.headers {
				if got := g.header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
		})
	}
}

// clip keeps a failure readable.
func clip(body []byte) []byte {
	const most = 600
	if len(body) > most {
		return append(body[:most:most], "…"...)
	}
	return body
}

const v1 = "/api/v1"

func TestReading(t *testing.T) {
	run(t, newSmall(t), []scenario{
		{
			name: "a node comes whole, with its version as ETag", call: call{method: get, path: v1 + "/nodes/problem:adhesion", public: true}, status: 200,
			has:     []string{`"id":"problem:adhesion"`, `"aliases":["镀层脱落"]`, `"severity":4`, `"valid_from":null`, `"evidence":[{"source":"source:a"`},
			headers: map[string]string{"ETag": `"1"`, "Content-Type": "application/json; charset=utf-8", "Cache-Control": "private, no-cache"},
		},
		{
			name: "what is known already is not sent again", status: 304, hasNot: []string{"{"},
			call: call{method: get, path: v1 + "/nodes/problem:adhesion", header: map[string]string{"If-None-Match": `"7", W/"1"`}},
		},
		{name: "a node that is not valid today is a record all the same", call: call{method: get, path: v1 + "/nodes/problem:porosity", public: true}, status: 200},
		{name: "an edge by its id", call: call{method: get, path: v1 + "/edges/e-5", public: true}, status: 200, has: []string{`"edge_kind":"ADDRESSES"`, `"quote":"5.1 附着力"`}},
		{
			name: "nodes of one kind, by id", call: call{method: get, path: v1 + "/nodes?kind=Segment&include_total=true", public: true}, status: 200,
			has: []string{`"segment:cast"`, `"segment:plate"`, `"total":2`, `"next_page_token":""`}, hasNot: []string{"problem:"},
		},
		{
			name: "several kinds, retired ones left out", call: call{method: get, path: v1 + "/nodes?kind=Product,Chain&include_total=true"}, status: 200,
			has: []string{`"chain:sw"`, `"product:secret"`, `"total":2`}, hasNot: []string{"product:old"},
		},
		{
			name: "retired ones when asked for", call: call{method: get, path: v1 + "/nodes?state=retired", public: true}, status: 200,
			has: []string{`"product:old"`}, hasNot: []string{"total", "chain:sw"},
		},
		{
			name: "a chain by its slug has what hangs on it", call: call{method: get, path: v1 + "/nodes?chain=sw&include_total=true", public: true}, status: 200,
			has: []string{`"segment:cast"`, `"problem:adhesion"`, `"standard:a"`, `"total":5`}, hasNot: []string{"firm:a", "secret"},
		},
		{
			name: "a province has what lies in its cities", call: call{method: get, path: v1 + "/nodes?region=440000&include_total=true", public: true}, status: 200,
			has: []string{`"firm:a"`, `"region:440300"`, `"total":3`},
		},
		{name: "by a part of an alias, whatever its width", call: call{method: get, path: v1 + "/nodes?q=镀层", public: true}, status: 200, has: []string{"problem:adhesion"}},
		{
			name: "on a day", call: call{method: get, path: v1 + "/nodes?kind=Problem&as_of=2026-01-01", public: true}, status: 200,
			has: []string{"problem:adhesion"}, hasNot: []string{"problem:porosity"},
		},
		{name: "a chain that is not there", call: call{method: get, path: v1 + "/nodes?chain=nope"}, status: 404},
		{name: "a chain that is none", call: call{method: get, path: v1 + "/nodes?chain=segment:cast"}, status: 400, has: []string{`"wrong_kind"`}},
		{
			name: "edges at a node, both ways", call: call{method: get, path: v1 + "/nodes/segment:plate/edges?include_total=true", public: true}, status: 200,
			has: []string{`"e-2"`, `"e-3"`, `"e-4"`, `"total":3`}, hasNot: []string{"e-8", "e-9"},
		},
		{
			name: "edges into a node, of two kinds", call: call{method: get, path: v1 + "/nodes/segment:plate/edges?direction=in&edge_kind=SUPPLIES&edge_kind=HAS_SEGMENT"}, status: 200,
			has: []string{`"e-2"`, `"e-3"`}, hasNot: []string{"e-4", "e-9"},
		},
		{name: "the schema", call: call{method: get, path: v1 + "/schema", public: true}, status: 200, has: []string{`"edge_kind":"ADDRESSES"`, `"cardinality":"n:m"`, `"code":"id_grammar"`}},
		{name: "an older state", call: call{method: get, path: v1 + "/nodes/chain:sw?seq=0", public: true}, status: 404},
	})
}

func TestCallsThatAreWrong(t *testing.T) {
	run(t, newSmall(t), []scenario{
		{
			name: "an unknown parameter is said, with those that are known", call: call{method: get, path: v1 + "/nodes?kinds=Chain&q=a"}, status: 400,
			has: []string{`"pointer":"/kinds"`, `"unknown_parameter"`, "kind | chain"}, headers: map[string]string{"Content-Type": "application/problem+json; charset=utf-8"},
		},
		{name: "everything that is wrong at once", call: call{method: get, path: v1 + "/nodes?page_size=0&state=gone&as_of=2026-13-01"}, status: 400, has: []string{"/page_size", "/state", "/as_of", "1–1000"}},
		{name: "a parameter given twice", call: call{method: get, path: v1 + "/nodes?q=a&q=b"}, status: 400, has: []string{"given_twice"}},
		{name: "a page token of another list", call: call{method: get, path: v1 + "/nodes?page_token=eyJrIjoiYSIsImwiOiJ4In0"}, status: 400, has: []string{"other_page_token"}},
		{name: "a page token that is none", call: call{method: get, path: v1 + "/nodes?page_token=!!"}, status: 400, has: []string{"bad_page_token"}},
		{name: "a number that the graph has not reached", call: call{method: get, path: v1 + "/nodes/chain:sw?seq=99"}, status: 400, has: []string{"seq_ahead", "It is at 1 now"}},
		{name: "a query that is no query", call: call{method: get, path: v1 + "/nodes?q=%zz"}, status: 400, has: []string{"query_syntax"}},
		{name: "everything that is wrong with a question", call: call{method: get, path: v1 + "/gaps?class=nope&as_of=x&seq=y&z=1"}, status: 400, has: []string{"/class", "/as_of", "/seq", "/z"}},
		{name: "an unknown parameter of a question", call: call{method: get, path: v1 + "/gaps?chian=sw"}, status: 400, has: []string{"unknown_parameter"}},
		{name: "no such address", call: call{method: get, path: v1 + "/nope"}, status: 404, has: []string{`"no_route"`}},
		{name: "no such address outside", call: call{method: get, path: "/nope"}, status: 404, has: []string{`"no_route"`}},
		{name: "a method that the address does not take", call: call{method: "PATCH", path: v1 + "/nodes/chain:sw"}, status: 405, has: []string{"method_not_allowed"}},
		{name: "a body where none is taken", call: call{method: get, path: v1 + "/nodes", body: "{}"}, status: 400, has: []string{"body_unwanted"}},
		{name: "no body where one is needed", call: call{method: post, path: v1 + "/nodes"}, status: 400, has: []string{"body_needed"}},
		{name: "a body of another type", call: call{method: post, path: v1 + "/nodes", body: "id: a", header: map[string]string{"Content-Type": "text/yaml"}}, status: 415, has: []string{"media_type"}},
		{name: "a body that is cut off", call: call{method: post, path: v1 + "/nodes", body: `{"id":"a"`}, status: 400, has: []string{`"json"`}},
		{name: "more after the body", call: call{method: post, path: v1 + "/nodes", body: productBody(1) + "{}"}, status: 400, has: []string{`"json"`}},
		{
			name: "members that do not exist, wherever they are", status: 400,
			call: call{method: post, path: v1 + "/nodes", body: `{"id":"product:x","kind":"Product","nombre":"x","Name":"y","evidence":[{"sorce":"a"}]}`},
			has:  []string{`"/nombre"`, `"/Name"`, `"/evidence/0/sorce"`, "unknown_field"},
		},
		{name: "a member given twice", call: call{method: post, path: v1 + "/nodes", body: `{"id":"product:x","id":"product:y"}`}, status: 400, has: []string{"duplicate_member"}},
		{
			name: "values of the wrong type, each where it is", status: 400,
			call: call{method: post, path: v1 + "/nodes", body: `{"id":1,"aliases":"x","valid_from":"tomorrow","state":"new","fields":{"spec":{"a":1}}}`},
			has:  []string{`"/id"`, `"/aliases"`, `"/valid_from"`, `"/state"`, `"/fields/spec"`},
		},
		{name: "what is not a caller's to write", call: call{method: post, path: v1 + "/nodes", body: `{"id":"product:x","kind":"Product","name":"x","version":7,"seq":3}`}, status: 400, has: []string{`"/version"`, `"/seq"`, "read_only"}},
		{
			name: "what the schema table refuses, with pointers into the body", status: 400,
			call: call{method: post, path: v1 + "/nodes", body: `{"id":"Product:X","kind":"Product","name":" ","fields":{"in_catalogue":"perhaps","nope":1}}`},
			has:  []string{`"/id"`, `"/name"`, `"/fields/in_catalogue"`, `"/fields/nope"`, "yes | no | not_recorded"}, hasNot: []string{"operations"},
		},
		{name: "a body that is too large", call: call{method: post, path: v1 + "/nodes", body: `{"name":"` + strings.Repeat("x", 1<<20) + `"}`}, status: 413, has: []string{"body_too_large", "1048576"}},
		{name: "a key that no log could show", call: call{method: post, path: v1 + "/nodes", body: productBody(1), header: map[string]string{"Idempotency-Key": "a b"}}, status: 400, has: []string{"idempotency_key"}},
		{name: "too deep", call: call{method: post, path: v1 + "/nodes", body: `{"fields":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + "}"}, status: 400, has: []string{"too_deep"}},
		{
			name: "an error in Chinese", call: call{method: get, path: v1 + "/nodes?x=1", header: map[string]string{"Accept-Language": "zh-CN,en;q=0.5"}}, status: 400,
			has: []string{"没有这个参数", "请求有错"}, headers: map[string]string{"Content-Language": "zh"},
		},
		{name: "an error in the first language when none is known", call: call{method: get, path: v1 + "/nodes?x=1", header: map[string]string{"Accept-Language": "fr"}}, status: 400, has: []string{"没有这个参数"}},
	})
}

func TestAccess(t *testing.T) {
	wrong := map[string]string{"Authorization": "Bearer nope"}
	reader := map[string]string{"Authorization": "Bearer reader"}
	closed := func(c *Config) { c.OpenRead = false }
	create := call{method: post, path: v1 + "/nodes", body: productBody(1)}
	as := func(c call, header map[string]string) call { c.header = header; return c }
	public := func(c call) call { c.public = true; return c }
	read := call{method: get, path: v1 + "/nodes/chain:sw"}
	t.Run("reading is open", func(t *testing.T) {
		run(t, newSmall(t), []scenario{
			{name: "reading without a token", call: public(read), status: 200},
			{name: "writing without a token", call: public(create), status: 401, has: []string{`"unauthorized"`}, headers: map[string]string{"WWW-Authenticate": `Bearer realm="zhitu"`}},
			{name: "a wrong token is refused even where none is needed", call: as(read, wrong), status: 401},
			{name: "a token of another form", call: as(read, map[string]string{"Authorization": "Basic " + testToken}), status: 401},
			{name: "a token that may only read", call: as(create, reader), status: 403, has: []string{`"forbidden"`}},
			{name: "health needs no token", call: call{method: get, path: "/livez", public: true}, status: 200, has: []string{`"ok"`}},
			{name: "a write from another site", call: as(create, map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}), status: 403, has: []string{"cross_origin"}},
			{name: "a write from its own page", call: as(create, map[string]string{"Sec-Fetch-Site": "same-origin"}), status: 201},
		})
	})
	t.Run("reading is closed", func(t *testing.T) {
		run(t, newSmall(t, closed), []scenario{
			{name: "reading without a token", call: public(read), status: 401},
			{name: "a question without a token", call: call{method: get, path: v1 + "/overview", public: true}, status: 401},
			{name: "metrics without a token", call: call{method: get, path: "/metrics", public: true}, status: 401},
			{name: "reading with one", call: as(read, reader), status: 200},
			{name: "readiness needs no token", call: call{method: get, path: "/readyz", public: true}, status: 503, hasNot: []string{"checks"}},
			{name: "an administrator is told why", call: call{method: get, path: "/readyz"}, status: 503, has: []string{`"no index"`}},
			{name: "the document is for everybody", call: call{method: get, path: "/openapi.yaml", public: true}, status: 200, has: []string{"openapi: 3.1.0"}},
			{name: "and so is the list", call: call{method: get, path: "/docs", public: true}, status: 200, has: []string{"/api/v1/nodes/{id}"}},
		})
	})
}

func TestEveryAnswerBearsTheSameHeaders(t *testing.T) {
	b := newSmall(t)
	for _, c := range []call{
		{method: get, path: v1 + "/schema"},
		{method: get, path: "/docs"},
		{method: get, path: "/nope"},
		{method: "PUT", path: "/livez"},
		{method: get, path: v1 + "/nodes/nope"},
		{method: get, path: v1 + "/nodes", public: true},
	} {
		g := b.do(c)
		for name, want := range map[string]string{
			"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
			"Referrer-Policy": "no-referrer", "X-Request-Id": "test-request",
		} {
			if got := g.header.Get(name); !strings.Contains(got, want) {
				t.Errorf("%s %s: %s is %q, want %q", c.method, c.path, name, got, want)
			}
		}
		if got := g.header.Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("%s: other sites may read: %q", c.path, got)
		}
	}
}

func TestRequestIDs(t *testing.T) {
	b := newSmall(t)
	for given, kept := range map[string]bool{"abc-1.2_3": true, "a b": false, "x\u202e": false, strings.Repeat("a", 65): false, "": false} {
		g := b.do(call{method: get, path: "/livez", header: map[string]string{"X-Request-Id": given}})
		if got := g.header.Get("X-Request-Id"); (got == given) != kept || got == "" {
			t.Errorf("given %q: %q", given, got)
		}
	}
}

func TestTheOtherMethodsOfAnAddressAreNamed(t *testing.T) {
	g := newSmall(t).must(http.StatusMethodNotAllowed, call{method: "PATCH", path: v1 + "/nodes/chain:sw"})
	if allow := g.header.Get("Allow"); !strings.Contains(allow, "GET") || !strings.Contains(allow, "DELETE") {
		t.Errorf("Allow: %q", allow)
	}
}
