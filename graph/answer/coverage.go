package answer

import (
	"cmp"
	"context"
	"slices"

	"zhitu/graph"
)

// Coverage: whether a standard addresses, and a rule covers, a problem. The
// conditions are C1–C7 of docs/domain.md; each has three values, and a missing
// fact is to_review, never a silent yes or no.

// judgement is one ADDRESSES edge, with the standard that it speaks for: its
// own end, or the standard whose clause addresses the problem.
type judgement struct {
	edge     *graph.Edge
	standard graph.ID
	clause   *graph.Edge // HAS_CLAUSE, when a clause addresses
}

// path returns the edges from the problem to the standard.
func (j judgement) path() []*graph.Edge {
	if j.clause != nil {
		return []*graph.Edge{j.edge, j.clause}
	}
	return []*graph.Edge{j.edge}
}

// loadCoverage loads what coverage, gaps and solutions of problems rest on.
func (f *facts) loadCoverage(ctx context.Context, problems []graph.ID) error {
	met, err := f.expand(ctx, problems,
		inward(graph.Addresses, graph.Covers), outward(graph.OccursAt, graph.Concerns, graph.ReportedBy))
	if err != nil {
		return err
	}
	ofClauses, err := f.expand(ctx, f.ofKind(met, graph.Clause), inward(graph.HasClause))
	if err != nil {
		return err
	}
	standards := append(f.ofKind(met, graph.Standard), ofClauses...)
	if standards, err = f.closure(ctx, standards, inward(graph.Replaces)); err != nil {
		return err
	}
	based, err := f.expand(ctx, standards, inward(graph.BasedOn, graph.ByMethod))
	if err != nil {
		return err
	}
	rules := append(f.ofKind(met, graph.Rule), f.ofKind(based, graph.Rule)...)
	if err := f.loadRules(ctx, rules); err != nil {
		return err
	}
	return f.loadCapabilities(ctx, f.ofKind(met, graph.Characteristic), f.ofKind(based, graph.TestCapability))
}

// loadRules loads versions, details, schemes and authorizations of rules.
func (f *facts) loadRules(ctx context.Context, rules []graph.ID) error {
	family, err := f.closure(ctx, rules,
		inward(graph.Replaces, graph.Implements), outward(graph.Replaces, graph.Implements, graph.Requires))
	if err != nil {
		return err
	}
	schemes, err := f.expand(ctx, family, outward(graph.InScheme, graph.BasedOn, graph.IssuedBy))
	if err != nil {
		return err
	}
	if _, err = f.expand(ctx, append(slices.Clone(family), f.ofKind(schemes, graph.Scheme)...), inward(graph.AuthorizedFor)); err != nil {
		return err
	}
	return f.loadLater(ctx, family)
}

// loadCapabilities loads who can test characteristics, or by a method.
func (f *facts) loadCapabilities(ctx context.Context, characteristics, capabilities []graph.ID) error {
	more, err := f.expand(ctx, characteristics, inward(graph.Tests))
	if err != nil {
		return err
	}
	_, err = f.expand(ctx, append(more, capabilities...), inward(graph.HasCapability), outward(graph.Tests, graph.ByMethod))
	return err
}

// judgements returns the ADDRESSES edges of a problem, by standard and edge id.
func (f *facts) judgements(problem graph.ID) []judgement {
	var out []judgement
	for _, e := range f.into(problem, graph.Addresses) {
		n := f.nodes[e.From]
		if n.Kind == graph.Standard {
			out = append(out, judgement{edge: e, standard: e.From})
			continue
		}
		for _, c := range f.into(e.From, graph.HasClause) {
			out = append(out, judgement{edge: e, standard: c.From, clause: c})
		}
	}
	slices.SortFunc(out, func(a, b judgement) int {
		return cmp.Or(cmp.Compare(a.standard, b.standard), cmp.Compare(a.edge.ID, b.edge.ID))
	})
	return out
}

func reviewed(e *graph.Edge) graph.Tri {
	if e.State == graph.Reviewed {
		return graph.Yes
	}
	return graph.ToReview
}

// verdictOf is condition C5 as the edge states it.
func verdictOf(e *graph.Edge) graph.Tri {
	switch e.Fields.Text("applicability_verdict") {
	case "applicable":
		return graph.Yes
	case "not_applicable":
		return graph.No
	}
	return graph.ToReview
}

