package answer_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/graph/answer"
)

func TestCasesOfTheSameCounty(t *testing.T) {
	got, _ := answerOf[answer.Cases](t, seedAt(t, today), "cases", "", "region=吴兴")
	ids := idsOf(got.Items, func(c answer.CaseStory) graph.ID { return c.ID })
	if diff := cmp.Diff([]graph.ID{"case:case-tz-01", "case:case-tz-02"}, ids); diff != "" {
		t.Error(diff)
	}
	// A comparison from outside is not a case of the county.
	if !slices.ContainsFunc(got.Elsewhere, func(c answer.CaseStory) bool { return c.ID == "case:case-tz-03" && c.Nearness == "not_recorded" }) {
		t.Error("区外对照 is not elsewhere")
	}
	near := idsOf(got.Elsewhere[:2], func(c answer.CaseStory) graph.ID { return graph.ID(c.Nearness) })
	if diff := cmp.Diff([]graph.ID{"same_city", "same_city"}, near); diff != "" {
		t.Errorf("the nearest do not come first: %s", diff)
	}
	_, env := answerOf[answer.Cases](t, seedAt(t, today), "cases", "", "problem=qp-tz-02&region=330502")
	if !warned(env, "not_recorded") {
		t.Errorf("pH: warnings %v", env.Warnings)
	}
}

func TestCasesTellWhatChanged(t *testing.T) {
	got, _ := answerOf[answer.Cases](t, seedAt(t, today), "cases", "", "problem=qp-sxxc-06")
	for _, c := range got.Items {
		if c.ID == "case:case-sxxc-02" {
			m := c.Metrics[0]
			if m.Before == nil || *m.Before != 900 || m.After == nil || *m.After != 20 {
				t.Errorf("metric %+v", m)
			}
			return
		}
	}
	t.Errorf("cases %v", got.Items)
}

func TestAnAnonymousCaseIsNotPinnedToASmallCounty(t *testing.T) {
	records := []any{
		thing(graph.Case, "case:a", "anonymous", true), thing(graph.Case, "case:b", "anonymous", true), thing(graph.Firm, "firm:one"),
		thing(graph.Region, "region:330502", "code", "330502"), thing(graph.Region, "region:330500", "code", "330500"), thing(graph.Region, "region:330521", "code", "330521"),
		tie(graph.LocatedIn, "region:330502", "region:330500"), tie(graph.LocatedIn, "region:330521", "region:330500"),
		tie(graph.LocatedIn, "case:a", "region:330502"), tie(graph.LocatedIn, "case:b", "region:330521"), tie(graph.LocatedIn, "firm:one", "region:330502"),
	}
	for _, f := range []graph.ID{"firm:x", "firm:y", "firm:z"} {
		records = append(records, thing(graph.Firm, f), tie(graph.LocatedIn, f, "region:330521"))
	}
	got, env := answerOf[answer.Cases](t, publicly(t, world(t, records...), today), "cases", "", "")
	located := map[graph.ID]string{}
	for _, c := range got.Items {
		located[c.ID] = c.Located[0].Code
	}
	if diff := cmp.Diff(map[graph.ID]string{"case:a": "330500", "case:b": "330521"}, located); diff != "" {
		t.Error(diff)
	}
	if !warned(env, "anonymous_region_widened") {
		t.Errorf("warnings %v", env.Warnings)
	}
}

func TestPoliciesHideWhatHasEnded(t *testing.T) {
	view := seedAt(t, today)
	got, env := answerOf[answer.Policies](t, view, "policies", "", "chain=znzb")
	all, allEnv := answerOf[answer.Policies](t, view, "policies", "", "chain=znzb&include_ended=true")
	for _, p := range got.Items {
		if p.Status == "ended" {
			t.Errorf("%s has ended", p.ID)
		}
	}
	if got.Ended == 0 || got.Total+got.Ended != all.Total {
		t.Errorf("%d and %d ended are not %d", got.Total, got.Ended, all.Total)
	}
	if !warned(env, "ended_hidden") || warned(allEnv, "ended_hidden") {
		t.Errorf("warnings %v, %v", env.Warnings, allEnv.Warnings)
	}
	// On its last day, 2022-12-31, it still ran.
	status := func(date string) string {
		got, _ := answerOf[answer.Policies](t, seedAt(t, date), "policies", "", "chain=znzb&include_ended=true")
		for _, p := range got.Items {
			if p.ID == "policy:pol-znzb-zlqq20" {
				return p.Status
			}
		}
		return "absent"
	}
	if diff := cmp.Diff([]string{"current", "ended", "absent"}, []string{status("2022-12-31"), status("2023-01-01"), status("2019-12-31")}); diff != "" {
		t.Error(diff)
	}
}

