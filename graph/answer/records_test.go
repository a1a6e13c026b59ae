package answer_test

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/graph/answer"
)

func TestObservationOfTheFirstPassYield(t *testing.T) {
	got, env := answerOf[answer.Observations](t, seedAt(t, today), "observations", "", "metric=一次合格率")
	if len(got.Items) != 1 {
		t.Fatalf("%d items", len(got.Items))
	}
	i := got.Items[0]
	if i.Value == nil || *i.Value != 5.1 || i.Unit != "％" || i.Percent != "unspecified" || i.Subject.Kind != graph.Programme {
		t.Errorf("%+v", i)
	}
	if i.Quote != "累计破解产业共性质量问题307个，带动区域试点内企业产品一次合格率平均提高5.1％。" || i.Cited[0].Title == "" {
		t.Errorf("quote %q from %+v", i.Quote, i.Cited)
	}
	if !warned(env, "basis_not_stated") {
		t.Errorf("warnings %v", env.Warnings)
	}
	same, _ := answerOf[answer.Observations](t, seedAt(t, today), "observations", "", "metric=first_pass_yield_change")
	if len(same.Items) != 1 || same.Items[0].ID != i.ID {
		t.Errorf("by its code: %v", same.Items)
	}
}

func TestObservationsOfOneValueAreNotOne(t *testing.T) {
	got, _ := answerOf[answer.Observations](t, seedAt(t, today), "observations", "", "")
	metrics := map[string]bool{}
	for _, i := range got.Items {
		if i.Value != nil && *i.Value == 18 {
			metrics[i.Metric] = true
		}
	}
	want := map[string]bool{"associations": true, "chain_leaders": true, "service_stations": true}
	if diff := cmp.Diff(want, metrics); diff != "" {
		t.Error(diff)
	}
	giants := map[string]float64{}
	for _, i := range got.Items {
		if i.Metric == "little_giants_cultivated" || i.Metric == "little_giants_leading" {
			giants[i.Metric] = *i.Value
		}
	}
	if diff := cmp.Diff(map[string]float64{"little_giants_cultivated": 694, "little_giants_leading": 685}, giants); diff != "" {
		t.Error(diff)
	}
}

func TestObservationsOfASubject(t *testing.T) {
	got, _ := answerOf[answer.Observations](t, seedAt(t, today), "observations", "", "subject=dlxx")
	if got.Total == 0 {
		t.Fatal("no figures of 德清")
	}
	for _, i := range got.Items {
		if i.Subject.ID != "chain:dlxx" {
			t.Errorf("%s is of %s", i.ID, i.Subject.ID)
		}
	}
	_, env := answerOf[answer.Observations](t, seedAt(t, today), "observations", "", "subject=dlxx&metric=不存在的指标")
	if !warned(env, "nothing_matched") {
		t.Errorf("warnings %v", env.Warnings)
	}
}

func TestTransferOfAProblem(t *testing.T) {
	view := seedAt(t, today)
	got, _ := answerOf[answer.ProblemTransfer](t, view, "problem-transfer", "qp-sw-12", "")
	if len(got.Items) == 0 {
		t.Fatal("nothing is like it")
	}
	own := map[graph.ID]bool{}
	for _, c := range got.Problem.Chains {
		own[c.ID] = true
	}
	for i, item := range got.Items {
		sum := 0.0
		for _, term := range item.Terms {
			sum += term.Contribution
		}
		if diff := sum - item.Score; diff > 1e-9 || diff < -1e-9 {
			t.Errorf("%s: the terms sum to %v, the score is %v", item.Problem.ID, sum, item.Score)
		}
		if i > 0 && got.Items[i-1].Score < item.Score {
			t.Errorf("%s is out of order", item.Problem.ID)
		}
		if len(item.Problem.Chains) > 0 && !slices.ContainsFunc(item.Problem.Chains, func(c answer.Ref) bool { return !own[c.ID] }) {
			t.Errorf("%s is of the same chain", item.Problem.ID)
		}
		if item.SolvedBy == "case" && len(item.Cases) == 0 {
			t.Errorf("%s was solved in a case, and none is given", item.Problem.ID)
		}
		// A made-up date solves nothing.
		if item.SolvedBy != "case" {
			t.Errorf("%s is said to be solved by %s", item.Problem.ID, item.SolvedBy)
		}
	}
}

