package answer

import (
	"cmp"
	"maps"
	"slices"

	"zhitu/graph"
)

// rules lists the rules that are linked to the problem. A detail rule stands
// under the rule that it implements when that is listed; one whose every link
// is 不适用 goes to rejected. The links of the listed rules are returned too.
func (s *solver) rules(rejected *[]Rejected) ([]RuleItem, map[graph.ID][]link) {
	all := s.facts.ruleLinks(s.problem)
	listed := map[graph.ID][]link{}
	for _, rule := range slices.Sorted(maps.Keys(all)) {
		links := all[rule]
		s.sortLinks(links)
		if best := links[0]; verdictOf(best.edge()) == graph.No {
			n := s.facts.nodes[rule]
			s.asked.use(n)
			judged := s.judged(best.edge(), rule, best.path()...)
			*rejected = append(*rejected, Rejected{Ref: refOf(n), Judged: judged, Link: best.kind()})
			continue
		}
		if slices.ContainsFunc(links, func(l link) bool { return s.wanted(l.edge()) }) {
			listed[rule] = links
		}
	}
	items := []RuleItem{}
	for _, rule := range slices.Sorted(maps.Keys(listed)) {
		if !s.underListed(rule, listed) {
			items = append(items, s.ruleItem(rule, listed[rule]))
		}
	}
	// Who certifies by a detail rule certifies under its rule as long as that
	// is in force, and only then: no link of its own makes a certifier of it.
	for rule := range listed {
		if !slices.ContainsFunc(items, func(i RuleItem) bool { return i.ID == rule }) {
			delete(listed, rule)
		}
	}
	slices.SortStableFunc(items, func(x, y RuleItem) int {
		return cmp.Or(compareJudged(x.Judged, y.Judged), cmp.Compare(x.ID, y.ID))
	})
	return items, listed
}

// sortLinks puts the link that is shown first: applicable before to review
// before not, then direct first, reviewed first, then by path.
func (s *solver) sortLinks(links []link) {
	slices.SortStableFunc(links, func(x, y link) int {
		return cmp.Or(
			cmp.Compare(verdictOf(y.edge()), verdictOf(x.edge())),
			cmp.Compare(strengthRank(x.edge().Fields.Text("strength")), strengthRank(y.edge().Fields.Text("strength"))),
			cmp.Compare(reviewed(y.edge()), reviewed(x.edge())),
			comparePaths(pathOf(s.problem, x.path()...), pathOf(s.problem, y.path()...)),
		)
	})
}

func (l link) kind() string {
	if l.stated != nil {
		return "stated"
	}
	return "derived"
}

func (s *solver) underListed(rule graph.ID, listed map[graph.ID][]link) bool {
	if !s.facts.nodes[rule].Fields.Flag("detail") {
		return false
	}
	return slices.ContainsFunc(s.facts.outOf(rule, graph.Implements), func(e *graph.Edge) bool {
		return len(listed[e.To]) > 0
	})
}

func (s *solver) ruleItem(rule graph.ID, links []link) RuleItem {
	f, n, best := s.facts, s.facts.nodes[rule], links[0]
	s.asked.use(n)
	item := RuleItem{
		Ref: refOf(n), Judged: s.judged(best.edge(), rule, best.path()...), Link: best.kind(),
		Covers: f.covers(rule, s.problem, links, directOnly, s.region), Scheme: f.schemeCode(rule),
		Compulsory: n.Fields.Flag("compulsory"), Modes: listOf(n.Fields.Texts("modes")), BasedOn: s.basedOn(rule),
		Mechanism: listOf(best.edge().Fields.Texts("mechanism")), Clause: best.edge().Fields.Text("clause"),
		Effective: n.Fields.Text("effective"), Eligible: n.Fields.Text("eligibility"),
		Certifiers: f.certifiable(rule, s.region), Waived: f.selfDeclared(rule), Details: s.details(rule),
	}
	for _, l := range links[1:] {
		item.Paths = append(item.Paths, pathOf(s.problem, l.path()...))
	}
	return item
}

func (s *solver) basedOn(rule graph.ID) []Ref {
	refs := []Ref{}
	for _, e := range s.facts.outOf(rule, graph.BasedOn) {
		refs = append(refs, refOf(s.facts.nodes[e.To]))
	}
	return refs
}

