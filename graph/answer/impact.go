package answer

import (
	"cmp"
	"context"
	"slices"

	"zhitu/graph"
)

// ImpactParams asks what a change of a standard would do.
type ImpactParams struct {
	ID     graph.ID `path:"id" zh:"标准" doc:"the standard"`
	Action string   `query:"action" enum:"withdraw,replace,delete" default:"withdraw" zh:"动作" doc:"withdraw, replace or delete"`
	By     graph.ID `query:"by" zh:"新版" doc:"of replace: the edition that replaces it"`
}

// Impact is what would change: which problems lose or gain the standard's
// coverage, which answers change class, which rules are left without a
// standard, and who is affected.
type Impact struct {
	Standard     Ref             `json:"standard"`
	By           *Ref            `json:"by,omitempty"`
	OldCovers    []ImpactProblem `json:"old_covers"` // by its own content (C3–C5), whatever its status
	NewCovers    []ImpactProblem `json:"new_covers"` // the same of by
	Lost         []ImpactProblem `json:"lost"`
	Gained       []ImpactProblem `json:"gained"`
	ToReview     []ImpactProblem `json:"to_review"`
	Classes      []ClassChange   `json:"classes"` // problems whose gap class would change on the date
	Rules        []RuleImpact    `json:"rules"`
	Certificates []Ref           `json:"certificates"` // under rules that would rest on nothing in force
	Cases        []Ref           `json:"cases"`        // that used the standard
	Firms        int             `json:"firms"`        // that report a problem in lost, as far as the caller may see
}

// ImpactProblem is a problem with how the standard stands to it.
type ImpactProblem struct {
	Ref
	Verdict   string   `json:"verdict"`
	Mechanism []string `json:"mechanism"`
	Strength  string   `json:"strength"`
	Reason    string   `json:"reason"`
	Paths     []Path   `json:"paths"`
	Evidence  []*Cited `json:"evidence"`
}

// ClassChange is a problem whose gap class would change; "" is covered.
type ClassChange struct {
	Problem Ref    `json:"problem"`
	Before  string `json:"before"`
	After   string `json:"after"`
}

// RuleImpact is a rule based on the standard.
type RuleImpact struct {
	Ref
	Orphaned bool `json:"orphaned"` // none of what it is based on would be in force
	Path     Path `json:"path"`
}

func impactQuestion() Question {
	return declare(Question{
		Name: "impact", Zh: "换版与删除影响", Path: "/standards/:id/impact", Asks: []string{"E09", "P14"},
		Doc:   "Which problems, rules and certificates lose coverage when a standard is withdrawn, replaced or deleted",
		DocZh: "一个标准废止、换版或删除后，哪些问题失去覆盖、哪些规则落空",
	}, impact)
}

func impact(ctx context.Context, a *Asked, p ImpactParams) (Impact, error) {
	n, err := a.node(ctx, p.ID, graph.Standard)
	if err != nil {
		return Impact{}, err
	}
	out := Impact{Standard: refOf(n)}
	f := newFacts(a.View)
	f.nodes[n.ID] = n
	by, err := replacement(ctx, a, f, p)
	if err != nil {
		return Impact{}, err
	}
	ids := []graph.ID{n.ID}
	if by != nil {
		ref := refOf(by)
		out.By = &ref
		ids = append(ids, by.ID)
	}
	problems, err := f.addressed(ctx, ids)
	if err != nil {
		return Impact{}, err
	}
	if err := f.loadCoverage(ctx, problems); err != nil {
		return Impact{}, err
	}
	f.compareEditions(a, &out, n.ID, by)
	if err := f.impactOnRules(ctx, a, &out, n.ID, by); err != nil {
		return Impact{}, err
	}
	return out, f.impactOnClasses(ctx, a, &out, p, n, problems)
}