func TestTransferWeighsWhatIsShared(t *testing.T) {
	p, s := graph.Problem, graph.Standard
	addresses := func(standard, problem graph.ID) graph.Edge {
		return tie(graph.Addresses, standard, problem, "applicability_verdict", "applicable", "mechanism", []string{"REQ"}, "strength", "direct")
	}
	records := []any{
		thing(graph.Chain, "chain:a", "slug", "a"), thing(graph.Chain, "chain:b", "slug", "b"), thing(graph.Segment, "segment:a"), thing(graph.Segment, "segment:b"),
		tie(graph.HasSegment, "chain:a", "segment:a"), tie(graph.HasSegment, "chain:b", "segment:b"),
		thing(s, "standard:rare", "code", "GB/T 1-2020"), thing(s, "standard:common", "code", "GB/T 2-2020"),
		thing(p, "problem:mine", "category", "QT", "cause_texts", []string{"温度过高"}), tie(graph.OccursAt, "problem:mine", "segment:a"),
		thing(p, "problem:neighbour", "category", "QT", "problem_status", "solved"), tie(graph.OccursAt, "problem:neighbour", "segment:a"),
		thing(p, "problem:rare", "category", "QT", "problem_status", "solved"), thing(p, "problem:common", "category", "QT", "problem_status", "solved"),
		thing(p, "problem:cause", "category", "QM", "problem_status", "solved", "cause_texts", []string{"温度过高。"}),
		thing(p, "problem:category", "category", "QT", "problem_status", "solved"), thing(p, "problem:open", "category", "QT"),
		addresses("standard:rare", "problem:mine"), addresses("standard:common", "problem:mine"), addresses("standard:rare", "problem:rare"),
		addresses("standard:common", "problem:common"), addresses("standard:common", "problem:open"), addresses("standard:common", "problem:neighbour"),
	}
	for _, id := range []graph.ID{"problem:rare", "problem:common", "problem:cause", "problem:category", "problem:open"} {
		records = append(records, tie(graph.OccursAt, id, "segment:b"))
	}
	got, _ := answerOf[answer.ProblemTransfer](t, publicly(t, world(t, records...), today), "problem-transfer", "mine", "")
	ids := idsOf(got.Items, func(i answer.TransferItem) graph.ID { return i.Problem.ID })
	if diff := cmp.Diff([]graph.ID{"problem:cause", "problem:rare", "problem:common"}, ids); diff != "" {
		t.Error(diff)
	}
	path := got.Items[1].Paths[0].Nodes
	if diff := cmp.Diff([]graph.ID{"problem:mine", "standard:rare", "problem:rare"}, path); diff != "" {
		t.Error(diff)
	}
}

func TestHealthOfTheSeed(t *testing.T) {
	got, env := answerOf[answer.Health](t, seedAt(t, today), "health", "", "limit=10000")
	has := func(code, field string, values ...string) bool {
		return slices.ContainsFunc(got.Conflicting, func(c answer.Conflict) bool {
			if c.Code != code || c.Field != field || len(c.Values) != len(values) {
				return false
			}
			for i, v := range c.Values {
				if v.Value != values[i] || len(v.Evidence) == 0 {
					return false
				}
			}
			return true
		})
	}
	if !has("GB/T 13912-2020", "effective", "2021-04-01", "2021-05-01") {
		t.Error("the two dates of GB/T 13912-2020 are not a conflict")
	}
	if !slices.ContainsFunc(got.Conflicting, func(c answer.Conflict) bool { return c.Type == "status" && c.Kind == graph.Certificate }) {
		t.Error("no certificate is found valid past its last day")
	}
	if !env.Complete || got.Shares.Unsourced.Count != len(got.Unsourced) || got.Shares.Stale.Count != len(got.Stale) ||
		got.Shares.Inferred.Count != len(got.Inferred) || got.Shares.Conflicting.Count != len(got.Conflicting) {
		t.Errorf("complete %v, shares %+v", env.Complete, got.Shares)
	}
	short, env := answerOf[answer.Health](t, seedAt(t, today), "health", "", "limit=5")
	if !slices.Equal(env.TruncatedBy, []string{"limit"}) || short.Shares != got.Shares {
		t.Errorf("truncated by %v, shares %+v", env.TruncatedBy, short.Shares)
	}
	for i, item := range short.Unsourced {
		if item.ID != got.Unsourced[i].ID {
			t.Errorf("what is kept is not the front of the whole: %s", item.ID)
		}
	}
}

// changes is a graph whose records were changed at numbers 1 to 4.
func changes(t *testing.T) graph.Reader {
	at := func(seq graph.Seq, n graph.Node) graph.Node { n.Seq = seq; return n }
	edge := func(seq graph.Seq, e graph.Edge) graph.Edge { e.Seq = seq; return e }
	draft := tie(graph.Addresses, "standard:a", "problem:p", "applicability_verdict", "applicable", "strength", "direct")
	draft.State = graph.Draft
	other := tie(graph.Addresses, "standard:a", "problem:p", "applicability_verdict", "not_applicable", "strength", "direct", "clause", "")
	other.ID = "e-other"
	standard := thing(graph.Standard, "standard:a", "code", "GB/T 29862-2013", "mandatory", true, "effective", "2014")
	standard.Evidence = []graph.Evidence{
		{Source: "source:old", Field: "effective", Value: "2014-05-01"}, {Source: "source:old", Field: "scope_excludes", Value: "丝"},
	}
	retired := thing(graph.Firm, "firm:retired")
	retired.State = graph.Retired
	later := thing(graph.Firm, "firm:later") // true in the world only later, recorded now
	later.ValidFrom = day(t, "2030-01-01")
	return world(t, at(1, thing(graph.Source, "source:old", "date", "2010-05")), at(1, standard), at(2, thing(graph.Problem, "problem:p", "inferred", "推断")),
		edge(3, draft), edge(4, other), at(4, retired), at(4, later))
}

