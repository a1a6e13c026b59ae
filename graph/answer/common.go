package answer

import (
	"cmp"
	"context"
	"slices"

	"zhitu/graph"
)

// CommonParams asks which problems are common, and on what ground.
type CommonParams struct {
	Chain     graph.ID `query:"chain" kind:"Chain" zh:"产业链" doc:"only problems of this chain"`
	Threshold int      `query:"threshold" default:"3" min:"1" max:"1000" zh:"阈值" doc:"distinct firms that report a problem, from which on it is common"`
	Compare   int      `query:"compare" default:"0" min:"0" max:"1000" zh:"对比阈值" doc:"another threshold: which problems leave and enter; 0: none"`
	Limit     int      `query:"limit" default:"1000" min:"1" max:"10000" zh:"上限" doc:"problems in each list at most"`
}

// Common puts what people declared beside what the reports give; neither is
// changed by the other.
type Common struct {
	Basis    CommonBasis  `json:"basis"`
	Declared []CommonItem `json:"declared"`
	Computed []CommonItem `json:"computed"`
	Leaves   []CommonItem `json:"leaves"` // computed at threshold, not at compare
	Enters   []CommonItem `json:"enters"` // the other way round
}

// CommonBasis is by what a problem is computed to be common.
type CommonBasis struct {
	Threshold   int    `json:"threshold"`
	Compare     *int   `json:"compare"`
	Counts      string `json:"counts"`      // distinct_reporting_firms
	Denominator string `json:"denominator"` // firms_in_its_segments
	Reports     string `json:"reports"`     // visible_only: a hidden report counts nowhere
	Problems    int    `json:"problems"`    // looked at
	Declared    int    `json:"declared"`    // in the whole list, whatever limit shows
	Computed    int    `json:"computed"`
}

// CommonItem is one problem with its count.
type CommonItem struct {
	Problem  ProblemRef `json:"problem"`
	Declared bool       `json:"declared"`
	Computed bool       `json:"computed"`
	Firms    int        `json:"firms"` // distinct, that report it
	// Of is how many firms are in the segments where the problem occurs, and
	// Within how many of these report it; null: no segment is recorded.
	Of       *int     `json:"of"`
	Within   *int     `json:"within"`
	Share    *float64 `json:"share"` // within of of; null: no firm is recorded there
	Paths    []Path   `json:"paths"` // to each firm
	Evidence []*Cited `json:"evidence"`
}

func commonQuestion() Question {
	return declare(Question{
		Name: "common", Zh: "共性问题", Path: "/common", Asks: []string{"E03"},
		Doc:   "Which problems are common, as declared and as computed, and what another threshold would change",
		DocZh: "哪些是共性问题：人工认定与按报告企业数计算分列，换一个阈值会移出移入哪些",
	}, common)
}

func common(ctx context.Context, a *Asked, p CommonParams) (Common, error) {
	f := newFacts(a.View)
	problems, err := f.problemsOf(ctx, a, p.Chain)
	if err != nil {
		return Common{}, err
	}
	if err := f.loadReports(ctx, problems); err != nil {
		return Common{}, err
	}
	out := Common{Declared: []CommonItem{}, Computed: []CommonItem{}, Leaves: []CommonItem{}, Enters: []CommonItem{}}
	out.Basis = CommonBasis{
		Threshold: p.Threshold, Counts: "distinct_reporting_firms", Denominator: "firms_in_its_segments", Reports: "visible_only", Problems: len(problems),
	}
	if p.Compare > 0 {
		out.Basis.Compare = &p.Compare
	}
	for _, id := range problems {
		out.sort(f.commonItem(a, id, p.Threshold), p)
	}
	out.Basis.Declared, out.Basis.Computed = len(out.Declared), len(out.Computed)
	for _, list := range []*[]CommonItem{&out.Declared, &out.Computed, &out.Leaves, &out.Enters} {
		slices.SortFunc(*list, compareCommon)
		*list = cut(a, "limit", *list, p.Limit)
	}
	a.Warn("visible_reports_only", "")
	if len(out.Declared) == 0 && len(out.Computed) == 0 {
		return out, a.whyEmpty(ctx, p.Chain != "" || p.Threshold > 1, "", func(probe *Asked, filtered bool) (int, error) {
			return countCommon(ctx, probe, p, filtered)
		})
	}
	return out, nil
}