func (s *solver) details(rule graph.ID) []DetailRule {
	out := []DetailRule{}
	for _, e := range s.facts.into(rule, graph.Implements) {
		n := s.facts.nodes[e.From]
		s.asked.use(n)
		out = append(out, DetailRule{
			Ref: refOf(n), Status: s.facts.status(n.ID).Status, Effective: n.Fields.Text("effective"),
			Issuer: n.Fields.Text("issuer"), Path: pathOf(rule, e),
		})
	}
	slices.SortFunc(out, func(x, y DetailRule) int {
		return cmp.Or(cmp.Compare(y.Status.Usable(), x.Status.Usable()), cmp.Compare(x.ID, y.ID))
	})
	return out
}

// Certifier is an organization that can certify under a listed rule. The list
// is complete and neutral: yes before to review, those with an approval number
// first by number, then by id. It is no endorsement.
type Certifier struct {
	Ref
	ApprovalNo string          `json:"approval_no,omitempty"`
	Types      []string        `json:"types"`
	Verdict    string          `json:"verdict"` // applicable or to_review
	Reason     string          `json:"reason"`  // a code; why it is to review
	Rules      []Authorization `json:"rules"`
	Paths      []Path          `json:"paths"`
	Evidence   []*Cited        `json:"evidence"`
}

// Authorization is for what, since when and on what ground.
type Authorization struct {
	Rule     Ref      `json:"rule"`
	Via      Ref      `json:"via"` // what the authorization names: the rule, a version, a detail rule or the scheme
	Type     string   `json:"authorization_type,omitempty"`
	Scope    string   `json:"scope,omitempty"`
	Codes    []string `json:"scope_codes,omitempty"`
	Region   string   `json:"region,omitempty"`
	Starts   string   `json:"starts_on,omitempty"`
	Ends     string   `json:"ends_on,omitempty"`
	Undated  bool     `json:"undated"` // 日期未录
	Verdict  string   `json:"verdict"`
	Reason   string   `json:"reason,omitempty"`
	Evidence []*Cited `json:"evidence"`
}

func (s *solver) certifiers(links map[graph.ID][]link) []Certifier {
	found := map[graph.ID]*Certifier{}
	best := map[graph.ID]graph.Tri{}
	for _, rule := range slices.Sorted(maps.Keys(links)) {
		for _, a := range s.facts.authorizations(rule, s.region) {
			if a.verdict != graph.No {
				s.addCertifier(found, best, rule, links[rule][0], a)
			}
		}
	}
	out := make([]Certifier, 0, len(found))
	for id, c := range found {
		c.Verdict = verdictText(best[id])
		out = append(out, *c)
	}
	slices.SortFunc(out, compareCertifiers)
	return out
}

func (s *solver) addCertifier(found map[graph.ID]*Certifier, best map[graph.ID]graph.Tri, rule graph.ID, l link, a authorization) {
	n := s.facts.nodes[a.organization]
	c := found[n.ID]
	if c == nil {
		s.asked.use(n)
		c = &Certifier{
			Ref: refOf(n), ApprovalNo: n.Fields.Text("approval_no"), Types: listOf(n.Fields.Texts("types")),
			Evidence: s.asked.cite(n.Evidence),
		}
		found[n.ID], best[n.ID] = c, graph.No
	}
	if a.verdict > best[n.ID] {
		best[n.ID], c.Reason = a.verdict, a.reason
	}
	e := a.edge
	c.Rules = append(c.Rules, Authorization{
		Rule: refOf(s.facts.nodes[rule]), Via: refOf(s.facts.nodes[e.To]), Type: e.Fields.Text("authorization_type"),
		Scope: e.Fields.Text("scope"), Codes: e.Fields.Texts("scope_codes"), Region: e.Fields.Text("region"), Starts: e.Fields.Text("starts_on"),
		Ends: e.Fields.Text("ends_on"), Undated: a.undated, Verdict: verdictText(a.verdict), Reason: a.reason,
		Evidence: s.asked.cite(e.Evidence),
	})
	c.Paths = append(c.Paths, pathOf(s.problem, slices.Concat(l.path(), a.via)...))
}

func compareCertifiers(x, y Certifier) int {
	return cmp.Or(
		cmp.Compare(x.Verdict, y.Verdict), // applicable < to_review
		compareNumbered(x.ApprovalNo, y.ApprovalNo),
		cmp.Compare(x.ID, y.ID),
	)
}

// compareNumbered orders by number, those without one last.
func compareNumbered(a, b string) int {
	if (a == "") != (b == "") {
		return cmp.Compare(b, a)
	}
	return cmp.Compare(a, b)
}

