package answer

import (
	"cmp"
	"context"
	"slices"

	"zhitu/graph"
)

// PrioritiesParams asks which gap to close first.
type PrioritiesParams struct {
	Chain graph.ID `query:"chain" kind:"Chain" zh:"产业链" doc:"only problems of this chain"`
	Limit int      `query:"limit" default:"200" min:"1" max:"10000" zh:"上限" doc:"problems at most"`
}

// Priorities is the uncovered problems, those first whose closing would help
// most firms.
type Priorities struct {
	Items  []Priority        `json:"items"`
	Totals []SuggestionTotal `json:"totals"`
}

// Priority is one uncovered problem with what would close the gap.
type Priority struct {
	Problem     ProblemRef `json:"problem"`
	Class       string     `json:"class"`
	ClassAtBest *string    `json:"class_at_best"` // null: covered, if the missing facts turn out well
	Suggestion  string     `json:"suggestion"`    // standard, rule, test_capability, training: by class
	NextAction  string     `json:"next_action"`   // as of gaps: a review comes first where facts are missing
	Firms       int        `json:"firms"`         // distinct, that report the problem, as far as the caller may see
	Chains      int        `json:"chains"`
	Segments    int        `json:"segments"`
	Missing     []Missing  `json:"missing"`
	Paths       []Path     `json:"paths"` // to each firm
	Evidence    []*Cited   `json:"evidence"`
}

// SuggestionTotal sums the problems of one suggestion; firms and chains are
// distinct over them.
type SuggestionTotal struct {
	Suggestion string `json:"suggestion"`
	Problems   int    `json:"problems"`
	Firms      int    `json:"firms"`
	Chains     int    `json:"chains"`
}

// suggestions says which remedy closes a gap of each class. Where a rule is in
// force and nobody is authorized, people have to be trained and qualified.
var suggestions = map[string]string{
	"no_standard": "standard", "withdrawn_only": "standard", "indirect_only": "standard",
	"no_test_method": "test_capability", "no_rule": "rule", "no_certifier": "training",
}

func prioritiesQuestion() Question {
	return declare(Question{
		Name: "gap-priorities", Zh: "缺口优先级", Path: "/gaps/priorities", Asks: []string{"P06"},
		Doc:   "Which gap to close first: what is missing, and how many firms and chains would benefit",
		DocZh: "先补哪个缺口：要补标准、规则、检测能力还是培训，有多少企业和产业链受益",
	}, priorities)
}

func priorities(ctx context.Context, a *Asked, p PrioritiesParams) (Priorities, error) {
	f, problems, err := loadProblems(ctx, a, p.Chain)
	if err != nil {
		return Priorities{}, err
	}
	if err := f.loadReports(ctx, problems); err != nil {
		return Priorities{}, err
	}
	out := Priorities{Items: []Priority{}}
	totals := newTotals()
	for _, id := range problems {
		if status := problemStatus(f.nodes[id], a.View.AsOf()); status == "solved" || status == "rejected" {
			continue
		}
		a.use(f.nodes[id])
		// Gaps are found by an asking of their own: what they cite is not shown here.
		l := ladder{facts: f, problem: id}
		if gap, found := l.gap(probe(a.View)); found {
			out.Items = append(out.Items, f.priority(a, gap))
			totals.add(suggestions[gap.Class], f.reporters(id), f.chains(id))
		}
	}
	slices.SortFunc(out.Items, func(x, y Priority) int {
		return cmp.Or(
			cmp.Compare(y.Firms, x.Firms), cmp.Compare(y.Chains, x.Chains),
			cmp.Compare(y.Problem.Severity, x.Problem.Severity), cmp.Compare(x.Problem.ID, y.Problem.ID),
		)
	})
	out.Items, out.Totals = cut(a, "limit", out.Items, p.Limit), totals.list()
	a.Warn("visible_reports_only", "")
	a.Warn("not_recorded", "")
	return out, nil
}

func (f *facts) priority(a *Asked, gap Gap) Priority {
	id := gap.Problem.ID
	item := Priority{
		Problem: gap.Problem, Class: gap.Class, ClassAtBest: gap.ClassAtBest, Suggestion: suggestions[gap.Class],
		NextAction: gap.NextAction, Firms: len(f.reporters(id)), Chains: gap.Affected.Chains, Segments: gap.Affected.Segments,
		Missing: gap.Missing, Paths: []Path{},
	}
	evidence := [][]graph.Evidence{f.nodes[id].Evidence}
	for _, e := range f.reports(id) {
		a.mark(e)
		item.Paths = append(item.Paths, pathOf(id, e))
		evidence = append(evidence, e.Evidence)
	}
	item.Evidence = a.cite(evidence...)
	return item
}

// totals gathers what is distinct for each suggestion.
type totals struct {
	problems      map[string]int
	firms, chains map[string]map[graph.ID]bool
}

func newTotals() *totals {
	return &totals{problems: map[string]int{}, firms: map[string]map[graph.ID]bool{}, chains: map[string]map[graph.ID]bool{}}
}

func (t *totals) add(suggestion string, firms, chains []graph.ID) {
	if t.problems[suggestion] == 0 {
		t.firms[suggestion], t.chains[suggestion] = map[graph.ID]bool{}, map[graph.ID]bool{}
	}
	t.problems[suggestion]++
	for _, id := range firms {
		t.firms[suggestion][id] = true
	}
	for _, id := range chains {
		t.chains[suggestion][id] = true
	}
}

func (t *totals) list() []SuggestionTotal {
	out := []SuggestionTotal{}
	for _, s := range []string{"standard", "test_capability", "rule", "training"} {
		if t.problems[s] > 0 {
			out = append(out, SuggestionTotal{Suggestion: s, Problems: t.problems[s], Firms: len(t.firms[s]), Chains: len(t.chains[s])})
		}
	}
	return out
}
