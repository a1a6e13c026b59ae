package answer

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"zhitu/graph"
)

// The gap ladder: each problem gets the first rung that holds. It is climbed
// twice, with every to_review read as no and as yes; where the two differ the
// verdict is 待核 and the missing facts are listed.

// GapsParams asks which problems nothing covers, and why.
type GapsParams struct {
	Chain  graph.ID `query:"chain" kind:"Chain" zh:"产业链" doc:"only problems of this chain; without it also those of no chain"`
	Region string   `query:"region" zh:"区划代码" doc:"certifiers must reach this region"`
	Class  string   `query:"class" vocab:"gap_class" zh:"缺口类型" doc:"only this class"`
}

// Gaps is every uncovered problem with the reason.
type Gaps struct {
	Items  []Gap          `json:"items"`
	Counts map[string]int `json:"counts"` // per class
	Total  int            `json:"total"`  // problems looked at, the solved and rejected left out
}

// Gap is one uncovered problem.
type Gap struct {
	Problem     ProblemRef `json:"problem"`
	Class       string     `json:"class"`
	Why         string     `json:"why,omitempty"`
	ClassAtBest *string    `json:"class_at_best"` // null: covered, if the missing facts turn out well
	Missing     []Missing  `json:"missing"`       // empty when the class is certain
	Dropped     []Dropped  `json:"dropped"`
	NextAction  string     `json:"next_action"` // standard, dates, rule, test_capability, certifier, review
	Affected    Affected   `json:"affected"`
	Notes       []string   `json:"notes"` // what experts wrote about this gap
}

// Missing is one fact that would settle the class.
type Missing struct {
	Code string `json:"code"` // dates_unknown, applicability_to_review, not_reviewed, authorization_to_review
	Ref
	Edge graph.ID `json:"edge,omitempty"`
}

// Dropped is a standard that does not count, and why: 不适用 by scope, or a
// test method only.
type Dropped struct {
	Ref
	Why    string   `json:"why"` // not_applicable, to_review, test_method_only, terms_only
	Reason string   `json:"reason"`
	Paths  []Path   `json:"paths"`
	Cited  []*Cited `json:"evidence"`
}

// Affected is who would benefit.
type Affected struct {
	Firms    int `json:"firms"`    // that report the problem, as far as the caller may see
	Segments int `json:"segments"` // where it occurs
	Chains   int `json:"chains"`
}

func gapsQuestion() Question {
	return declare(Question{
		Name: "gaps", Zh: "缺口", Path: "/gaps", Asks: []string{"E07"},
		Doc:   "Which problems no standard or certification covers, and why",
		DocZh: "哪些质量问题没有标准或认证覆盖，断在哪一步",
	}, gaps)
}

func gaps(ctx context.Context, a *Asked, p GapsParams) (Gaps, error) {
	f, problems, err := loadProblems(ctx, a, p.Chain)
	if err != nil {
		return Gaps{}, err
	}
	out := Gaps{Items: []Gap{}, Counts: map[string]int{}}
	for _, id := range problems {
		switch problemStatus(f.nodes[id], a.View.AsOf()) {
		case "solved", "rejected":
			continue
		}
		out.Total++
		a.use(f.nodes[id])
		l := ladder{facts: f, problem: id, region: p.Region}
		gap, found := l.gap(a)
		if found && (p.Class == "" || p.Class == gap.Class) {
			out.Items = append(out.Items, gap)
			out.Counts[gap.Class]++
		}
	}
	a.Warn("not_recorded", "")
	slices.SortStableFunc(out.Items, compareGaps)
	return out, nil
}

// compareGaps puts the worst first: by rung of the ladder, then severity.
func compareGaps(x, y Gap) int {
	return cmp.Or(
		cmp.Compare(gapRank(x.Class), gapRank(y.Class)),
		cmp.Compare(y.Problem.Severity, x.Problem.Severity),
		cmp.Compare(x.Problem.ID, y.Problem.ID),
	)
}

func gapRank(class string) int {
	v, _ := graph.VocabularyOf("gap_class")
	return slices.Index(v.Codes(), class)
}

// loadProblems loads the problems of a chain, or all, with all that coverage
// and places need, and returns their ids sorted.
func loadProblems(ctx context.Context, a *Asked, chain graph.ID) (*facts, []graph.ID, error) {
	f := newFacts(a.View)
	ids, err := f.problemsOf(ctx, a, chain)
	if err != nil {
		return nil, nil, err
	}
	if err := f.loadNodes(ctx, ids); err != nil {
		return nil, nil, err
	}
	if err := f.loadCoverage(ctx, ids); err != nil {
		return nil, nil, err
	}
	return f, ids, f.loadPlaces(ctx, ids)
}