func TestPoliciesSayWhatAnAmountIsPer(t *testing.T) {
	got, env := answerOf[answer.Policies](t, seedAt(t, today), "policies", "", "include_ended=true")
	basis := map[graph.ID]string{}
	for _, p := range got.Items {
		basis[p.ID] = p.AmountBasis
	}
	for id, want := range map[graph.ID]string{
		"policy:pol-xnycl-fx200": "not_stated", "policy:pol-common-tsxd-pilot9": "total", "policy:pol-tz-01": "total",
		"policy:pol-tz-06": "per_unit", "policy:pol-znzb-zlqq20": "per_unit", "policy:pol-xnycl-szd": "",
	} {
		if basis[id] != want {
			t.Errorf("%s: %q, want %q", id, basis[id], want)
		}
	}
	if !warned(env, "amount_basis_not_stated") {
		t.Errorf("warnings %v", env.Warnings)
	}
}

func TestPoliciesByWhoAsks(t *testing.T) {
	view := seedAt(t, today)
	has := func(query string, id graph.ID) bool {
		got, _ := answerOf[answer.Policies](t, view, "policies", "", query)
		return slices.ContainsFunc(got.Items, func(p answer.PolicyRow) bool { return p.ID == id })
	}
	tests := []struct {
		query string
		id    graph.ID
		want  bool
	}{
		{"chain=xnycl", "policy:pol-xnycl-szd", true}, {"chain=sw", "policy:pol-xnycl-szd", false},
		{"firm=firm-demo-xnycl-01", "policy:pol-xnycl-szd", true}, {"firm=firm-demo-sw-01", "policy:pol-xnycl-szd", false},
		{"region=丰县", "policy:pol-xnycl-szd", true}, {"region=321000", "policy:pol-xnycl-szd", false}, {"region=320000", "policy:pol-xnycl-szd", true},
		{"chain=xnycl&tool=信贷", "policy:pol-xnycl-szd", true}, {"chain=xnycl&tool=培训", "policy:pol-xnycl-szd", false},
		{"chain=sw", "policy:pol-common-jl51", true}, // of the programme that the chain is part of
	}
	for _, tt := range tests {
		if got := has(tt.query, tt.id); got != tt.want {
			t.Errorf("%s lists %s: %v", tt.query, tt.id, got)
		}
	}
	first, _ := answerOf[answer.Policies](t, view, "policies", "", "chain=xnycl")
	if first.Items[0].ID != "policy:pol-xnycl-fx200" {
		t.Errorf("first comes %s, not the county's own that pays", first.Items[0].ID)
	}
}

func TestRecognitionIsNotCooperation(t *testing.T) {
	for _, query := range []string{"from=南京&to=德清", "from=320114&to=330521", "from=rjxx&to=chain:dlxx", "from=德清&to=南京市"} {
		got, env := answerOf[answer.Recognition](t, seedAt(t, today), "recognition", "", query)
		if got.Recognized != "not_recorded" || len(got.Recognizes) != 0 || len(got.Cooperates) != 1 {
			t.Errorf("%s: %+v", query, got)
			continue
		}
		if diff := cmp.Diff(got.Cooperates[0].Fields, got.NotRecognized, sortedTexts); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
		if !warned(env, "not_recorded") {
			t.Errorf("%s: warnings %v", query, env.Warnings)
		}
	}
	if got, _ := answerOf[answer.Recognition](t, seedAt(t, today), "recognition", "", "from=丰县&to=德清"); len(got.Cooperates) != 0 {
		t.Errorf("丰县: %v", got.Cooperates)
	}
	if _, env := answerOf[answer.Recognition](t, seedAt(t, today), "recognition", "", "from=亚特兰蒂斯&to=德清"); !warned(env, "not_recorded") {
		t.Errorf("warnings %v", env.Warnings)
	}
}

var sortedTexts = cmp.Transformer("sorted", func(s []string) string {
	s = slices.Clone(s)
	slices.Sort(s)
	return strings.Join(s, "、")
})