// Laboratory is an organization that can measure what the problem is about.
type Laboratory struct {
	Ref
	ApprovalNo   string       `json:"approval_no,omitempty"`
	Types        []string     `json:"types"`
	Accredited   []string     `json:"accreditation"`
	Capabilities []Capability `json:"capabilities"`
	Paths        []Path       `json:"paths"`
	Evidence     []*Cited     `json:"evidence"`
}

// Capability is one thing that a laboratory can test.
type Capability struct {
	Ref
	Characteristic *Ref   `json:"characteristic,omitempty"`
	Method         *Ref   `json:"method,omitempty"`
	CMA            string `json:"cma_no,omitempty"`
	CNAS           string `json:"cnas_no,omitempty"`
	Expires        string `json:"expires_on,omitempty"`
}

// capabilities returns the recorded capabilities for what the problem
// concerns, and by the methods in methods, with the edges that lead there from
// the problem. One that has expired is none; unknown expiry counts.
func (f *facts) capabilities(problem graph.ID, methods map[graph.ID][]*graph.Edge) map[graph.ID][]*graph.Edge {
	out := map[graph.ID][]*graph.Edge{}
	add := func(capability graph.ID, path []*graph.Edge) {
		expired := f.nodes[capability].Fields.Span("expires_on").Passed(f.view.AsOf()) == graph.Yes
		if old, ok := out[capability]; !expired && (!ok || len(path) < len(old)) {
			out[capability] = path
		}
	}
	for _, c := range f.outOf(problem, graph.Concerns) {
		for _, t := range f.into(c.To, graph.Tests) {
			add(t.From, []*graph.Edge{c, t})
		}
	}
	for _, method := range slices.Sorted(maps.Keys(methods)) {
		for _, b := range f.into(method, graph.ByMethod) {
			add(b.From, append(slices.Clone(methods[method]), b))
		}
	}
	return out
}

func (s *solver) laboratories(standards []StandardItem) []Laboratory {
	methods := map[graph.ID][]*graph.Edge{}
	listed := map[graph.ID]bool{}
	for _, item := range standards {
		listed[item.ID] = listed[item.ID] || slices.Contains(item.Mechanism, "TEST")
	}
	for _, j := range s.facts.judgements(s.problem) {
		if listed[j.standard] && hasMechanism(j.edge, "TEST") && verdictOf(j.edge) != graph.No {
			methods[j.standard] = j.path()
		}
	}
	capable := s.facts.capabilities(s.problem, methods)
	found := map[graph.ID]*Laboratory{}
	for _, id := range slices.Sorted(maps.Keys(capable)) {
		for _, h := range s.facts.into(id, graph.HasCapability) {
			s.addLaboratory(found, id, append(slices.Clone(capable[id]), h))
		}
	}
	out := make([]Laboratory, 0, len(found))
	for _, lab := range found {
		out = append(out, *lab)
	}
	slices.SortFunc(out, func(x, y Laboratory) int {
		return cmp.Or(compareNumbered(x.ApprovalNo, y.ApprovalNo), cmp.Compare(x.ID, y.ID))
	})
	return out
}

func (s *solver) addLaboratory(found map[graph.ID]*Laboratory, capability graph.ID, path []*graph.Edge) {
	f, has := s.facts, path[len(path)-1]
	n := f.nodes[has.From]
	lab := found[n.ID]
	if lab == nil {
		s.asked.use(n)
		lab = &Laboratory{
			Ref: refOf(n), ApprovalNo: n.Fields.Text("approval_no"), Types: listOf(n.Fields.Texts("types")),
			Accredited: listOf(n.Fields.Texts("accreditation")), Evidence: s.asked.cite(n.Evidence),
		}
		found[n.ID] = lab
	}
	c := f.nodes[capability]
	item := Capability{
		Ref: refOf(c), CMA: c.Fields.Text("cma_no"), CNAS: c.Fields.Text("cnas_no"), Expires: c.Fields.Text("expires_on"),
	}
	for _, e := range f.outOf(capability, graph.Tests) {
		ref := refOf(f.nodes[e.To])
		item.Characteristic = &ref
	}
	for _, e := range f.outOf(capability, graph.ByMethod) {
		ref := refOf(f.nodes[e.To])
		item.Method = &ref
	}
	lab.Capabilities = append(lab.Capabilities, item)
	lab.Paths = append(lab.Paths, pathOf(s.problem, path...))
}
