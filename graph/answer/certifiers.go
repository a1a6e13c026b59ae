package answer

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"zhitu/graph"
)

// CertifiersParams asks who can certify.
type CertifiersParams struct {
	Rule    string   `query:"rule" zh:"认证规则" doc:"id, number or name; a number without year means every version"`
	Product string   `query:"product" zh:"产品" doc:"id or name: the rules that cover it"`
	Chain   graph.ID `query:"chain" kind:"Chain" zh:"产业链" doc:"the rules linked to the problems of this chain"`
	Region  string   `query:"region" zh:"区域" doc:"region code or name: whose authorization reaches it, and who is located in it"`
}

// Certifiers is every organization that can certify under the rules asked
// for. The list is complete and in a neutral order; it is no endorsement.
type Certifiers struct {
	Rules      []RuleScope     `json:"rules"`
	Items      []CertifierItem `json:"items"`
	NotCurrent []CertifierItem `json:"not_current"` // authorized once, or for a version that has ended: not to be used now
	Counts     CertifierCounts `json:"counts"`
	Regions    []string        `json:"regions"` // codes that region was read as, old ones included
}

// CertifierCounts counts items. Reaching and located answer two questions: who
// may certify in the region, and who is there.
type CertifierCounts struct {
	Total      int `json:"total"`
	Applicable int `json:"applicable"`
	ToReview   int `json:"to_review"`
	Located    int `json:"located_in_region"` // 0 where no region is asked for
}

// RuleScope is a rule that is meant, with the detail rules that implement it
// and those that implement other versions of it.
type RuleScope struct {
	Ref
	Status       graph.Status `json:"status"`
	Effective    string       `json:"effective,omitempty"`
	Scheme       string       `json:"scheme,omitempty"`
	Compulsory   bool         `json:"compulsory"`
	Waived       bool         `json:"self_declaration"`  // the maker declares; no certifier exists
	Verdict      string       `json:"verdict,omitempty"` // of its link to the product or chain
	Details      []DetailRule `json:"details"`
	OtherDetails []DetailRule `json:"other_details"`
	Paths        []Path       `json:"paths"` // from the product
	Evidence     []*Cited     `json:"evidence"`
}

// CertifierItem is one organization with what it is authorized for and where
// it is.
type CertifierItem struct {
	Certifier
	Located   []Ref  `json:"located"` // regions that it is in
	Nearness  string `json:"nearness,omitempty"`
	LocatedIn *bool  `json:"located_in_region"` // null: no region asked for, or its own not recorded
}

func certifiersQuestion() Question {
	return declare(Question{
		Name: "certifiers", Zh: "认证机构", Path: "/certifiers", Asks: []string{"B05", "P07"},
		Doc:   "Who can certify under a rule, for a product or in a chain, by which detail rule, and where they are",
		DocZh: "哪些机构能按某规则、为某产品或在某产业链做认证，依据哪份实施细则，设在哪里",
	}, certifiers)
}

func certifiers(ctx context.Context, a *Asked, p CertifiersParams) (Certifiers, error) {
	codes, err := regionCodes(ctx, a.View, p.Region)
	if err != nil {
		return Certifiers{}, err
	}
	f := newFacts(a.View)
	scope, err := f.ruleScope(ctx, a, p)
	if err != nil {
		return Certifiers{}, err
	}
	c := certifierFinder{asked: a, facts: f, scope: scope, codes: codes}
	out := Certifiers{Rules: c.rules(), Regions: listOf(codes)}
	out.Items, out.NotCurrent = c.find()
	if err := c.locate(ctx, &out); err != nil {
		return out, err
	}
	a.Warn("no_endorsement", "")
	switch {
	case len(out.Items) == 0 && len(out.NotCurrent) > 0:
		a.Warn("filtered_by_date", "")
	case len(out.Items) == 0:
		return out, a.whyEmpty(ctx, p.Region != "", p.detail(), func(probe *Asked, filtered bool) (int, error) {
			return countCertifiers(ctx, probe, p, filtered)
		})
	case p.Region != "" && out.Counts.Located == 0:
		a.Warn("not_recorded", "located_in_region "+p.Region)
	}
	return out, nil
}

func (p CertifiersParams) detail() string {
	return strings.Join(slices.DeleteFunc([]string{p.Rule, p.Product, string(p.Chain), p.Region}, func(s string) bool { return s == "" }), " ")
}

// countCertifiers counts who would be listed; without the filter, in any
// region.
func countCertifiers(ctx context.Context, a *Asked, p CertifiersParams, filtered bool) (int, error) {
	f := newFacts(a.View)
	scope, err := f.ruleScope(ctx, a, p)
	if err != nil {
		return 0, err
	}
	c := certifierFinder{asked: a, facts: f, scope: scope}
	if filtered {
		if c.codes, err = regionCodes(ctx, a.View, p.Region); err != nil {
			return 0, err
		}
	}
	items, ended := c.find()
	return len(items) + len(ended), nil
}