func TestRecognitionHasADirectionAndASpan(t *testing.T) {
	one := tie(graph.Recognizes, "region:330000", "region:320100", "fields", []string{"检测报告"})
	one.ValidFrom, one.ValidTo = day(t, "2024-01-01"), day(t, "2026-01-01")
	g := world(t, thing(graph.Region, "region:330000", "code", "330000"), thing(graph.Region, "region:330521", "code", "330521"),
		thing(graph.Region, "region:320100", "code", "320100"), tie(graph.LocatedIn, "region:330521", "region:330000"), one)
	tests := []struct {
		name, date, query, want, warning string
	}{
		{"the province speaks for its county", "2025-01-01", "from=320100&to=330521", "recorded", ""},
		{"not the other way round", "2025-01-01", "from=330521&to=320100", "not_recorded", "nothing_matched"},
		{"it has ended", "2026-01-01", "from=320100&to=330521", "not_recorded", "filtered_by_date"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, env := answerOf[answer.Recognition](t, publicly(t, g, tt.date), "recognition", "", tt.query)
			if got.Recognized != tt.want || tt.warning != "" && !warned(env, tt.warning) {
				t.Errorf("%s, warnings %v", got.Recognized, env.Warnings)
			}
		})
	}
}

func TestRegionHistoryOfShaxian(t *testing.T) {
	for _, code := range []string{"350427", "350405"} {
		got, env := answerOf[answer.RegionHistory](t, seedAt(t, today), "region-history", code, "")
		want := answer.RegionCounts{
			Affected: 4, Located: 14, RegisteredOld: 4, OldAndLocated: 4, ByCode: map[string]int{"350405": 10, "350427": 4},
		}
		if diff := cmp.Diff(want, got.Counts); diff != "" {
			t.Errorf("%s: %s", code, diff)
		}
		c := got.Changes[0]
		if len(got.Changes) != 1 || c.Old.Code != "350427" || c.New.Code != "350405" || c.Date != "2021" || len(c.Evidence) == 0 {
			t.Errorf("%s: %+v", code, got.Changes)
		}
		if got.Current[0].Code != "350405" || got.Old[0].Code != "350427" || !warned(env, "illustrative") {
			t.Errorf("%s: current %v, old %v", code, got.Current, got.Old)
		}
	}
	// Before the change the old code was the current one.
	got, _ := answerOf[answer.RegionHistory](t, seedAt(t, "2020-06-01"), "region-history", "350427", "")
	if len(got.Old) != 0 || got.Counts.RegisteredOld != 0 || got.Changes[0].Took != graph.No {
		t.Errorf("in 2020: old %v, counts %+v, took effect %s", got.Old, got.Counts, got.Changes[0].Took)
	}
	// 上虞: the day of the change is not recorded, and none is made up.
	got, _ = answerOf[answer.RegionHistory](t, seedAt(t, today), "region-history", "330682", "")
	if !got.Changes[0].DateMissing || got.Counts.RegisteredOld != 4 {
		t.Errorf("%+v, counts %+v", got.Changes, got.Counts)
	}
}

func TestRegionHistoryRegisteredIsNotLocated(t *testing.T) {
	old := thing(graph.Region, "region:350427", "code", "350427")
	old.ValidTo = day(t, "2021-01-01")
	moved := thing(graph.Firm, "firm:moved", "uscc", "91350427XNDEM8010X")
	view := publicly(t, world(t, old, moved, thing(graph.Region, "region:350405", "code", "350405"), thing(graph.Region, "region:130000", "code", "130000"),
		thing(graph.Firm, "firm:lost", "uscc", "93350427XNDEM8037F"), thing(graph.Firm, "firm:wrong", "uscc", "91350427XNDEM80100"),
		thing(graph.Firm, "firm:stale"), tie(graph.LocatedIn, "firm:stale", "region:350427"),
		tie(graph.LocatedIn, "firm:moved", "region:130000"), tie(graph.Replaces, "region:350405", "region:350427", "date", "2021-01-01"),
	), today)
	got, _ := answerOf[answer.RegionHistory](t, view, "region-history", "350405", "")
	want := answer.RegionCounts{
		Affected: 3, Located: 1, RegisteredOld: 2, OldElsewhere: 1, OldUnknown: 1, ByCode: map[string]int{"350427": 2},
	}
	if diff := cmp.Diff(want, got.Counts); diff != "" {
		t.Error(diff)
	}
}

func TestRegionHistoryOfNoRegion(t *testing.T) {
	q, _ := answer.Find("region-history")
	for code, want := range map[string]error{"999999": graph.ErrNotFound, "沙县": graph.ErrInvalid} {
		params, err := q.Bind(map[string]string{"code": code}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := q.Ask(t.Context(), seedAt(t, today), params); !errors.Is(err, want) {
			t.Errorf("%s: %v", code, err)
		}
	}
}
