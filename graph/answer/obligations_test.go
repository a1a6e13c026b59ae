package answer_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/graph/answer"
)

func TestObligationsOf3770(t *testing.T) {
	for _, class := range []string{"3770", "C3770", "c3770", "Ｃ３７７０", "C3770 助动车制造"} {
		got, env := answerOf[answer.Obligations](t, seedAt(t, today), "obligations", "", "class="+class)
		products := map[string]string{}
		for _, p := range got.Products {
			products[p.Name] = p.InCatalogue
		}
		if diff := cmp.Diff(map[string]string{"电动自行车": "yes", "专用电动三轮车": "not_recorded"}, products); diff != "" {
			t.Errorf("%s: %s", class, diff)
		}
		if got.Class != "3770" || got.ClassName != "助动车制造" || got.InCatalogue != "yes" {
			t.Errorf("%s: read as %s %s, in catalogue %s", class, got.Class, got.ClassName, got.InCatalogue)
		}
		if len(got.MandatoryStandards) != 2 || got.MandatoryStandards[0].Code != "GB 17761-2024" {
			t.Errorf("%s: %+v", class, got.MandatoryStandards)
		}
		verdicts := map[string]string{}
		for _, r := range got.CompulsoryRules {
			verdicts[r.Code] = r.Verdict + " " + r.Compulsory.String()
		}
		want := map[string]string{"CNCA-C11-16:2023": "applicable yes", "CNCA-C11-02:2021": "to_review to_review"}
		if diff := cmp.Diff(want, verdicts); diff != "" {
			t.Errorf("%s: %s", class, diff)
		}
		if !warned(env, "no_legal_advice") {
			t.Errorf("warnings %v", env.Warnings)
		}
	}
}

func TestInCatalogue(t *testing.T) {
	tests := []struct {
		name, date, query, want string
		warning                 string
	}{
		{"only to review", today, "product=专用电动三轮车", "not_recorded", "not_recorded"},
		{"only not applicable", today, "product=阀控式铅酸蓄电池", "not_recorded", "not_recorded"},
		{"recorded as covered", today, "product=电动自行车", "yes", ""},
		{"nothing recorded", today, "product=机织童装", "not_recorded", "not_recorded"},
		{"the rule was not there yet", "2015-01-01", "product=电动自行车", "not_recorded", "filtered_by_date"},
		{"a class without products", today, "class=0111", "not_recorded", "not_recorded"},
		{"a product that is not recorded", today, "product=飞艇", "not_recorded", "not_recorded"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, env := answerOf[answer.Obligations](t, seedAt(t, tt.date), "obligations", "", tt.query)
			if got.InCatalogue != tt.want {
				t.Errorf("in catalogue: %s, want %s", got.InCatalogue, tt.want)
			}
			if tt.warning != "" && !warned(env, tt.warning) {
				t.Errorf("warnings %v, want %s", env.Warnings, tt.warning)
			}
		})
	}
}

func TestInCatalogueNoOnlyInSoManyWords(t *testing.T) {
	p := graph.Product
	view := publicly(t, world(t, thing(p, "product:no", "gbt4754", "1111", "in_catalogue", "no"), thing(p, "product:other", "gbt4754", "1112"),
		thing(graph.Rule, "rule:vpc", "rule_no", "X-1"), tie(graph.Covers, "rule:vpc", "product:other", "applicability_verdict", "applicable"),
	), today)
	for query, want := range map[string]string{"class=1111": "no", "class=111": "not_recorded", "class=1112": "not_recorded"} {
		got, _ := answerOf[answer.Obligations](t, view, "obligations", "", query)
		if got.InCatalogue != want {
			t.Errorf("%s: %s, want %s", query, got.InCatalogue, want)
		}
		if len(got.CompulsoryRules) != 0 {
			t.Errorf("%s: a voluntary rule is listed: %v", query, got.CompulsoryRules)
		}
	}
}

func TestObligationsNameTheEditionThatBindsOnTheDate(t *testing.T) {
	for date, want := range map[string]map[string]graph.Status{
		"2025-08-31": {"GB 17761-2024": "upcoming", "GB 17761-2018": "in_force", "GB 17761-1999": "replaced"},
		"2025-10-01": {"GB 17761-2024": "in_force", "GB 17761-2018": "transition", "GB 17761-1999": "replaced"},
	} {
		got, _ := answerOf[answer.Obligations](t, seedAt(t, date), "obligations", "", "product=电动自行车")
		statuses := map[string]graph.Status{}
		s := got.MandatoryStandards[0]
		statuses[s.Code] = s.Status
		for _, e := range s.Editions {
			statuses[e.Code] = e.Status
		}
		if diff := cmp.Diff(want, statuses); diff != "" {
			t.Errorf("%s: %s", date, diff)
		}
	}
	// Battery certification is compulsory from 2025-11-01, and covered before.
	for date, want := range map[string]string{"2025-10-31": "no", "2025-11-01": "yes"} {
		got, _ := answerOf[answer.Obligations](t, seedAt(t, date), "obligations", "", "product=电动自行车用锂离子电池组")
		if len(got.CompulsoryRules) != 1 || got.CompulsoryRules[0].Compulsory.String() != want {
			t.Errorf("%s: %+v", date, got.CompulsoryRules)
		}
	}
}

func TestObligationsRejectsWithTheReason(t *testing.T) {
	got, _ := answerOf[answer.Obligations](t, seedAt(t, today), "obligations", "", "product=钠离子电池组")
	if len(got.CompulsoryRules) != 0 || len(got.Rejected) != 1 || got.Rejected[0].Reason == "" {
		t.Errorf("rules %v, rejected %+v", got.CompulsoryRules, got.Rejected)
	}
}

func TestObligationsRefuses(t *testing.T) {
	q, _ := answer.Find("obligations")
	for _, query := range []map[string][]string{{}, {"class": {"CC3770"}}, {"class": {"37700"}}, {"class": {"电动车"}}} {
		params, err := q.Bind(nil, query, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := q.Ask(t.Context(), seedAt(t, today), params); len(graph.InvalidErrors(err)) != 1 {
			t.Errorf("%v: error %v", query, err)
		}
	}
}
