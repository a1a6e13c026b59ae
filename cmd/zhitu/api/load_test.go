package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"zhitu/graph"
)

type ginContext = gin.Context

func TestMoreCallsThanMayWaitAreRefusedAtOnce(t *testing.T) {
	b := newSmall(t, func(c *Config) {
		c.Limits = map[Class]Limit{Traversal: {Running: 1, Waiting: 1}, Point: {Running: 1, Waiting: 1}}
	})
	g := b.api.gates[Traversal]
	if !g.enter(t.Context()) {
		t.Fatal("an empty gate is closed")
	}
	answered := make(chan got)
	go func() { answered <- b.do(call{method: get, path: v1 + "/gaps", public: true}) }()
	for g.waiting.Load() == 0 { // until it waits
		waitABit(t)
	}
	refused := b.must(503, call{method: get, path: v1 + "/overview", public: true})
	if !strings.Contains(string(refused.body), `"busy"`) || refused.header.Get("Retry-After") == "" {
		t.Errorf("%v %s", refused.header, refused.body)
	}
	b.must(200, call{method: get, path: v1 + "/nodes/chain:sw", public: true}) // of another class
	b.must(200, call{method: get, path: "/livez"})
	g.leave()
	if waited := <-answered; waited.status != 200 {
		t.Errorf("who waited: %d %s", waited.status, waited.body)
	}
	b.must(200, call{method: get, path: v1 + "/overview", public: true})
}

// waitABit lets other goroutines run.
func waitABit(t *testing.T) {
	t.Helper()
	select {
	case <-time.After(time.Millisecond):
	case <-t.Context().Done():
		t.Fatal("ended while waiting")
	}
}

func TestTimeAndItsEnd(t *testing.T) {
	b := newSmall(t, func(c *Config) { c.QueryTimeout = time.Nanosecond })
	for _, path := range []string{"/nodes", "/gaps", "/nodes/chain:sw"} {
		g := b.must(504, call{method: get, path: v1 + path, public: true})
		if !strings.Contains(string(g.body), `"timeout"`) {
			t.Errorf("%s: %s", path, g.body)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	b.api.Handler().ServeHTTP(w, call{method: get, path: v1 + "/gaps"}.request(gone))
	if w.Code != statusClientClosed {
		t.Errorf("a caller who has gone: %d %s", w.Code, w.Body)
	}
}

func TestAPanicIsAnErrorAndTellsNothing(t *testing.T) {
	var log bytes.Buffer
	b := newSmall(t, func(c *Config) { c.Logger = slog.New(slog.NewJSONHandler(&log, nil)) })
	b.api.router.GET("/api/v1/test-panic", func(*gin.Context) { panic("secret of the machine") })
	w := httptest.NewRecorder()
	b.api.Handler().ServeHTTP(w, call{method: get, path: v1 + "/test-panic"}.request(t.Context()))
	if w.Code != 500 || !strings.Contains(w.Body.String(), `"request_id":"test-request"`) || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if !strings.Contains(log.String(), "secret of the machine") || !strings.Contains(log.String(), "load_test.go") {
		t.Errorf("the log does not tell: %s", log.String())
	}
	b.must(200, call{method: get, path: v1 + "/schema"})
}

func TestWhatErrorsBecome(t *testing.T) {
	driver := errors.New("bolt://neo4j:password@10.0.0.1 refused")
	tests := []struct {
		name   string
		err    error
		status int
		code   string
	}{
		{"a rule", &graph.InvalidError{Code: "blank", Field: "name"}, 400, "invalid"},
		{"two rules, joined and wrapped", fmt.Errorf("x: %w", errors.Join(&graph.InvalidError{Code: "blank"}, &graph.InvalidError{Code: "stale", Is: graph.ErrStale})), 400, "invalid"},
		{"nothing there", fmt.Errorf("node: %w: %w", graph.ErrNotFound, driver), 404, "not_found"},
		{"a conflict", &graph.InvalidError{Code: "cycle", Is: graph.ErrConflict}, 409, "conflict"},
		{"a stale version", fmt.Errorf("%w: %w", graph.ErrStale, driver), 412, "stale"},
		{"a store that is away", fmt.Errorf("%w: %w", graph.ErrUnavailable, driver), 503, "unavailable"},
		{"a write of unknown outcome", fmt.Errorf("%w: %w", graph.ErrUnavailable, context.DeadlineExceeded), 503, "unavailable"},
		{"a full disk", fmt.Errorf("%w: %w", graph.ErrUnavailable, syscall.ENOSPC), 507, "store_full"},
		{"no time left", fmt.Errorf("walk: %w", context.DeadlineExceeded), 504, "timeout"},
		{"a caller who has gone", fmt.Errorf("%w: %w", graph.ErrUnavailable, context.Canceled), 499, "cancelled"},
		{"whatever else", driver, 500, "internal"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, lang := range []graph.Lang{graph.Chinese, graph.English} {
				b, header := errorOf(tt.err, lang)
				if b.Status != tt.status || b.Code != tt.code || b.Type != "/errors/"+tt.code {
					t.Errorf("%d %s, want %d %s", b.Status, b.Code, tt.status, tt.code)
				}
				if text := fmt.Sprint(b, header); strings.Contains(text, "neo4j") || strings.Contains(text, "10.0") {
					t.Errorf("it tells a driver's words: %s", text)
				}
				if b.Title == "" || b.Title == b.Code || b.Detail == "" {
					t.Errorf("no text: %+v", b)
				}
				if (b.Status == 503) != (header.Get("Retry-After") != "") {
					t.Errorf("Retry-After: %q", header.Get("Retry-After"))
				}
			}
		})
	}
}

func TestAStoreThatIsAway(t *testing.T) {
	b := newSmall(t, func(c *Config) {
		c.Ready = func(context.Context) error { return fmt.Errorf("ping: %w", graph.ErrUnavailable) }
	})
	if err := b.ledger.Close(); err != nil {
		t.Fatal(err)
	}
	run(t, b, []scenario{
		{
			name: "a write is refused for now", call: call{method: post, path: v1 + "/nodes", body: productBody(1)}, status: 503,
			has: []string{`"unavailable"`, "Idempotency-Key"}, hasNot: []string{"ledger", "closed"}, headers: map[string]string{"Retry-After": "2"},
		},
		{name: "reading goes on", call: call{method: get, path: v1 + "/problems/problem:adhesion/solutions"}, status: 200},
		{name: "a search without an index", call: call{method: get, path: v1 + "/search?q=x"}, status: 503, has: []string{"search_building"}},
		{name: "suggestions without an index", call: call{method: get, path: v1 + "/suggest?q=x"}, status: 503, has: []string{"search_building"}},
		{name: "the process lives", call: call{method: get, path: "/livez"}, status: 200},
		{name: "and is not ready", call: call{method: get, path: "/readyz"}, status: 503, has: []string{`"name":"store","ok":false`, "ping"}},
		{name: "why is not for everybody", call: call{method: get, path: "/readyz", public: true}, status: 503, hasNot: []string{"ping", "checks"}},
	})
}

func TestALogLineTellsWhatAndNothingPrivate(t *testing.T) {
	var log bytes.Buffer
	b := newSmall(t, func(c *Config) { c.Logger = slog.New(slog.NewJSONHandler(&log, nil)) })
	b.do(call{method: get, path: v1 + "/nodes/a%0a%1b%5b31m%e2%80%aeb?q=private-query", header: map[string]string{"User-Agent": "agent\u202e\u0085x"}})
	b.do(call{method: post, path: v1 + "/nodes", body: `{"id":"product:p","kind":"Product","name":"private-body"}`})
	b.do(call{method: get, path: v1 + "/nodes?nope=1"})
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines for 3 requests: %s", len(lines), log.String())
	}
	for _, private := range []string{testToken, "private-query", "private-body", "\u202e", "\u0085", `\n`, `\u001b`} {
		if strings.Contains(log.String(), private) {
			t.Errorf("the log holds %q: %s", private, log.String())
		}
	}
	for i, want := range []string{`"route":"/api/v1/nodes/:id"`, `"caller":"administrator"`, "unknown_parameter"} {
		if !strings.Contains(lines[i], want) || !strings.Contains(lines[i], `"request_id":"test-request"`) {
			t.Errorf("line %d lacks %s: %s", i, want, lines[i])
		}
	}
}

