package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"zhitu/graph"
	"zhitu/graph/ledger"
	"zhitu/graph/localstore"
)

func TestMain(m *testing.M) {
	for _, mediaType := range []string{"text/html", "text/css", "image/svg+xml", "text/event-stream"} {
		openapi3filter.RegisterBodyDecoder(mediaType, openapi3filter.PlainBodyDecoder)
	}
	os.Exit(m.Run())
}

// bench is an API over a real ledger over a real store, whose every answer is
// held against the document.
type bench struct {
	t      *testing.T
	api    *API
	ledger *ledger.Ledger
	spec   routers.Router
}

// testToken is the administrator's on every bench.
const testToken = "zhitu_test-token"

var testNow = time.Date(2026, 3, 14, 23, 0, 0, 0, time.UTC) // the 15th in Shanghai

// newBench returns a bench over an empty graph; edits change its Config.
func newBench(t *testing.T, edits ...func(*Config)) *bench {
	t.Helper()
	store, err := localstore.Open(t.TempDir(), localstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, store)
	l, err := ledger.Open(t.Context(), store, ledger.Options{Now: func() time.Time { return testNow }})
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, l)
	return benchOver(t, l, edits...)
}

func benchOver(t *testing.T, l *ledger.Ledger, edits ...func(*Config)) *bench {
	t.Helper()
	c := Config{
		Ledger: l, OpenRead: true, Now: func() time.Time { return testNow },
		Authenticate: func(token string) (Identity, bool) {
			switch token {
			case testToken:
				return Identity{Name: "administrator", Caller: graph.Caller{Everything: true}, Write: true}, true
			case "reader":
				return Identity{Name: "reader", Caller: graph.Caller{Organization: "firm:a"}}, true
			}
			return Identity{}, false
		},
	}
	for _, edit := range edits {
		edit(&c)
	}
	a, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	spec, err := gorillamux.NewRouter(loadDocument(t))
	if err != nil {
		t.Fatal(err)
	}
	return &bench{t: t, api: a, ledger: l, spec: spec}
}

// closeAfter closes c when the test has ended.
func closeAfter(t *testing.T, c io.Closer) {
	t.Helper()
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

// call is one request of a scenario.
type call struct {
	method, path string
	body         string
	header       map[string]string // in place of the defaults
	public       bool              // without the administrator's token
}

// got is the answer to a call.
type got struct {
	status int
	header http.Header
	body   []byte
}

func (g got) decode(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal(g.body, into); err != nil {
		t.Fatalf("%v: %s", err, g.body)
	}
}

func (c call) request(ctx context.Context) *http.Request {
	var body io.Reader
	if c.body != "" {
		body = strings.NewReader(c.body)
	}
	r := httptest.NewRequestWithContext(ctx, c.method, c.path, body)
	r.Header.Set("X-Request-Id", "test-request")
	r.Header.Set("Accept-Language", "en")
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if !c.public {
		r.Header.Set("Authorization", "Bearer "+testToken)
	}
	for name, v := range c.header {
		r.Header.Set(name, v)
	}
	return r
}

// do makes a call and holds the answer, and a call that was understood, against
// the document.
func (b *bench) do(c call) got {
	b.t.Helper()
	w := httptest.NewRecorder()
	b.api.Handler().ServeHTTP(w, c.request(b.t.Context()))
	g := got{w.Code, w.Header(), w.Body.Bytes()}
	b.validate(c, g)
	return g
}

func (b *bench) validate(c call, g got) {
	b.t.Helper()
	ctx := b.t.Context()
	r := c.request(ctx)
	route, params, err := b.spec.FindRoute(r)
	if err != nil { // of no route, or with no such method
		if g.status != http.StatusNotFound && g.status != http.StatusMethodNotAllowed {
			b.t.Errorf("%s %s: not in the document, and answered %d", c.method, c.path, g.status)
		}
		return
	}
	in := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true},
	}
	if g.status < 300 {
		if err := openapi3filter.ValidateRequest(ctx, in); err != nil {
			b.t.Errorf("%s %s: the document refuses what the router took: %s", c.method, c.path, firstLine(err))
		}
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: g.status, Header: g.header, Options: in.Options}
	out.SetBodyBytes(g.body)
	if err := openapi3filter.ValidateResponse(ctx, out); err != nil {
		b.t.Errorf("%s %s answered %d, which is not as the document says: %s\n%s", c.method, c.path, g.status, firstLine(err), clip(bytes.TrimSpace(g.body)))
	}
	if g.header.Get("X-Request-Id") == "" {
		b.t.Errorf("%s %s: no X-Request-Id", c.method, c.path)
	}
}

// firstLine leaves out the schema that an error prints in full.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// must makes a call that has to end with status.
func (b *bench) must(status int, c call) got {
	b.t.Helper()
	g := b.do(c)
	if g.status != status {
		b.t.Fatalf("%s %s: %d, want %d: %s", c.method, c.path, g.status, status, clip(g.body))
	}
	return g
}

// load puts records into the graph.
func (b *bench) load(ops ...graph.Op) {
	b.t.Helper()
	if _, err := b.ledger.Apply(b.t.Context(), graph.Batch{Author: "test", Ops: ops}); err != nil {
		b.t.Fatal(err)
	}
}