// replacement returns the edition that replaces: given, or the recorded one.
func replacement(ctx context.Context, a *Asked, f *facts, p ImpactParams) (*graph.Node, error) {
	if p.Action != "replace" {
		return nil, nil
	}
	by := p.By
	if by == "" {
		newer, err := f.expand(ctx, []graph.ID{p.ID}, inward(graph.Replaces))
		if err != nil {
			return nil, err
		}
		if len(newer) != 1 {
			return nil, &graph.InvalidError{Field: "by", Code: "required"}
		}
		by = newer[0]
	}
	n, err := a.node(ctx, by, graph.Standard)
	if err == nil {
		f.nodes[by] = n
	}
	return n, err
}

// addressed returns the problems that standards, or their clauses, address.
func (f *facts) addressed(ctx context.Context, standards []graph.ID) ([]graph.ID, error) {
	met, err := f.expand(ctx, standards, outward(graph.Addresses, graph.HasClause))
	if err != nil {
		return nil, err
	}
	more, err := f.expand(ctx, f.ofKind(met, graph.Clause), outward(graph.Addresses))
	if err != nil {
		return nil, err
	}
	based, err := f.expand(ctx, standards, inward(graph.BasedOn))
	if err != nil {
		return nil, err
	}
	covered, err := f.expand(ctx, f.ofKind(based, graph.Rule), outward(graph.Covers))
	if err != nil {
		return nil, err
	}
	all := slices.Concat(f.ofKind(met, graph.Problem), f.ofKind(more, graph.Problem), f.ofKind(covered, graph.Problem))
	slices.Sort(all)
	return slices.Compact(all), nil
}

// contentCovers is C3–C5 and review of standard for each problem, best edge.
func (f *facts) contentCovers(standard graph.ID) (map[graph.ID]graph.Tri, map[graph.ID]judgement) {
	tri, best := map[graph.ID]graph.Tri{}, map[graph.ID]judgement{}
	edges := slices.Clone(f.outOf(standard, graph.Addresses))
	clauseOf := map[graph.ID]*graph.Edge{}
	for _, c := range f.outOf(standard, graph.HasClause) {
		for _, e := range f.outOf(c.To, graph.Addresses) {
			edges, clauseOf[e.ID] = append(edges, e), c
		}
	}
	for _, e := range edges {
		t := graph.And(reviewed(e), verdictOf(e), mechanismCounts(e), directOnly.has(e))
		if old, seen := tri[e.To]; !seen || t > old {
			tri[e.To], best[e.To] = t, judgement{edge: e, standard: standard, clause: clauseOf[e.ID]}
		}
	}
	return tri, best
}

func (f *facts) compareEditions(a *Asked, out *Impact, old graph.ID, by *graph.Node) {
	oldTri, oldBest := f.contentCovers(old)
	newTri, newBest := map[graph.ID]graph.Tri{}, map[graph.ID]judgement{}
	if by != nil {
		newTri, newBest = f.contentCovers(by.ID)
	}
	for _, list := range []*[]ImpactProblem{&out.OldCovers, &out.NewCovers, &out.Lost, &out.Gained, &out.ToReview} {
		*list = []ImpactProblem{}
	}
	firms := map[graph.ID]bool{}
	for _, id := range sortedIDs(oldTri) {
		item := f.impactProblem(a, oldBest[id])
		if oldTri[id] != graph.Yes {
			continue
		}
		out.OldCovers = append(out.OldCovers, item)
		switch newTri[id] {
		case graph.No: // absent too
			out.Lost = append(out.Lost, item)
			for _, r := range f.outOf(id, graph.ReportedBy) {
				firms[r.To] = true
			}
		case graph.ToReview:
			out.ToReview = append(out.ToReview, f.impactProblem(a, newBest[id]))
		}
	}
	for _, id := range sortedIDs(newTri) {
		if newTri[id] != graph.Yes {
			continue
		}
		item := f.impactProblem(a, newBest[id])
		out.NewCovers = append(out.NewCovers, item)
		if oldTri[id] != graph.Yes {
			out.Gained = append(out.Gained, item)
		}
	}
	out.Firms = len(firms)
}

