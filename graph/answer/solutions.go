package answer

import (
	"cmp"
	"context"
	"slices"

	"zhitu/graph"
)

// SolutionsParams asks what can solve a problem.
type SolutionsParams struct {
	ID       graph.ID `path:"id" zh:"质量问题" doc:"the problem"`
	Region   string   `query:"region" zh:"区划代码" doc:"region code: certifiers whose authorization reaches it"`
	Firm     graph.ID `query:"firm" kind:"Firm" zh:"企业" doc:"the firm that asks"`
	Strength []string `query:"strength" vocab:"strength" zh:"强度" doc:"only links of these strengths; default all"`
}

// Solutions is what can solve a problem, in separate lists that are never
// mixed, and what looks as if it could but cannot.
type Solutions struct {
	Problem      ProblemRef     `json:"problem"`
	Standards    []StandardItem `json:"standards"`
	Rules        []RuleItem     `json:"rules"`
	Certifiers   []Certifier    `json:"certifiers"`
	Laboratories []Laboratory   `json:"laboratories"`
	Experts      []Linked       `json:"experts"`
	Cases        []CaseItem     `json:"cases"`
	Policies     []PolicyItem   `json:"policies"`
	Rejected     []Rejected     `json:"rejected"`
}

// ProblemRef is a problem as answers show it.
type ProblemRef struct {
	Ref
	Category   string `json:"category,omitempty"`
	Severity   int64  `json:"severity,omitempty"`
	Status     string `json:"problem_status"`
	Phenomenon string `json:"phenomenon,omitempty"`
	Chains     []Ref  `json:"chains"`
	Segments   []Ref  `json:"segments"`
}

// Judged is what every item says of how it relates to the problem.
type Judged struct {
	Verdict  string       `json:"verdict"` // applicable, not_applicable, to_review
	Reason   string       `json:"reason"`
	Status   graph.Status `json:"status"`
	Strength string       `json:"strength,omitempty"`
	State    graph.State  `json:"state"` // of the judgement's record
	Paths    []Path       `json:"paths"`
	Evidence []*Cited     `json:"evidence"`
	// ForProduct and ForProcess: the judgement is about these only.
	ForProduct string `json:"for_product,omitempty"`
	ForProcess string `json:"for_process,omitempty"`
}

// StandardItem is one standard that addresses the problem.
type StandardItem struct {
	Ref
	Judged
	Mechanism        []string `json:"mechanism"`
	Clause           string   `json:"clause,omitempty"`
	Counts           bool     `json:"counts"` // it covers the problem: in force, applicable, more than a method or terms
	MayProduce       *bool    `json:"may_produce,omitempty"`
	MaySell          *bool    `json:"may_sell,omitempty"`
	SellUntilMissing bool     `json:"sell_until_missing,omitempty"`
	Issued           string   `json:"issued,omitempty"`
	Effective        string   `json:"effective,omitempty"`
}

// RuleItem is one certification rule that covers the problem or may.
type RuleItem struct {
	Ref
	Judged
	Link       string       `json:"link"`   // stated or derived
	Covers     graph.Tri    `json:"covers"` // C1–C6
	Scheme     string       `json:"scheme,omitempty"`
	Compulsory bool         `json:"compulsory"`
	Modes      []string     `json:"modes"`
	BasedOn    []Ref        `json:"based_on"`
	Mechanism  []string     `json:"mechanism"`
	Clause     string       `json:"clause,omitempty"`
	Effective  string       `json:"effective,omitempty"`
	Eligible   string       `json:"eligibility,omitempty"`
	Certifiers graph.Tri    `json:"has_certifier"` // C6
	Waived     bool         `json:"self_declaration,omitempty"`
	Details    []DetailRule `json:"details"`
}

// DetailRule is a certifier's own 实施细则 under a rule.
type DetailRule struct {
	Ref
	Status    graph.Status `json:"status"`
	Effective string       `json:"effective,omitempty"`
	Issuer    string       `json:"issuer,omitempty"`
	Path      Path         `json:"path"`
}

// Linked is an element that an edge ties to the problem or to its chain.
type Linked struct {
	Ref
	Paths    []Path   `json:"paths"`
	Evidence []*Cited `json:"evidence"`
}

// CaseItem is a case in which the problem was resolved.
type CaseItem struct {
	Linked
	Actions []string `json:"actions"`
	Used    []Ref    `json:"used"`
}

// PolicyItem is a policy that pays for the problem's chains or a listed rule.
type PolicyItem struct {
	Linked
	Tool    string `json:"tool,omitempty"`
	Amount  string `json:"amount,omitempty"`
	ForWhom string `json:"for_whom,omitempty"`
	Starts  string `json:"starts_on,omitempty"`
	Ends    string `json:"ends_on,omitempty"`
	Quote   string `json:"quote,omitempty"`
}

// Rejected is a standard or rule that does not apply, with the reason.
type Rejected struct {
	Ref
	Judged
	Link string `json:"link"` // addresses, stated or derived
}

func solutionsQuestion() Question {
	return declare(Question{
		Name: "solutions", Zh: "解决方案", Path: "/problems/:id/solutions", Asks: []string{"B01"},
		Doc:   "Which standards, rules, certifiers, laboratories, cases and policies address a problem",
		DocZh: "一个质量问题有哪些标准、认证规则、认证机构、实验室、案例和政策可用",
	}, solutions)
}

