package answer_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/graph/answer"
)

// checked is one item of a check in short.
type checked struct {
	Canonical, Match, Edition string
	Status                    graph.Status
	Hint                      []string
}

func checkOne(t *testing.T, view *graph.View, code, asOf string) checked {
	t.Helper()
	body, err := json.Marshal(map[string]any{"codes": []string{code}, "as_of": asOf})
	if err != nil {
		t.Fatal(err)
	}
	got, env := answerOf[answer.Check](t, view, "standards-check", "", string(body))
	if env.AsOf.String() != asOf || !strings.Contains(env.Replay, "as_of="+asOf) {
		t.Errorf("the answer is as of %s, replay %s, though the body says %s", env.AsOf, env.Replay, asOf)
	}
	if len(got.Items) != 1 {
		t.Fatalf("%q: %d items", code, len(got.Items))
	}
	item := got.Items[0]
	c := checked{Canonical: item.Canonical, Match: item.Match}
	if item.Edition != nil {
		c.Edition, c.Status = item.Edition.Code, item.Edition.Status
	}
	for _, h := range item.Hint {
		c.Hint = append(c.Hint, h.Code)
	}
	return c
}

func TestCheckStandards(t *testing.T) {
	old := []string{"GB 17761-1999", "GB 17761-2018", "GB 17761-2024"}
	tests := []struct {
		name, code, asOf string
		want             checked
	}{
		{"the worked timeline, last day of making", "GB 17761-2018", "2025-08-31", checked{"GB 17761-2018", "edition", "GB 17761-2018", "in_force", nil}},
		{"first day of selling off", "GB 17761-2018", "2025-09-01", checked{"GB 17761-2018", "edition", "GB 17761-2018", "transition", nil}},
		{"last day of selling off", "GB 17761-2018", "2025-11-30", checked{"GB 17761-2018", "edition", "GB 17761-2018", "transition", nil}},
		{"the day after", "GB 17761-2018", "2025-12-01", checked{"GB 17761-2018", "edition", "GB 17761-2018", "replaced", nil}},
		{"issued and not yet effective", "GB 17761-2024", "2025-08-31", checked{"GB 17761-2024", "edition", "GB 17761-2024", "upcoming", nil}},
		{"not issued yet", "GB/T 5330-2025", "2025-10-30", checked{"GB/T 5330-2025", "later", "", "", nil}},
		{"any spelling", "gb／t 13912－2020", today, checked{"GB/T 13912-2020", "edition", "GB/T 13912-2020", "in_force", nil}},
		{"two digits of a year", "GB/T5330-85", today, checked{"GB/T 5330-1985", "edition", "GB/T 5330-1985", "replaced", nil}},
		{"no year is the newest in force", "GBT 5330", today, checked{"GB/T 5330", "family", "GB/T 5330-2025", "in_force", nil}},
		{"and on an older day an older one", "GBT 5330", "2026-04-30", checked{"GB/T 5330", "family", "GB/T 5330-2003", "in_force", nil}},
		{"another prefix is a hint", "gbt17761", today, checked{"GB/T 17761", "other_prefix", "", "", old}},
		{"a year that is not recorded", "GB 17761-2011", today, checked{"GB 17761-2011", "other_edition", "", "", nil}},
		{"a rule in its colon's spelling", "CNCA-C11-16：2021", today, checked{"CNCA-C11-16:2021", "edition", "CNCA-C11-16:2021", "replaced", nil}},
		{"a number that is free text", "中国药典2025年版", today, checked{"", "edition", "中国药典2025年版", "in_force", nil}},
		{"not a number at all", "不是标准号", today, checked{"", "none", "", "", nil}},
		{"a number that the graph lacks", "GB/T 99999-2020", today, checked{"GB/T 99999-2020", "none", "", "", nil}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, checkOne(t, seedAt(t, "2024-01-01"), tt.code, tt.asOf)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCheckReadsAWholeCell(t *testing.T) {
	got, env := answerOf[answer.Check](t, seedAt(t, today), "standards-check", "", `{"codes":["按 GB 31701 与GB18401—2010 执行","查无此号 GB/T 1"]}`)
	codes := idsOf(got.Items, func(i answer.CheckItem) graph.ID { return graph.ID(i.Canonical) })
	if diff := cmp.Diff([]graph.ID{"GB 31701", "GB 18401-2010", "GB/T 1"}, codes); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"GB/T 1"}, got.Unknown); diff != "" || !warned(env, "not_recorded") {
		t.Errorf("unknown: %s; warnings %v", diff, env.Warnings)
	}
	sum := 0
	for _, n := range got.Counts {
		sum += n
	}
	if sum != len(got.Items) {
		t.Errorf("counts %v of %d items", got.Counts, len(got.Items))
	}
}

func TestCheckRefuses(t *testing.T) {
	q, _ := answer.Find("standards-check")
	many, _ := json.Marshal(map[string]any{"codes": make([]string, 1001)})
	for name, body := range map[string]string{"no codes": `{}`, "too many": string(many), "an unknown member": `{"code":["GB 1"]}`, "no date": `{"codes":["GB 1"],"as_of":"tomorrow"}`} {
		params, err := q.Bind(nil, nil, []byte(body))
		if err == nil {
			_, err = q.Ask(t.Context(), seedAt(t, today), params)
		}
		if len(graph.InvalidErrors(err)) == 0 {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

type event struct{ Date, Event, Subject, By string }

func eventsOf(c answer.Calendar) []event {
	out := []event{}
	for _, i := range c.Items {
		e := event{i.Date, i.Event, i.Subject.Code, ""}
		if i.By != nil {
			e.By = i.By.Code
		}
		out = append(out, e)
	}
	return out
}

func TestCalendarOfTheEBikeStandard(t *testing.T) {
	got, env := answerOf[answer.Calendar](t, seedAt(t, today), "standards-calendar", "", "from=2025-08-31&to=2025-12-01")
	for _, want := range []event{
		{"2025-08-31", "produce_until", "GB 17761-2018", "GB 17761-2024"}, {"2025-09-01", "effective", "GB 17761-2024", ""},
		{"2025-11-30", "sell_until", "GB 17761-2018", "GB 17761-2024"}, {"2025-10-31", "issued", "GB/T 5330-2025", ""},
	} {
		if !slices.Contains(eventsOf(got), want) {
			t.Errorf("%v is missing", want)
		}
	}
	if !slices.IsSortedFunc(got.Items, func(x, y answer.CalendarEvent) int { return strings.Compare(x.Date, y.Date) }) {
		t.Error("not in order of date")
	}
	if !warned(env, "no_legal_advice") {
		t.Error("what it is not is not said")
	}
	// Both ends are included, and nothing beyond.
	got, _ = answerOf[answer.Calendar](t, seedAt(t, today), "standards-calendar", "", "from=2025-09-01&to=2025-11-29")
	for _, e := range eventsOf(got) {
		if e.Event == "produce_until" || e.Event == "sell_until" {
			t.Errorf("%v is outside", e)
		}
	}
}

func TestCalendarKnowsOnlyWhatWasIssued(t *testing.T) {
	got, _ := answerOf[answer.Calendar](t, seedAt(t, "2025-10-30"), "standards-calendar", "", "from=2026-05-01&to=2026-05-01")
	for _, e := range eventsOf(got) {
		if e.Subject == "GB/T 5330-2025" {
			t.Error("a standard issued on the next day is announced")
		}
	}
	got, _ = answerOf[answer.Calendar](t, seedAt(t, "2025-10-31"), "standards-calendar", "", "from=2026-05-01&to=2026-05-01")
	if !slices.Contains(eventsOf(got), event{"2026-05-01", "effective", "GB/T 5330-2025", ""}) {
		t.Errorf("%v", eventsOf(got))
	}
}

func TestCalendarShowsTheOtherDate(t *testing.T) {
	got, _ := answerOf[answer.Calendar](t, seedAt(t, today), "standards-calendar", "", "from=2021-04-01&to=2021-04-01")
	for _, i := range got.Items {
		if i.Subject.Code == "GB/T 13912-2020" && slices.Contains(i.OtherDates, "2021-05-01") {
			return
		}
	}
	t.Error("the second date of GB/T 13912-2020 is not shown")
}

func TestCalendarPartialDatesAndEmptySpans(t *testing.T) {
	view := publicly(t, world(t, thing(graph.Standard, "standard:a", "code", "GB 1-2020", "effective", "2026-05")), today)
	for query, want := range map[string]int{
		"from=2026-05-31&to=2026-06-30": 1, "from=2026-04-01&to=2026-05-01": 1, "from=2026-06-01&to=2026-06-30": 0,
	} {
		got, env := answerOf[answer.Calendar](t, view, "standards-calendar", "", query)
		if len(got.Items) != want || want == 0 && !warned(env, "nothing_matched") {
			t.Errorf("%s: %v, warnings %v", query, got.Items, env.Warnings)
		}
	}
}

// adopted is one adoption in short.
type adopted struct {
	Newest, By string
	Later      []string
	Lag        int
}

// adoptionOf returns the adoption by standard, and whether it is listed.
func adoptionOf(t *testing.T, date, query, standard string) (adopted, bool) {
	t.Helper()
	got, _ := answerOf[answer.Adoptions](t, seedAt(t, date), "standards-adoptions", "", query)
	for _, i := range got.Items {
		if i.Standard.Code != standard {
			continue
		}
		r := adopted{Newest: i.Newest.Code, By: i.NewestBy}
		for _, l := range i.Later {
			r.Later = append(r.Later, l.Code)
		}
		if i.LagYears != nil {
			r.Lag = *i.LagYears
		}
		return r, true
	}
	return adopted{}, false
}

func TestAdoptions(t *testing.T) {
	later := []string{"ISO 10218-1:2011", "ISO 10218-1:2025"}
	tests := []struct {
		name, date, query, standard string
		listed                      bool
		want                        adopted
	}{
		{"two editions behind, no edge says so", today, "outdated=true", "GB 11291.1-2011", true, adopted{"ISO 10218-1:2025", "number", later, 19}},
		{"an edge says so", today, "outdated=true", "GB/T 24001-2016", true, adopted{"ISO 14001:2026", "replaces", []string{"ISO 14001:2026"}, 11}},
		{"before the newest came out", "2020-01-01", "outdated=true", "GB 11291.1-2011", true, adopted{"ISO 10218-1:2011", "number", later[:1], 5}},
		{"what is up to date is not outdated", today, "outdated=true", "GB/T 19001-2016", false, adopted{}},
		{"but it is an adoption", today, "", "GB/T 19001-2016", true, adopted{Newest: "ISO 9001:2015"}},
		{"a standard that has been replaced itself lags no more", today, "outdated=true", "GB/T 19001-2008", false, adopted{}},
		{"unless it is asked for", today, "outdated=true&include_ended=true", "GB/T 19001-2008", true, adopted{"ISO 9001:2015", "number", []string{"ISO 9001:2015"}, 7}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, listed := adoptionOf(t, tt.date, tt.query, tt.standard)
			if listed != tt.listed {
				t.Fatalf("listed: %v", listed)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAdoptionsCountWhatTheyHide(t *testing.T) {
	got, env := answerOf[answer.Adoptions](t, seedAt(t, today), "standards-adoptions", "", "outdated=true")
	if got.Outdated != len(got.Items) || got.Total <= got.Outdated || !warned(env, "ended_hidden") {
		t.Errorf("%d of %d, %d listed, warnings %v", got.Outdated, got.Total, len(got.Items), env.Warnings)
	}
}

func TestAdoptionsEndInACycle(t *testing.T) {
	s := graph.Standard
	view := publicly(t, world(t, thing(s, "standard:gb", "code", "GB/T 1-2000", "effective", "2001-01-01"),
		thing(s, "standard:a", "code", "ISO 1:1999"), thing(s, "standard:b", "code", "ISO 1:2005"),
		tie(graph.Adopts, "standard:gb", "standard:a", "degree", "IDT"),
		tie(graph.Replaces, "standard:b", "standard:a"), tie(graph.Replaces, "standard:a", "standard:b"),
	), today)
	got, _ := answerOf[answer.Adoptions](t, view, "standards-adoptions", "", "outdated=true")
	if len(got.Items) != 1 || got.Items[0].Newest.Code != "ISO 1:2005" || *got.Items[0].LagYears != 6 {
		t.Errorf("%+v", got.Items)
	}
}
