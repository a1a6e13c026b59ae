package answer_test

import (
	"context"
	"net/url"
	"testing"

	"zhitu/graph"
	"zhitu/graph/answer"
	"zhitu/graph/snapshot"
	"zhitu/seed"
)

// seeded is the seed as one snapshot, built once: it is immutable.
func seeded(tb testing.TB) *snapshot.Snapshot {
	tb.Helper()
	ops, _, err := seed.Ops(seed.Options{Illustrative: true})
	if err != nil {
		tb.Fatal(err)
	}
	s, err := snapshot.Empty("test").With(ops)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// ask asks the question called name of s on a date and returns the answer as
// JSON would show it.
func ask[A any](tb testing.TB, r graph.Reader, date, name string, path map[string]string, query url.Values, body string) (A, answer.Envelope) {
	tb.Helper()
	q, ok := answer.Find(name)
	if !ok {
		tb.Fatalf("no question %q", name)
	}
	params, err := q.Bind(path, query, []byte(body))
	if err != nil {
		tb.Fatal(err)
	}
	d, err := graph.ParseDate(date)
	if err != nil {
		tb.Fatal(err)
	}
	env, err := q.Ask(context.Background(), graph.NewView(r, 1, graph.Scope{AsOf: d}), params)
	if err != nil {
		tb.Fatal(err)
	}
	a, ok := env.Answer.(A)
	if !ok {
		tb.Fatalf("answer is a %T", env.Answer)
	}
	return a, env
}

func BenchmarkSolutionsOfTheShowcase(b *testing.B) {
	s := seeded(b)
	for b.Loop() {
		ask[answer.Solutions](b, s, "2026-11-28", "solutions", map[string]string{"id": "problem:qp-sw-01"}, nil, "")
	}
}

func BenchmarkOverview(b *testing.B) {
	s := seeded(b)
	for b.Loop() {
		ask[answer.Overview](b, s, "2026-11-28", "overview", nil, nil, "")
	}
}