func solutions(ctx context.Context, a *Asked, p SolutionsParams) (Solutions, error) {
	problem, err := a.node(ctx, p.ID, graph.Problem)
	if err != nil {
		return Solutions{}, err
	}
	if p.Firm != "" {
		if _, err := a.node(ctx, p.Firm, graph.Firm); err != nil {
			return Solutions{}, err
		}
	}
	f := newFacts(a.View)
	f.nodes[problem.ID] = problem
	if err := f.loadCoverage(ctx, []graph.ID{problem.ID}); err != nil {
		return Solutions{}, err
	}
	if err := f.loadPlaces(ctx, []graph.ID{problem.ID}); err != nil {
		return Solutions{}, err
	}
	s := solver{asked: a, facts: f, problem: problem.ID, region: p.Region, strengths: p.Strength}
	return s.solve(ctx)
}

// solver computes the lists of one problem.
type solver struct {
	asked     *Asked
	facts     *facts
	problem   graph.ID
	region    string
	strengths strengths // empty: all
}

func (s *solver) solve(ctx context.Context) (Solutions, error) {
	out := Solutions{Problem: s.facts.problemRef(s.problem), Rejected: []Rejected{}}
	var links map[graph.ID][]link
	out.Standards = s.standards(&out.Rejected)
	out.Rules, links = s.rules(&out.Rejected)
	out.Certifiers = s.certifiers(links)
	out.Laboratories = s.laboratories(out.Standards)
	if err := s.around(ctx, &out); err != nil {
		return out, err
	}
	if len(out.Certifiers) > 0 || len(out.Laboratories) > 0 {
		s.asked.Warn("no_endorsement", "")
	}
	if len(out.Standards) == 0 && len(out.Rules) == 0 {
		s.asked.Warn("not_recorded", "standards, rules")
	}
	return out, nil
}

func (s *solver) wanted(e *graph.Edge) bool {
	return len(s.strengths) == 0 || s.strengths.has(e) == graph.Yes
}

// standards lists those that address the problem; those that do not apply go
// to rejected.
func (s *solver) standards(rejected *[]Rejected) []StandardItem {
	items := []StandardItem{}
	byItem := map[string]int{}
	for _, j := range s.facts.judgements(s.problem) {
		n := s.facts.nodes[j.standard]
		s.asked.use(n)
		judged := s.judged(j.edge, j.standard, j.path()...)
		if verdictOf(j.edge) == graph.No {
			*rejected = append(*rejected, Rejected{Ref: refOf(n), Judged: judged, Link: "addresses"})
			continue
		}
		if !s.wanted(j.edge) {
			continue
		}
		key := string(j.standard) + "\x00" + judged.Verdict + "\x00" + judged.ForProduct + "\x00" + judged.ForProcess
		if i, ok := byItem[key]; ok {
			items[i].Paths = append(items[i].Paths, judged.Paths...)
			continue
		}
		byItem[key] = len(items)
		items = append(items, s.standardItem(n, j, judged))
	}
	slices.SortStableFunc(items, func(x, y StandardItem) int {
		return cmp.Or(compareJudged(x.Judged, y.Judged), cmp.Compare(y.boost(), x.boost()), cmp.Compare(x.ID, y.ID))
	})
	return items
}

// boost puts what covers the problem before what only tests or defines.
func (i StandardItem) boost() int {
	if i.Counts {
		return 1
	}
	return 0
}

func (s *solver) standardItem(n *graph.Node, j judgement, judged Judged) StandardItem {
	report := s.facts.status(n.ID)
	item := StandardItem{
		Ref: refOf(n), Judged: judged, Mechanism: listOf(j.edge.Fields.Texts("mechanism")),
		Clause: j.edge.Fields.Text("clause"), Issued: n.Fields.Text("issued"), Effective: n.Fields.Text("effective"),
		SellUntilMissing: report.SellUntilMissing,
	}
	item.Counts = graph.And(report.Status.Usable(), reviewed(j.edge), verdictOf(j.edge), mechanismCounts(j.edge)) == graph.Yes &&
		s.facts.concerns(j.edge, s.problem)
	if report.Status == graph.StatusTransition {
		item.MayProduce, item.MaySell = &report.MayProduce, &report.MaySell
	}
	return item
}

// judged fills in what an edge says of a standard or rule.
func (s *solver) judged(e *graph.Edge, id graph.ID, path ...*graph.Edge) Judged {
	evidence := [][]graph.Evidence{e.Evidence}
	for _, other := range path {
		if other != e {
			evidence = append(evidence, other.Evidence)
		}
	}
	return Judged{
		Verdict: verdictText(verdictOf(e)), Reason: e.Fields.Text("applicability_reason"), Status: s.facts.status(id).Status,
		Strength: e.Fields.Text("strength"), State: e.State, Paths: []Path{pathOf(s.problem, path...)},
		Evidence: s.asked.cite(evidence...), ForProduct: e.Fields.Text("applicability_product"),
		ForProcess: e.Fields.Text("applicability_process"),
	}
}

func verdictText(t graph.Tri) string {
	switch t {
	case graph.Yes:
		return "applicable"
	case graph.No:
		return "not_applicable"
	}
	return "to_review"
}

// compareJudged orders items: direct first, then applicable before to review,
// then what may be relied on at the date.
func compareJudged(x, y Judged) int {
	return cmp.Or(
		cmp.Compare(strengthRank(x.Strength), strengthRank(y.Strength)),
		cmp.Compare(x.Verdict, y.Verdict),
		cmp.Compare(y.Status.Usable(), x.Status.Usable()),
	)
}

func strengthRank(s string) int {
	if i := slices.Index([]string{"direct", "indirect", "supporting"}, s); i >= 0 {
		return i
	}
	return 3
}