func TestHealthSince(t *testing.T) {
	view := publicly(t, changes(t), today)
	type counts struct{ Records, Unreviewed, Conflicting, Stale, Unsourced, Inferred int }
	tests := []struct {
		name, query string
		want        counts
	}{
		{"from the beginning, by any validity", "", counts{6, 1, 2, 1, 4, 1}},
		{"changed after 2", "since=2", counts{3, 1, 1, 0, 3, 0}},
		{"changed after 4: nothing", "since=4", counts{}},
		{"evidence of 2010 is not stale in twenty years", "stale_years=20", counts{6, 1, 2, 0, 4, 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := answerOf[answer.Health](t, view, "health", "", tt.query)
			s := got.Shares
			have := counts{s.Records, s.Unreviewed.Count, s.Conflicting.Count, s.Stale.Count, s.Unsourced.Count, s.Inferred.Count}
			if diff := cmp.Diff(tt.want, have); diff != "" {
				t.Error(diff)
			}
		})
	}
	got, _ := answerOf[answer.Health](t, view, "health", "", "")
	types := idsOf(got.Conflicting, func(c answer.Conflict) graph.ID { return graph.ID(c.Type + " " + c.Field) })
	// A year does not contradict a day in it, nor one value of a list another.
	if diff := cmp.Diff([]graph.ID{"verdict applicability_verdict", "prefix mandatory"}, types); diff != "" {
		t.Error(diff)
	}
}

// recorded is a past in which each day ends with the number of its day.
type recorded struct{ reader graph.Reader }

func (p recorded) At(_ context.Context, d graph.Date, scope graph.Scope) (*graph.View, error) {
	seq, err := strconv.Atoi(d.String()[8:])
	return graph.NewView(p.reader, graph.Seq(seq), scope), err
}

func TestHealthSinceADay(t *testing.T) {
	q, _ := answer.Find("health")
	params, err := q.Bind(nil, map[string][]string{"since": {"2026-11-03"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	view := publicly(t, changes(t), today)
	env, err := q.AskWith(t.Context(), view, recorded{changes(t)}, params)
	if err != nil {
		t.Fatal(err)
	}
	if got := env.Answer.(answer.Health); got.Since == nil || *got.Since != 2 || got.Shares.Records != 3 {
		t.Errorf("since %v: %+v", got.Since, got.Shares)
	}
	if _, err := q.Ask(t.Context(), view, params); len(graph.InvalidErrors(err)) != 1 {
		t.Errorf("without a recorded past: %v", err)
	}
}

// everyAsk asks each of these questions once, with parameters.
var everyAsk = []struct{ name, path, query string }{
	{"causes", "qp-sw-01", ""}, {"subgraph", "sw", "limit=80"}, {"common", "", "compare=5"}, {"gap-priorities", "", ""},
	{"standards-check", "", `{"codes":["gbt17761","GB/T 5330"]}`}, {"standards-calendar", "", "from=2025-01-01&to=2027-01-01"},
	{"standards-adoptions", "", ""}, {"obligations", "", "class=37"}, {"certifiers", "", "chain=xnycl&region=江苏"}, {"laboratories", "", "region=江苏"},
	{"cases", "", "region=320321"}, {"problem-transfer", "qp-tz-17", ""}, {"policies", "", "include_ended=true"}, {"recognition", "", ""},
	{"sole-suppliers", "chain:xnycl", ""}, {"statistics", "", "by=type"}, {"observations", "", ""}, {"region-history", "330604", ""}, {"health", "", "limit=20"},
}

func TestSameBytes(t *testing.T) {
	for _, ask := range everyAsk {
		t.Run(ask.name, func(t *testing.T) {
			_, first := answerOf[any](t, seedAt(t, today), ask.name, ask.path, ask.query)
			for range 2 {
				_, again := answerOf[any](t, seedAt(t, today), ask.name, ask.path, ask.query)
				if first.Fingerprint != again.Fingerprint {
					t.Fatal("the same question has another answer")
				}
			}
			// On a day before everything there is little to say, and no error.
			answerOf[any](t, seedAt(t, "1900-01-01"), ask.name, ask.path, ask.query)
		})
	}
}

func TestReplayGivesTheSame(t *testing.T) {
	for _, ask := range everyAsk {
		_, first := answerOf[any](t, seedAt(t, today), ask.name, ask.path, ask.query)
		u, err := url.Parse(first.Replay)
		if err != nil {
			t.Fatal(err)
		}
		query := u.Query()
		if query.Get("as_of") != today || query.Get("seq") != "1" {
			t.Errorf("%s: replay %s pins something else", ask.name, first.Replay)
		}
		query.Del("as_of")
		query.Del("seq")
		body := query.Encode()
		if ask.name == "standards-check" {
			body = ask.query
		}
		path := ask.path
		if path != "" {
			parts := strings.Split(u.Path, "/")
			path = parts[4] // /api/v1/problems/{id}/…
		}
		if _, again := answerOf[any](t, seedAt(t, today), ask.name, path, body); again.Fingerprint != first.Fingerprint {
			t.Errorf("%s: replay %s gives another answer", ask.name, first.Replay)
		}
	}
}