func (f *facts) problemsOf(ctx context.Context, a *Asked, chain graph.ID) ([]graph.ID, error) {
	var ids []graph.ID
	if chain == "" {
		for n, err := range a.View.OfKind(ctx, graph.Problem) {
			if err != nil {
				return nil, err
			}
			f.nodes[n.ID] = &n
			ids = append(ids, n.ID)
		}
		return ids, nil
	}
	if _, err := a.node(ctx, chain, graph.Chain); err != nil {
		return nil, err
	}
	segments, err := f.expand(ctx, []graph.ID{chain}, outward(graph.HasSegment))
	if err != nil {
		return nil, err
	}
	met, err := f.expand(ctx, segments, inward(graph.OccursAt), outward(graph.HasProcess))
	if err != nil {
		return nil, err
	}
	more, err := f.expand(ctx, f.ofKind(met, graph.Process), inward(graph.OccursAt))
	if err != nil {
		return nil, err
	}
	ids = append(f.ofKind(met, graph.Problem), f.ofKind(more, graph.Problem)...)
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// ladder climbs for one problem.
type ladder struct {
	facts   *facts
	problem graph.ID
	region  string
}

// reading is how a to_review is taken.
type reading func(graph.Tri) bool

func atWorst(t graph.Tri) bool { return t == graph.Yes }
func atBest(t graph.Tri) bool  { return t != graph.No }

func (l ladder) gap(a *Asked) (Gap, bool) {
	class, why := l.class(atWorst)
	if class == "" {
		return Gap{}, false
	}
	best, _ := l.class(atBest)
	f := l.facts
	gap := Gap{
		Problem: f.problemRef(l.problem), Class: class, Why: why, Missing: []Missing{}, Dropped: l.dropped(a),
		NextAction: nextAction(class, why, best), Notes: listOf(f.nodes[l.problem].Fields.Texts("gap_notes")),
		Affected: Affected{Firms: l.reporters(), Segments: len(f.segments(l.problem)), Chains: len(f.chains(l.problem))},
	}
	if best != "" {
		gap.ClassAtBest = &best
	}
	if best != class {
		gap.Missing = l.missing()
	}
	return gap, true
}

// class returns the rung, "" when the problem is covered, and the why of
// withdrawn_only.
func (l ladder) class(holds reading) (class, why string) {
	f := l.facts
	kept := l.kept(holds)
	stated := l.stated(holds)
	usable := slices.DeleteFunc(slices.Clone(kept), func(j judgement) bool { return !holds(f.usable(j.standard)) })
	switch {
	case len(kept) == 0 && len(stated) == 0:
		return "no_standard", ""
	case len(usable) == 0 && len(stated) == 0:
		return "withdrawn_only", l.whyNotInForce(kept)
	}
	direct := slices.DeleteFunc(slices.Clone(usable), func(j judgement) bool {
		return !holds(graph.And(directOnly.has(j.edge), mechanismCounts(j.edge)))
	})
	rules := map[graph.ID]bool{}
	for _, e := range stated {
		if holds(directOnly.has(e)) {
			rules[e.From] = true
		}
	}
	statedDirect := len(rules) > 0
	if len(direct) == 0 && !statedDirect {
		return "indirect_only", ""
	}
	if !statedDirect && l.noTestMethod(holds, direct, usable) {
		return "no_test_method", ""
	}
	l.addDerived(holds, direct, rules)
	if len(rules) == 0 {
		return "no_rule", ""
	}
	for rule := range rules {
		if holds(f.certifiable(rule, l.region)) {
			return "", ""
		}
	}
	return "no_certifier", ""
}

// kept are the ADDRESSES edges left after dropping what is 不适用.
func (l ladder) kept(holds reading) []judgement {
	return slices.DeleteFunc(l.facts.judgements(l.problem), func(j judgement) bool {
		return !l.facts.concerns(j.edge, l.problem) || !holds(graph.And(reviewed(j.edge), verdictOf(j.edge)))
	})
}

// stated are the COVERS edges that count: reviewed, 适用, by a rule in force.
func (l ladder) stated(holds reading) []*graph.Edge {
	var out []*graph.Edge
	for _, e := range l.facts.into(l.problem, graph.Covers) {
		if l.facts.concerns(e, l.problem) && holds(graph.And(reviewed(e), verdictOf(e), l.facts.usable(e.From))) {
			out = append(out, e)
		}
	}
	return out
}

func (l ladder) whyNotInForce(kept []judgement) string {
	found := map[graph.Status]bool{}
	for _, j := range kept {
		found[l.facts.status(j.standard).Status] = true
	}
	switch {
	case found[graph.StatusUnknown]:
		return "dates_unknown"
	case found[graph.StatusUpcoming]:
		return "upcoming"
	}
	return "withdrawn"
}

// noTestMethod: some direct standard has requirements, and nothing recorded
// says how to test them.
func (l ladder) noTestMethod(holds reading, direct, usable []judgement) bool {
	f := l.facts
	switch f.nodes[l.problem].Fields.Text("category") {
	case "QM", "BR":
		return false
	}
	requirements := slices.DeleteFunc(slices.Clone(direct), func(j judgement) bool { return !hasMechanism(j.edge, "REQ") })
	if len(requirements) == 0 {
		return false
	}
	for _, j := range requirements {
		for _, b := range f.into(j.standard, graph.BasedOn) {
			if holds(f.usable(b.From)) {
				return false
			}
		}
	}
	if slices.ContainsFunc(usable, func(j judgement) bool { return hasMechanism(j.edge, "TEST") }) {
		return false
	}
	return len(f.capabilities(l.problem, nil)) == 0
}

// addDerived adds the rules in force that are linked through a direct standard
// and not settled by a reviewed stated edge, of their own or of the rule that
// they implement.
func (l ladder) addDerived(holds reading, direct []judgement, rules map[graph.ID]bool) {
	isDirect := map[graph.ID]bool{}
	for _, j := range direct {
		isDirect[j.edge.ID] = true
	}
	for rule, links := range l.facts.ruleLinks(l.problem) {
		for _, k := range links {
			if k.stated == nil && isDirect[k.judgement.edge.ID] && !l.facts.settledAbove(k) && holds(l.facts.usable(rule)) {
				rules[rule] = true
			}
		}
	}
}

func (l ladder) reporters() int { return len(l.facts.reporters(l.problem)) }

// dropped lists the standards that look as if they helped and do not.
func (l ladder) dropped(a *Asked) []Dropped {
	out := []Dropped{}
	for _, j := range l.facts.judgements(l.problem) {
		d := Dropped{Ref: refOf(l.facts.nodes[j.standard]), Reason: j.edge.Fields.Text("applicability_reason")}
		switch {
		case verdictOf(j.edge) != graph.Yes:
			d.Why = verdictText(verdictOf(j.edge))
		case hasMechanism(j.edge, "TEST") && mechanismCounts(j.edge) == graph.No:
			d.Why = "test_method_only"
		case mechanismCounts(j.edge) == graph.No:
			d.Why = "terms_only"
		default:
			continue
		}
		d.Paths, d.Cited = []Path{pathOf(l.problem, j.path()...)}, a.cite(j.edge.Evidence)
		out = append(out, d)
	}
	return out
}

// missing lists every fact about this problem that is to_review.
func (l ladder) missing() []Missing {
	f := l.facts
	found := map[Missing]bool{}
	add := func(code string, id, edge graph.ID) {
		found[Missing{Code: code, Ref: refOf(f.nodes[id]), Edge: edge}] = true
	}
	edge := func(e *graph.Edge, at graph.ID) {
		if verdictOf(e) == graph.ToReview {
			add("applicability_to_review", at, e.ID)
		}
		if e.State != graph.Reviewed {
			add("not_reviewed", at, e.ID)
		}
	}
	for _, j := range f.judgements(l.problem) {
		if verdictOf(j.edge) == graph.No {
			continue
		}
		edge(j.edge, j.standard)
		if f.usable(j.standard) == graph.ToReview {
			add("dates_unknown", j.standard, "")
		}
	}
	for rule, links := range f.ruleLinks(l.problem) {
		if !slices.ContainsFunc(links, func(k link) bool { return verdictOf(k.edge()) != graph.No }) {
			continue
		}
		for _, k := range links {
			if k.stated != nil {
				edge(k.stated, rule)
			}
		}
		if f.usable(rule) == graph.ToReview {
			add("dates_unknown", rule, "")
		}
		if f.certifiable(rule, l.region) == graph.ToReview {
			add("authorization_to_review", rule, "")
		}
	}
	out := slices.Collect(maps.Keys(found))
	slices.SortFunc(out, func(x, y Missing) int {
		return cmp.Or(cmp.Compare(x.Code, y.Code), cmp.Compare(x.ID, y.ID), cmp.Compare(x.Edge, y.Edge))
	})
	return out
}

// nextAction says what would close the gap: a review where a fact is missing
// that could turn it, else what the rung lacks.
func nextAction(class, why, best string) string {
	if best == "" {
		return "review"
	}
	switch class {
	case "withdrawn_only":
		if why == "dates_unknown" {
			return "dates"
		}
		return "standard"
	case "no_test_method":
		return "test_capability"
	case "no_rule":
		return "rule"
	case "no_certifier":
		return "certifier"
	}
	return "standard"
}