// concerns tells whether an edge that is judged for one product or process
// speaks of the problem's own. One that names none does, and so does any when
// the problem has none recorded.
func (f *facts) concerns(e *graph.Edge, problem graph.ID) bool {
	for field, kind := range map[string]graph.NodeKind{
		"applicability_product": graph.Product, "applicability_process": graph.Process,
	} {
		named := e.Fields.Text(field)
		if named == "" {
			continue
		}
		own, match := false, false
		for _, o := range f.outOf(problem, graph.OccursAt) {
			if n := f.nodes[o.To]; n.Kind == kind {
				own = true
				match = match || n.Name == named || string(n.ID) == named
			}
		}
		if own && !match {
			return false
		}
	}
	return true
}

// mechanismCounts is condition C3: TEST and TERM alone do not count.
func mechanismCounts(e *graph.Edge) graph.Tri {
	list := e.Fields.Texts("mechanism")
	if len(list) == 0 {
		return graph.ToReview
	}
	return graph.TriOf(slices.ContainsFunc(list, func(m string) bool { return m != "TEST" && m != "TERM" }))
}

func hasMechanism(e *graph.Edge, code string) bool {
	return slices.Contains(e.Fields.Texts("mechanism"), code)
}

// strengths is condition C4: which strengths count.
type strengths []string

var directOnly = strengths{"direct"}

func (s strengths) has(e *graph.Edge) graph.Tri {
	strength := e.Fields.Text("strength")
	if strength == "" {
		return graph.ToReview
	}
	return graph.TriOf(slices.Contains(s, strength))
}

// link is one way in which a rule reaches a problem: stated by a COVERS edge,
// or derived from a standard that the rule is based on.
type link struct {
	stated    *graph.Edge
	basedOn   *graph.Edge
	judgement judgement // of a derived link
}

// edge is the edge that carries verdict, strength and reason.
func (l link) edge() *graph.Edge {
	if l.stated != nil {
		return l.stated
	}
	return l.judgement.edge
}

// path returns the edges from the problem to the rule.
func (l link) path() []*graph.Edge {
	if l.stated != nil {
		return []*graph.Edge{l.stated}
	}
	return append(l.judgement.path(), l.basedOn)
}

// ruleLinks returns every rule that is linked to problem with its links (C2).
// A reviewed stated edge replaces every derived path of its rule.
func (f *facts) ruleLinks(problem graph.ID) map[graph.ID][]link {
	out := map[graph.ID][]link{}
	settled := map[graph.ID]bool{}
	for _, e := range f.into(problem, graph.Covers) {
		out[e.From] = append(out[e.From], link{stated: e})
		settled[e.From] = settled[e.From] || e.State == graph.Reviewed
	}
	for _, j := range f.judgements(problem) {
		for _, b := range f.into(j.standard, graph.BasedOn) {
			if !settled[b.From] && mechanismCounts(j.edge) != graph.No {
				out[b.From] = append(out[b.From], link{basedOn: b, judgement: j})
			}
		}
	}
	return out
}

// holds is C2–C5 of one link at the date, for the product and process that its
// edge is about.
func (f *facts) holds(l link, s strengths) graph.Tri {
	e := l.edge()
	t := graph.And(reviewed(e), s.has(e), verdictOf(e))
	if l.stated == nil {
		t = graph.And(t, f.usable(l.judgement.standard), mechanismCounts(e), graph.TriOf(!f.settledAbove(l)))
	}
	return t
}

// settledAbove tells whether l derives for a detail rule what a reviewed edge
// states of the rule that it implements: a certifier's own procedure covers no
// more than the rule that it carries out.
func (f *facts) settledAbove(l link) bool {
	if l.stated != nil || !f.nodes[l.basedOn.From].Fields.Flag("detail") {
		return false
	}
	return slices.ContainsFunc(f.outOf(l.basedOn.From, graph.Implements), func(e *graph.Edge) bool {
		return slices.ContainsFunc(f.into(l.judgement.edge.To, graph.Covers), func(c *graph.Edge) bool {
			return c.From == e.To && c.State == graph.Reviewed
		})
	})
}

// covers is C1–C6: whether a rule with these links covers problem.
func (f *facts) covers(rule, problem graph.ID, links []link, s strengths, region string) graph.Tri {
	linked := graph.No
	for _, l := range links {
		if f.concerns(l.edge(), problem) {
			linked = graph.Or(linked, f.holds(l, s))
		}
	}
	return graph.And(f.usable(rule), linked, f.certifiable(rule, region))
}

// covered tells whether any rule covers problem.
func (f *facts) covered(problem graph.ID, s strengths, region string) graph.Tri {
	t := graph.No
	for rule, links := range f.ruleLinks(problem) {
		t = graph.Or(t, f.covers(rule, problem, links, s, region))
	}
	return t
}
