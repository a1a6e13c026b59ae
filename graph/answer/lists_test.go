package answer_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
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
	holds(tb, name, env)
	return env.Answer.(A), env
}

// holds checks what is true of every answer: no list is null, and the same
// question gives the same bytes again (asked by the caller of holds once more
// in TestSameBytes).
func holds(tb testing.TB, name string, env answer.Envelope) {
	tb.Helper()
	b, err := json.Marshal(env.Answer)
	if err != nil {
		tb.Fatal(err)
	}
	for _, list := range []string{"items", "paths", "evidence", "nodes", "edges"} {
		if strings.Contains(string(b), `"`+list+`":null`) {
			tb.Errorf("%s: a list %q is null", name, list)
		}
	}
	if env.Complete != (len(env.TruncatedBy) == 0) {
		tb.Errorf("%s: complete %v, truncated by %v", name, env.Complete, env.TruncatedBy)
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