func TestMetricsCountByRoute(t *testing.T) {
	b := newSmall(t)
	b.do(call{method: get, path: v1 + "/nodes/chain:sw"})
	b.do(call{method: get, path: v1 + "/nodes/problem:secret", public: true})
	b.do(call{method: get, path: "/random-address"})
	text := string(b.must(200, call{method: get, path: "/metrics"}).body)
	for _, want := range []string{
		`zhitu_http_requests_total{method="GET",route="/api/v1/nodes/:id",status="200",success="true"} 1`,
		`zhitu_http_requests_total{method="GET",route="/api/v1/nodes/:id",status="404",success="true"} 1`,
		`route="unknown",status="404"`, "zhitu_graph_seq 1", "zhitu_ledger_queue 0", `zhitu_gate_running{class="traversal"} 0`, "go_memstats_heap_alloc_bytes",
		"zhitu_http_request_duration_seconds_bucket",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
	for _, not := range []string{"chain:sw", "secret", "random-address"} {
		if strings.Contains(text, not) {
			t.Errorf("a label holds %s", not)
		}
	}
	if second := newSmall(t); second.must(200, call{method: get, path: "/metrics"}).status != http.StatusOK {
		t.Error("two in one process")
	}
}

func TestThePageAnswersWhatIsNotOfTheAPI(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "page "+r.URL.Path) })
	b := newSmall(t, func(c *Config) { c.Web = page })
	for path, want := range map[string]string{
		"/": "page /", "/chains/sw": "page /chains/sw", "/apiary": "page /apiary", "/api/v1/nope": "no_route", "/docs/nope": "no_route",
	} {
		w := httptest.NewRecorder()
		b.api.Handler().ServeHTTP(w, call{method: get, path: path}.request(t.Context()))
		if !strings.Contains(w.Body.String(), want) || (w.Code == 200) != strings.HasPrefix(want, "page") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
		if w.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%s: no policy", path)
		}
	}
}

func TestTokens(t *testing.T) {
	token, hash := NewToken()
	other, _ := NewToken()
	if token == other || !strings.HasPrefix(token, tokenPrefix) {
		t.Errorf("%q, %q", token, other)
	}
	who := Administrator(hash)
	if id, ok := who(token); !ok || !id.Write || !id.Caller.Everything {
		t.Errorf("the administrator is %+v, %t", id, ok)
	}
	for _, wrong := range []string{other, "", token + "x", token[:len(token)-1], strings.ToUpper(token)} {
		if id, ok := who(wrong); ok || id.Write {
			t.Errorf("%q is let in", wrong)
		}
	}
}
