package answer_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/graph/answer"
)

func TestStatisticsCountsIllustrativeDatesApart(t *testing.T) {
	got, env := answerOf[answer.Statistics](t, seedAt(t, today), "statistics", "", "chain=sw&from=2023&to=2025")
	for _, row := range got.Items {
		if row.Count+row.New+row.Solved != 0 {
			t.Errorf("a made-up date counts in %+v", row)
		}
	}
	type cell struct{ count, fresh, solved int }
	rows := map[string]cell{}
	for _, row := range got.Illustrative {
		rows[strconv.Itoa(row.Year)+row.Category] = cell{row.Count, row.New, row.Solved}
	}
	want := map[string]cell{
		"2023QM": {1, 1, 0}, "2024QM": {1, 0, 0}, "2025QM": {1, 0, 1}, "2023QT": {}, "2024QT": {2, 2, 0}, "2025QT": {3, 1, 0},
		"2023QI": {}, "2024QI": {1, 1, 0}, "2025QI": {2, 1, 0}, "2023BR": {}, "2024BR": {}, "2025BR": {},
	}
	if diff := cmp.Diff(want, rows, cmp.AllowUnexported(cell{})); diff != "" {
		t.Error(diff)
	}
	undated := 0
	for _, g := range got.Undated {
		undated += g.Count
	}
	if undated != 11 || got.Problems != 17 {
		t.Errorf("%d of %d are undated", undated, got.Problems)
	}
	if !warned(env, "illustrative") || !warned(env, "dates_unknown") {
		t.Errorf("warnings %v", env.Warnings)
	}
}

// bruteRow counts one year of one category straight from the records.
func bruteRow(problems []graph.Node, category string, year int, asOf string) (count, open, fresh, solved int) {
	end := min(strconv.Itoa(year)+"-12-31", asOf)
	if end < strconv.Itoa(year)+"-01-01" {
		return
	}
	in := func(date string) bool { return date[:4] == strconv.Itoa(year) && date <= end }
	for _, n := range problems {
		dates := func(field string) []string { return n.Fields.Texts(field) }
		if n.Fields.Text("category") != category || len(dates("confirmed_on")) == 0 {
			continue
		}
		began := slices.Min(dates("confirmed_on"))
		if in(began) {
			fresh++
		}
		if slices.ContainsFunc(dates("solved_on"), in) {
			solved++
		}
		last, status := "", ""
		for _, step := range []string{"confirmed_on", "rejected_on", "in_progress_on", "solved_on", "recurred_on"} {
			for _, d := range dates(step) {
				if d <= end && d >= last {
					last, status = d, step
				}
			}
		}
		if began <= end && status != "rejected_on" {
			count++
			if status != "solved_on" {
				open++
			}
		}
	}
	return
}

func TestStatisticsAgainstBruteForce(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 11))
	date := func() string {
		return graph.DateOf(2022, 1, 1).AddDays(random.IntN(5 * 365)).String()
	}
	for range 20 {
		var problems []graph.Node
		var records []any
		for i := range 40 {
			n := thing(graph.Problem, graph.ID("problem:p"+strconv.Itoa(i)), "category", []string{"QM", "QT", "QI"}[random.IntN(3)])
			began := date()
			if random.IntN(5) > 0 {
				n.Fields["confirmed_on"] = []string{began}
				for _, step := range []string{"in_progress_on", "solved_on", "recurred_on", "rejected_on"} {
					if d := date(); random.IntN(3) == 0 && d > began {
						n.Fields[step] = []string{d}
					}
				}
			}
			problems, records = append(problems, n), append(records, n)
		}
		const asOf = "2025-07-01"
		got, _ := answerOf[answer.Statistics](t, publicly(t, world(t, records...), asOf), "statistics", "", "from=2022&to=2026")
		for _, row := range got.Items {
			count, open, fresh, solved := bruteRow(problems, row.Category, row.Year, asOf)
			if diff := cmp.Diff([]int{count, open, fresh, solved}, []int{row.Count, row.Open, row.New, row.Solved}); diff != "" {
				t.Errorf("%d %s (count, open, new, solved): %s", row.Year, row.Category, diff)
			}
			if row.New != len(row.NewProblems) || row.Solved != len(row.SolvedProblems) {
				t.Errorf("%+v: counts and lists differ", row)
			}
		}
	}
}

func TestStatisticsSlicesByValidity(t *testing.T) {
	ended := thing(graph.Problem, "problem:ended", "category", "QT", "confirmed_on", []string{"2022-03-01"})
	ended.ValidFrom, ended.ValidTo = day(t, "2022-03-01"), day(t, "2024-06-01")
	begun := thing(graph.Problem, "problem:begun", "category", "QT") // no dates but those of its validity
	begun.ValidFrom = day(t, "2023-02-01")
	view := publicly(t, world(t, ended, begun), today)
	got, _ := answerOf[answer.Statistics](t, view, "statistics", "", "from=2022&to=2025")
	var counts []int
	for _, row := range got.Totals {
		counts = append(counts, row.Count)
	}
	if diff := cmp.Diff([]int{1, 2, 1, 1}, counts); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]answer.StatisticsDiff{{Group: "QT", Change: 0}}, got.Change); diff != "" {
		t.Error(diff)
	}
}

func TestStatisticsAProblemOfTwoTypesIsOneInTheTotal(t *testing.T) {
	view := publicly(t, world(t,
		thing(graph.Problem, "problem:p", "types", []string{"common", "blockage"}, "confirmed_on", []string{"2025"}),
	), today)
	got, _ := answerOf[answer.Statistics](t, view, "statistics", "", "by=type&from=2025&to=2025")
	if len(got.Items) != 2 || got.Items[0].Count != 1 || got.Items[1].Count != 1 || got.Totals[0].Count != 1 {
		t.Errorf("%+v, totals %+v", got.Items, got.Totals)
	}
}

func TestStatisticsRefusesYearsTheWrongWayRound(t *testing.T) {
	q, _ := answer.Find("statistics")
	for _, query := range []map[string][]string{{"from": {"2026"}, "to": {"2024"}}, {"from": {"last year"}}} {
		params, err := q.Bind(nil, query, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := q.Ask(t.Context(), seedAt(t, today), params); len(graph.InvalidErrors(err)) != 1 {
			t.Errorf("%v: error %v", query, err)
		}
	}
}
