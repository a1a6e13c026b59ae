package oracletest_test

import (
	"encoding/json"
	"net/url"
	"strconv"
	"testing"

	"zhitu/graph"
	"zhitu/graph/answer"
	"zhitu/graph/answer/oracletest"
	"zhitu/graph/snapshot"
	"zhitu/seed"
)

// days are before, inside and after the changes that the seed knows of.
var days = []string{"2025-01-01", "2025-08-31", "2025-12-01", "2026-11-28"}

// seeded is the seed as one snapshot.
func seeded(t *testing.T, firms bool) *snapshot.Snapshot {
	t.Helper()
	ops, _, err := seed.Ops(seed.Options{Illustrative: firms})
	if err != nil {
		t.Fatal(err)
	}
	return of(t, ops)
}

func of(t *testing.T, ops []graph.Op) *snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.Empty("oracle").With(ops)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ask asks a question as the API would and reads the answer as a client would.
func ask[A any](t *testing.T, s *snapshot.Snapshot, day, name string, path map[string]string, query url.Values, body string) A {
	t.Helper()
	q, ok := answer.Find(name)
	if !ok {
		t.Fatalf("no question %q", name)
	}
	params, err := q.Bind(path, query, []byte(body))
	if err != nil {
		t.Fatalf("%s %v %v: %v", name, path, query, err)
	}
	d, err := graph.ParseDate(day)
	if err != nil {
		t.Fatal(err)
	}
	env, err := q.Ask(t.Context(), graph.NewView(s, s.Seq(), graph.Scope{AsOf: d}), params)
	if err != nil {
		t.Fatalf("%s %v %v: %v", name, path, query, err)
	}
	b, err := json.Marshal(env.Answer)
	if err != nil {
		t.Fatal(err)
	}
	var a A
	if err := json.Unmarshal(b, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func world(t *testing.T, firms bool) *oracletest.World {
	t.Helper()
	w, err := oracletest.Read(seed.Data(), firms)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// variants are the shipped data without and with the invented firms, and the
// days on which both sides are asked.
var variants = []struct {
	name  string
	firms bool
	days  []string
}{{"the shipped data", false, days}, {"with the invented firms", true, []string{days[0], days[3]}}}

// upstream asks for the ids at each depth.
func upstream(t *testing.T, s *snapshot.Snapshot, id string, depth int) [][]string {
	t.Helper()
	type answered struct {
		Levels []struct {
			Depth int
			Nodes []withID
		}
	}
	a := ask[answered](t, s, "2026-11-28", "upstream", map[string]string{"id": id}, url.Values{"depth": {strconv.Itoa(depth)}}, "")
	levels := [][]string{}
	for i, l := range a.Levels {
		if l.Depth != i+1 {
			t.Errorf("level %d of %s says depth %d", i+1, id, l.Depth)
		}
		levels = append(levels, ids(l.Nodes))
	}
	return levels
}