// sort puts an item into the lists that it belongs to.
func (c *Common) sort(item CommonItem, p CommonParams) {
	if item.Declared {
		c.Declared = append(c.Declared, item)
	}
	if item.Computed {
		c.Computed = append(c.Computed, item)
	}
	if p.Compare == 0 {
		return
	}
	switch then := item.Firms >= p.Compare; {
	case item.Computed && !then:
		c.Leaves = append(c.Leaves, item)
	case !item.Computed && then:
		c.Enters = append(c.Enters, item)
	}
}

func compareCommon(x, y CommonItem) int {
	return cmp.Or(cmp.Compare(y.Firms, x.Firms), cmp.Compare(y.Problem.Severity, x.Problem.Severity), cmp.Compare(x.Problem.ID, y.Problem.ID))
}

// countCommon counts the problems that would be in an answer.
func countCommon(ctx context.Context, a *Asked, p CommonParams, filtered bool) (int, error) {
	f := newFacts(a.View)
	if !filtered {
		p.Chain, p.Threshold = "", 1
	}
	problems, err := f.problemsOf(ctx, a, p.Chain)
	if err != nil {
		return 0, err
	}
	if err := f.loadReports(ctx, problems); err != nil {
		return 0, err
	}
	n := 0
	for _, id := range problems {
		if declaredCommon(f.nodes[id]) || len(f.reporters(id)) >= p.Threshold {
			n++
		}
	}
	return n, nil
}

// loadReports loads who reports problems, where they occur and which firms are
// there.
func (f *facts) loadReports(ctx context.Context, problems []graph.ID) error {
	if err := f.loadNodes(ctx, problems); err != nil {
		return err
	}
	if _, err := f.expand(ctx, problems, outward(graph.ReportedBy)); err != nil {
		return err
	}
	if err := f.loadPlaces(ctx, problems); err != nil {
		return err
	}
	var segments []graph.ID
	for _, id := range problems {
		segments = append(segments, f.segments(id)...)
	}
	slices.Sort(segments)
	_, err := f.expand(ctx, slices.Compact(segments), inward(graph.OperatesIn))
	return err
}

// reports returns the reports of a problem that had been made by the date; one
// without a date counts.
func (f *facts) reports(problem graph.ID) []*graph.Edge {
	return slices.DeleteFunc(slices.Clone(f.outOf(problem, graph.ReportedBy)), func(e *graph.Edge) bool {
		made := e.Fields.Span("date")
		return f.view.AsOf() != graph.Unknown && made.Known() && made.Reached(f.view.AsOf()) == graph.No
	})
}

// reporters returns the distinct firms that report a problem, sorted.
func (f *facts) reporters(problem graph.ID) []graph.ID {
	var firms []graph.ID
	for _, e := range f.reports(problem) {
		firms = append(firms, e.To)
	}
	slices.Sort(firms)
	return slices.Compact(firms)
}

// declaredCommon tells whether a person called the problem common.
func declaredCommon(n *graph.Node) bool {
	return n.Fields.Flag("declared_common") || slices.Contains(n.Fields.Texts("types"), "common")
}

func (f *facts) commonItem(a *Asked, id graph.ID, threshold int) CommonItem {
	n := f.nodes[id]
	a.use(n)
	firms := f.reporters(id)
	item := CommonItem{
		Problem: f.problemRef(id), Declared: declaredCommon(n), Computed: len(firms) >= threshold, Firms: len(firms), Paths: []Path{},
	}
	evidence := [][]graph.Evidence{spokenFor(n, "declared_common")}
	for _, e := range f.reports(id) {
		a.mark(e)
		item.Paths = append(item.Paths, pathOf(id, e))
		evidence = append(evidence, e.Evidence)
	}
	item.Evidence = a.cite(evidence...)
	segments := f.segments(id)
	if len(segments) == 0 {
		return item
	}
	there := map[graph.ID]bool{}
	for _, s := range segments {
		for _, e := range f.into(s, graph.OperatesIn) {
			there[e.From] = true
		}
	}
	of, within := len(there), 0
	for _, firm := range firms {
		if there[firm] {
			within++
		}
	}
	item.Of, item.Within = &of, &within
	if of > 0 {
		share := fraction(within, of)
		item.Share = &share
	}
	return item
}