// scopedRule is a rule that is meant, with the COVERS edges that made it so.
type scopedRule struct {
	covers []*graph.Edge // to a product
	links  []link        // to problems of a chain
}

// ruleScope returns the rules that pass every filter; without one, all.
func (f *facts) ruleScope(ctx context.Context, a *Asked, p CertifiersParams) (map[graph.ID]*scopedRule, error) {
	scope := map[graph.ID]*scopedRule{}
	for n, err := range f.view.OfKind(ctx, graph.Rule) {
		if err != nil {
			return nil, err
		}
		f.nodes[n.ID] = &n
		scope[n.ID] = &scopedRule{}
	}
	if p.Rule != "" {
		ids, err := f.named(ctx, graph.Rule, p.Rule, true)
		if err != nil {
			return nil, err
		}
		maps.DeleteFunc(scope, func(id graph.ID, _ *scopedRule) bool { return !slices.Contains(ids, id) })
	}
	if p.Product != "" {
		if err := f.scopeByProduct(ctx, a, p.Product, scope); err != nil {
			return nil, err
		}
	}
	if p.Chain != "" {
		if err := f.scopeByChain(ctx, a, p.Chain, scope); err != nil {
			return nil, err
		}
	}
	return scope, f.loadRules(ctx, slices.Sorted(maps.Keys(scope)))
}

// scopeByProduct keeps the rules that a product is recorded under; one that is
// recorded as not applicable is none.
func (f *facts) scopeByProduct(ctx context.Context, a *Asked, text string, scope map[graph.ID]*scopedRule) error {
	products, err := f.named(ctx, graph.Product, text, true)
	if err != nil {
		return err
	}
	if _, err := f.expand(ctx, products, inward(graph.Covers)); err != nil {
		return err
	}
	for _, id := range products {
		a.use(f.nodes[id])
		for _, e := range f.into(id, graph.Covers) {
			if s := scope[e.From]; s != nil && verdictOf(e) != graph.No {
				s.covers = append(s.covers, e)
			}
		}
	}
	maps.DeleteFunc(scope, func(_ graph.ID, s *scopedRule) bool { return len(s.covers) == 0 })
	return nil
}

// scopeByChain keeps the rules that solutions would list for some problem of
// the chain.
func (f *facts) scopeByChain(ctx context.Context, a *Asked, chain graph.ID, scope map[graph.ID]*scopedRule) error {
	problems, err := f.problemsOf(ctx, a, chain)
	if err != nil {
		return err
	}
	if err := f.loadNodes(ctx, problems); err != nil {
		return err
	}
	if err := f.loadCoverage(ctx, problems); err != nil {
		return err
	}
	for _, id := range problems {
		for rule, links := range f.ruleLinks(id) {
			s := solver{asked: a, facts: f, problem: id}
			s.sortLinks(links)
			if scope[rule] != nil && verdictOf(links[0].edge()) != graph.No {
				scope[rule].links = append(scope[rule].links, links[0])
			}
		}
	}
	maps.DeleteFunc(scope, func(_ graph.ID, s *scopedRule) bool { return len(s.links) == 0 })
	return nil
}

// certifierFinder lists who can certify under the rules in scope.
type certifierFinder struct {
	asked *Asked
	facts *facts
	scope map[graph.ID]*scopedRule
	codes []string
}

// rules describes the rules in scope: in force first, then by id.
func (c *certifierFinder) rules() []RuleScope {
	out := []RuleScope{}
	f, s := c.facts, solver{asked: c.asked, facts: c.facts}
	for _, id := range slices.Sorted(maps.Keys(c.scope)) {
		n := f.nodes[id]
		c.asked.use(n)
		r := RuleScope{
			Ref: refOf(n), Status: f.status(id).Status, Effective: n.Fields.Text("effective"), Scheme: f.schemeCode(id),
			Compulsory: f.compulsory(id), Waived: f.selfDeclared(id), Details: s.details(id), OtherDetails: []DetailRule{}, Paths: []Path{},
		}
		for _, v := range f.versions(id)[1:] {
			r.OtherDetails = append(r.OtherDetails, s.details(v.id)...)
		}
		evidence, best := [][]graph.Evidence{n.Evidence}, graph.No
		for _, e := range c.scope[id].covers {
			best = graph.Or(best, min(reviewed(e), verdictOf(e)))
			r.Paths = append(r.Paths, pathOf(e.To, e))
			evidence = append(evidence, e.Evidence)
		}
		for _, l := range c.scope[id].links {
			best = graph.Or(best, min(reviewed(l.edge()), verdictOf(l.edge())))
		}
		if len(c.scope[id].covers)+len(c.scope[id].links) > 0 {
			r.Verdict = verdictText(best)
		}
		r.Evidence = c.asked.cite(evidence...)
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(x, y RuleScope) int { return cmp.Compare(y.Status.Usable(), x.Status.Usable()) })
	return out
}