func (f *facts) impactProblem(a *Asked, j judgement) ImpactProblem {
	n := f.nodes[j.edge.To]
	a.use(n)
	return ImpactProblem{
		Ref: refOf(n), Verdict: verdictText(verdictOf(j.edge)), Mechanism: listOf(j.edge.Fields.Texts("mechanism")),
		Strength: j.edge.Fields.Text("strength"), Reason: j.edge.Fields.Text("applicability_reason"),
		Paths: []Path{pathOf(n.ID, j.path()...)}, Evidence: a.cite(j.edge.Evidence),
	}
}

// impactOnRules finds the rules that rest on the standard, the certificates
// under those left without any, and the cases that used it.
func (f *facts) impactOnRules(ctx context.Context, a *Asked, out *Impact, id graph.ID, by *graph.Node) error {
	out.Rules, out.Certificates, out.Cases = []RuleImpact{}, []Ref{}, []Ref{}
	var orphaned []graph.ID
	for _, b := range f.into(id, graph.BasedOn) {
		rule := f.nodes[b.From]
		a.use(rule)
		item := RuleImpact{Ref: refOf(rule), Orphaned: true, Path: pathOf(id, b)}
		for _, other := range f.outOf(rule.ID, graph.BasedOn) {
			if other.To != id && f.usable(other.To) != graph.No {
				item.Orphaned = false
			}
		}
		if item.Orphaned {
			orphaned = append(orphaned, rule.ID)
		}
		out.Rules = append(out.Rules, item)
	}
	certificates, err := f.expand(ctx, orphaned, inward(graph.Under))
	if err != nil {
		return err
	}
	cases, err := f.expand(ctx, []graph.ID{id}, inward(graph.Used))
	if err != nil {
		return err
	}
	out.Certificates, out.Cases = f.refs(certificates), f.refs(f.ofKind(cases, graph.Case))
	slices.SortFunc(out.Rules, func(x, y RuleImpact) int { return cmp.Compare(x.ID, y.ID) })
	return nil
}

// impactOnClasses climbs the ladder again on an overlay with the action done.
func (f *facts) impactOnClasses(ctx context.Context, a *Asked, out *Impact, p ImpactParams, n *graph.Node, problems []graph.ID) error {
	out.Classes = []ClassChange{}
	ops := impactOps(p, n, out.By, a.View.AsOf())
	over, err := newOverlay(ctx, a.View.Reader(), ops)
	if err != nil {
		return err
	}
	after := newFacts(graph.NewView(over, a.View.Seq(), a.View.Scope()))
	if err := after.loadNodes(ctx, problems); err != nil {
		return err
	}
	if err := after.loadCoverage(ctx, problems); err != nil {
		return err
	}
	for _, id := range problems {
		before, _ := ladder{facts: f, problem: id}.class(atWorst)
		now, _ := ladder{facts: after, problem: id}.class(atWorst)
		if before != now {
			out.Classes = append(out.Classes, ClassChange{Problem: refOf(f.nodes[id]), Before: before, After: now})
		}
	}
	return nil
}

// impactOps is the action as operations: withdrawn from the date on, replaced
// from the date on, or deleted.
func impactOps(p ImpactParams, n *graph.Node, by *Ref, d graph.Date) []graph.Op {
	switch p.Action {
	case "delete":
		return []graph.Op{{DeleteNode: n.ID}}
	case "replace":
		return []graph.Op{{PutEdge: &graph.Edge{Kind: graph.Replaces, From: by.ID, To: n.ID, ValidFrom: graph.Open, ValidTo: graph.Open, State: graph.Reviewed}}}
	}
	changed := *n
	changed.Fields = graph.Fields{}
	for name, v := range n.Fields {
		changed.Fields[name] = v
	}
	changed.Fields["withdrawn"] = d.String()
	return []graph.Op{{PutNode: &changed}}
}
