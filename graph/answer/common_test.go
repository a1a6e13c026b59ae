package answer_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/graph/answer"
)

// bruteCommon counts distinct firms over the plain list of reports.
func bruteCommon(t *testing.T, view *graph.View, threshold int) map[graph.ID]int {
	t.Helper()
	firms := map[graph.ID]map[graph.ID]bool{}
	for _, e := range edgesOf(t, view, graph.Problem, graph.ReportedBy) {
		date, err := graph.ParseDate(e.Fields.Text("date"))
		if err == nil && date > view.AsOf() {
			continue
		}
		if firms[e.From] == nil {
			firms[e.From] = map[graph.ID]bool{}
		}
		firms[e.From][e.To] = true
	}
	out := map[graph.ID]int{}
	for problem, by := range firms {
		if len(by) >= threshold {
			out[problem] = len(by)
		}
	}
	return out
}

func TestCommonAgainstBruteForce(t *testing.T) {
	for _, date := range []string{today, "2024-06-30", "2022-01-01"} {
		for _, caller := range []graph.Caller{{}, {Everything: true}, {Organization: "firm:firm-demo-xnycl-01"}} {
			for _, threshold := range []int{1, 3, 5} {
				t.Run(fmt.Sprintf("at %d on %s for %v", threshold, date, caller), func(t *testing.T) {
					view := seedFor(t, date, caller)
					got, _ := answerOf[answer.Common](t, view, "common", "", fmt.Sprintf("threshold=%d", threshold))
					computed := map[graph.ID]int{}
					for _, item := range got.Computed {
						computed[item.Problem.ID] = item.Firms
					}
					if diff := gocmp.Diff(bruteCommon(t, view, threshold), computed); diff != "" {
						t.Error(diff)
					}
				})
			}
		}
	}
}

func TestCommonAnotherThreshold(t *testing.T) {
	view := seedAt(t, today)
	got, _ := answerOf[answer.Common](t, view, "common", "", "threshold=3&compare=5")
	at3, at5 := bruteCommon(t, view, 3), bruteCommon(t, view, 5)
	var want []graph.ID
	for id := range at3 {
		if at5[id] == 0 {
			want = append(want, id)
		}
	}
	leaves := idsOf(got.Leaves, func(i answer.CommonItem) graph.ID { return i.Problem.ID })
	slices.Sort(want)
	slices.Sort(leaves)
	if diff := gocmp.Diff(want, leaves); diff != "" || len(leaves) == 0 {
		t.Errorf("leaves: %s", diff)
	}
	if len(got.Enters) != 0 {
		t.Errorf("a higher threshold lets %v in", got.Enters)
	}
	back, _ := answerOf[answer.Common](t, view, "common", "", "threshold=5&compare=3")
	enters := idsOf(back.Enters, func(i answer.CommonItem) graph.ID { return i.Problem.ID })
	slices.Sort(enters)
	if diff := gocmp.Diff(leaves, enters); diff != "" {
		t.Errorf("what leaves does not enter the other way round: %s", diff)
	}
}

func TestCommonKeepsDeclaredAndComputedApart(t *testing.T) {
	got, env := answerOf[answer.Common](t, seedAt(t, today), "common", "", "chain=sw")
	declaredOnly := 0
	for _, item := range got.Declared {
		if !item.Declared {
			t.Errorf("%s is listed as declared and is not", item.Problem.ID)
		}
		if !item.Computed {
			declaredOnly++
		}
	}
	if declaredOnly == 0 {
		t.Error("no problem is declared common without being computed so: the lists are one")
	}
	if got.Basis.Threshold != 3 || got.Basis.Compare != nil || got.Basis.Problems != 17 {
		t.Errorf("basis %+v", got.Basis)
	}
	if !warned(env, "visible_reports_only") || !warned(env, "illustrative") {
		t.Errorf("warnings %v", env.Warnings)
	}
	if !slices.IsSortedFunc(got.Declared, func(x, y answer.CommonItem) int {
		return cmp.Or(cmp.Compare(y.Firms, x.Firms), cmp.Compare(y.Problem.Severity, x.Problem.Severity), cmp.Compare(x.Problem.ID, y.Problem.ID))
	}) {
		t.Error("not in order")
	}
}