// find lists the organizations: those that can certify now or may, and those
// whose every authorization has ended, names another region or is for a
// version that has ended.
func (c *certifierFinder) find() (items, notCurrent []CertifierItem) {
	found := map[graph.ID]*Certifier{}
	best := map[graph.ID]graph.Tri{}
	for _, rule := range slices.Sorted(maps.Keys(c.scope)) {
		usable := c.facts.usable(rule)
		for _, auth := range c.reaching(rule) {
			if usable < auth.verdict {
				auth.verdict, auth.reason = usable, "rule_"+string(c.facts.status(rule).Status)
			}
			c.add(found, best, rule, auth)
		}
	}
	for id, one := range found {
		one.Verdict = verdictText(best[id])
		if best[id] == graph.No {
			notCurrent = append(notCurrent, CertifierItem{Certifier: *one})
		} else {
			items = append(items, CertifierItem{Certifier: *one})
		}
	}
	byOrder := func(x, y CertifierItem) int { return compareCertifiers(x.Certifier, y.Certifier) }
	slices.SortFunc(items, byOrder)
	slices.SortFunc(notCurrent, byOrder)
	return listOf(items), listOf(notCurrent)
}

// reaching returns the authorizations for a rule, in whichever of the codes of
// the region does best.
func (c *certifierFinder) reaching(rule graph.ID) []authorization {
	if len(c.codes) == 0 {
		return c.facts.authorizations(rule, "")
	}
	best := c.facts.authorizations(rule, c.codes[0])
	for _, code := range c.codes[1:] {
		for i, other := range c.facts.authorizations(rule, code) { // the same ones in the same order
			if other.verdict > best[i].verdict {
				best[i] = other
			}
		}
	}
	return best
}

func (c *certifierFinder) add(found map[graph.ID]*Certifier, best map[graph.ID]graph.Tri, rule graph.ID, auth authorization) {
	f, n := c.facts, c.facts.nodes[auth.organization]
	one := found[n.ID]
	if one == nil {
		c.asked.use(n)
		one = &Certifier{
			Ref: refOf(n), ApprovalNo: n.Fields.Text("approval_no"), Types: listOf(n.Fields.Texts("types")),
			Reason: auth.reason, Evidence: c.asked.cite(n.Evidence),
		}
		found[n.ID], best[n.ID] = one, graph.No
	}
	if auth.verdict > best[n.ID] {
		best[n.ID], one.Reason = auth.verdict, auth.reason
	}
	e := auth.edge
	one.Rules = append(one.Rules, Authorization{
		Rule: refOf(f.nodes[rule]), Via: refOf(f.nodes[e.To]), Type: e.Fields.Text("authorization_type"),
		Scope: e.Fields.Text("scope"), Codes: e.Fields.Texts("scope_codes"), Region: e.Fields.Text("region"), Starts: e.Fields.Text("starts_on"),
		Ends: e.Fields.Text("ends_on"), Undated: auth.undated, Verdict: verdictText(auth.verdict), Reason: auth.reason,
		Evidence: c.asked.cite(e.Evidence),
	})
	path := pathOf(rule, auth.via...)
	if covers := c.scope[rule].covers; len(covers) > 0 {
		path = pathOf(covers[0].To, append([]*graph.Edge{covers[0]}, auth.via...)...)
	}
	one.Paths = append(one.Paths, path)
}

// locate says where the organizations are, and counts.
func (c *certifierFinder) locate(ctx context.Context, out *Certifiers) error {
	var ids []graph.ID
	for _, list := range [][]CertifierItem{out.Items, out.NotCurrent} {
		for _, item := range list {
			ids = append(ids, item.ID)
		}
	}
	if _, err := c.facts.expand(ctx, ids, outward(graph.LocatedIn)); err != nil {
		return err
	}
	for _, list := range [][]CertifierItem{out.Items, out.NotCurrent} {
		for i := range list {
			item, regions := &list[i], c.facts.located(list[i].ID)
			item.Located = c.facts.refs(regions)
			if len(c.codes) > 0 {
				item.Nearness = nearness(c.codes, c.facts.codesOf(regions))
				if in := item.Nearness == inRegion; item.Nearness != noRegion {
					item.LocatedIn = &in
				}
			}
		}
	}
	out.Counts.Total = len(out.Items)
	for _, item := range out.Items {
		if item.Verdict == verdictText(graph.Yes) {
			out.Counts.Applicable++
		} else {
			out.Counts.ToReview++
		}
		if item.LocatedIn != nil && *item.LocatedIn {
			out.Counts.Located++
		}
	}
	return nil
}