// villages is one segment with four firms, of which some report, one report
// twice, one from outside the segment, one privately.
func villages(t *testing.T, caller graph.Caller) *graph.View {
	hidden := tie(graph.ReportedBy, "problem:p", "firm:3", "date", "2025-01-01")
	hidden.Visibility, hidden.Owner = graph.Private, "firm:3"
	records := []any{
		thing(graph.Segment, "segment:1"), thing(graph.Problem, "problem:p"), thing(graph.Problem, "problem:homeless"),
		tie(graph.OccursAt, "problem:p", "segment:1"), hidden,
		tie(graph.ReportedBy, "problem:p", "firm:1", "date", "2024-01-01"), tie(graph.ReportedBy, "problem:p", "firm:1", "date", "2024-02-01"),
		tie(graph.ReportedBy, "problem:p", "firm:9", "date", "2025-06-01"), tie(graph.ReportedBy, "problem:homeless", "firm:1"),
	}
	for _, f := range []graph.ID{"firm:1", "firm:2", "firm:3", "firm:4", "firm:9"} {
		records = append(records, thing(graph.Firm, f))
		if f != "firm:9" {
			records = append(records, tie(graph.OperatesIn, f, "segment:1"))
		}
	}
	return graph.NewView(world(t, records...), 1, graph.Scope{AsOf: day(t, "2025-12-31"), Caller: caller})
}

func TestCommonDenominator(t *testing.T) {
	type row struct {
		Firms  int
		Of     *int
		Within *int
		Share  *float64
	}
	four, one, two, quarter, half := 4, 1, 2, 0.25, 0.5
	tests := []struct {
		name    string
		caller  graph.Caller
		problem graph.ID
		want    row
	}{
		{"a firm that reports twice is one, one from outside is not within", graph.Caller{}, "problem:p", row{2, &four, &one, &quarter}},
		{"the owner counts its own report", graph.Caller{Organization: "firm:3"}, "problem:p", row{3, &four, &two, &half}},
		{"no segment, no denominator", graph.Caller{}, "problem:homeless", row{Firms: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := answerOf[answer.Common](t, villages(t, tt.caller), "common", "", "threshold=1")
			for _, item := range got.Computed {
				if item.Problem.ID == tt.problem {
					if diff := gocmp.Diff(tt.want, row{item.Firms, item.Of, item.Within, item.Share}); diff != "" {
						t.Error(diff)
					}
				}
			}
		})
	}
}

func TestCommonEmptySaysWhy(t *testing.T) {
	tests := []struct {
		name, date, query, want string
		records                 []any
	}{
		{"nothing is recorded", today, "", "not_recorded", nil},
		{
			"the threshold is too high", today, "", "nothing_matched",
			[]any{thing(graph.Problem, "problem:p"), thing(graph.Firm, "firm:1"), tie(graph.ReportedBy, "problem:p", "firm:1")},
		},
		{
			"the report is of a later day", "2020-01-01", "threshold=1", "filtered_by_date",
			[]any{thing(graph.Problem, "problem:p"), thing(graph.Firm, "firm:1"), tie(graph.ReportedBy, "problem:p", "firm:1", "date", "2021-01-01")},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, env := answerOf[answer.Common](t, publicly(t, world(t, tt.records...), tt.date), "common", "", tt.query)
			if !warned(env, tt.want) {
				t.Errorf("warnings %v, want %s", env.Warnings, tt.want)
			}
		})
	}
}

func TestPrioritiesAreTheGapsByWhoBenefits(t *testing.T) {
	view := seedAt(t, today)
	gaps, _ := answerOf[answer.Gaps](t, view, "gaps", "", "")
	got, env := answerOf[answer.Priorities](t, view, "gap-priorities", "", "limit=10000")
	class := map[graph.ID]string{}
	for _, g := range gaps.Items {
		class[g.Problem.ID] = g.Class
	}
	reports := bruteCommon(t, view, 1)
	total := map[string]int{}
	for i, item := range got.Items {
		if class[item.Problem.ID] != item.Class {
			t.Errorf("%s: class %s, gaps say %s", item.Problem.ID, item.Class, class[item.Problem.ID])
		}
		if item.Firms != reports[item.Problem.ID] || item.Firms != countFirms(item.Paths) {
			t.Errorf("%s: %d firms, %d by brute force, %d in paths", item.Problem.ID, item.Firms, reports[item.Problem.ID], countFirms(item.Paths))
		}
		if i > 0 && got.Items[i-1].Firms < item.Firms {
			t.Errorf("%s comes after one with fewer firms", item.Problem.ID)
		}
		total[item.Suggestion]++
	}
	if len(got.Items) != len(gaps.Items) {
		t.Errorf("%d items, %d gaps", len(got.Items), len(gaps.Items))
	}
	for _, row := range got.Totals {
		if row.Problems != total[row.Suggestion] || row.Firms == 0 {
			t.Errorf("total %+v, the list has %d", row, total[row.Suggestion])
		}
	}
	if !warned(env, "not_recorded") {
		t.Error("the closed world is not said")
	}
	if _, env := answerOf[answer.Priorities](t, view, "gap-priorities", "", "limit=1"); !slices.Equal(env.TruncatedBy, []string{"limit"}) {
		t.Errorf("truncated by %v", env.TruncatedBy)
	}
}

// countFirms counts the distinct ends of paths.
func countFirms(paths []answer.Path) int {
	firms := map[graph.ID]bool{}
	for _, p := range paths {
		firms[p.Nodes[len(p.Nodes)-1]] = true
	}
	return len(firms)
}
