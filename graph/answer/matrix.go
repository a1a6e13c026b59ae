package answer

import (
	"context"
	"slices"

	"zhitu/graph"
)

// MatrixParams asks what a bundle, or a list of rules, covers.
type MatrixParams struct {
	Bundle   graph.ID   `query:"bundle" kind:"Bundle" zh:"认证包" doc:"a named bundle; or rules"`
	Rules    []graph.ID `query:"rules" zh:"认证规则" doc:"rule or scheme ids, comma-separated"`
	Chain    graph.ID   `query:"chain" kind:"Chain" zh:"产业链" doc:"the problems of a chain: eligibility is not asked"`
	Firm     graph.ID   `query:"firm" kind:"Firm" zh:"企业" doc:"the problems that a firm reports: eligibility and its own products decide"`
	Region   string     `query:"region" zh:"区划代码" doc:"certifiers must reach this region"`
	Strength []string   `query:"strength" vocab:"strength" default:"direct" zh:"强度" doc:"strengths that count"`
}

// Matrix is problem by rule, with the rates that come of it.
type Matrix struct {
	Members       []Member       `json:"members"`
	Matrix        []MatrixRow    `json:"matrix"`
	Covered       []graph.ID     `json:"covered"`
	Total         int            `json:"total"`
	Uncovered     []UncoveredRow `json:"uncovered"`
	ToReview      []graph.ID     `json:"to_review"`
	Rate          float64        `json:"rate"`          // covered of total
	WeightedRate  *float64       `json:"weighted_rate"` // by firms that report; null: none is reported
	WeightTotal   int            `json:"weight_total"`  // reports of distinct firms over all problems
	Prerequisites []Prerequisite `json:"prerequisites"`
	Shared        []Shared       `json:"shared"`
}

// Member is one rule of the bundle.
type Member struct {
	Ref
	Role       string       `json:"role,omitempty"`
	Scheme     string       `json:"scheme,omitempty"`
	Status     graph.Status `json:"status"`
	Compulsory bool         `json:"compulsory"`
	Eligible   string       `json:"eligible,omitempty"` // yes, no, to_review; of a firm or a chain's industries
	Reason     string       `json:"reason,omitempty"`
	Condition  string       `json:"eligibility,omitempty"` // as the rule words it
	Covers     []graph.ID   `json:"covers"`
	Inferred   string       `json:"inferred,omitempty"` // the membership itself is inferred, and how
	Paths      []Path       `json:"paths"`              // from the bundle
	Evidence   []*Cited     `json:"evidence"`
}

// MatrixRow is one problem.
type MatrixRow struct {
	Problem Ref         `json:"problem"`
	By      []MatrixRef `json:"by"`
	Firms   int         `json:"firms"` // that report it
}

// MatrixRef is one cell that is not empty.
type MatrixRef struct {
	Rule     graph.ID `json:"rule"`
	Verdict  string   `json:"verdict"` // yes, no, to_review
	Paths    []Path   `json:"paths"`
	Evidence []*Cited `json:"evidence"`
}

// UncoveredRow is a problem that no member covers, with the class of its gap
// in the whole graph.
type UncoveredRow struct {
	Ref
	Class       string  `json:"class"` // "": some rule outside the bundle covers it
	ClassAtBest *string `json:"class_at_best"`
}

// Prerequisite is a rule that a member requires.
type Prerequisite struct {
	Rule     Ref  `json:"rule"`
	Requires Ref  `json:"requires"`
	InBundle bool `json:"in_bundle"`
	Path     Path `json:"path"`
}

// Shared is what members may do together: the standards that two of them rest
// on, the modes that two of them use.
type Shared struct {
	What string     `json:"what"` // standard or mode
	Ref  *Ref       `json:"standard,omitempty"`
	Mode string     `json:"mode,omitempty"`
	By   []graph.ID `json:"by"`
}

func coverageQuestion() Question {
	return declare(Question{
		Name: "coverage", Zh: "覆盖矩阵", Path: "/coverage", Asks: []string{"B03", "P01"},
		Doc: "Which problems of a chain or firm a bundle covers, rule by rule", DocZh: "一个认证包覆盖一条链或一家企业的哪些问题，逐证列出",
	}, coverage)
}

func coverage(ctx context.Context, a *Asked, p MatrixParams) (Matrix, error) {
	switch {
	case (p.Bundle == "") == (len(p.Rules) == 0):
		return Matrix{}, &graph.InvalidError{Field: "bundle", Code: "one_of", Want: "bundle | rules"}
	case p.Chain != "" && p.Firm != "" || p.Chain == "" && p.Firm == "":
		return Matrix{}, &graph.InvalidError{Field: "chain", Code: "one_of", Want: "chain | firm"}
	}
	m := matrixMaker{asked: a, facts: newFacts(a.View), params: p}
	if err := m.load(ctx); err != nil {
		return Matrix{}, err
	}
	return m.matrix(), nil
}

// matrixMaker computes one matrix.
type matrixMaker struct {
	asked    *Asked
	facts    *facts
	params   MatrixParams
	firm     *firmFacts
	classes  []string // of the chain
	problems []graph.ID
	members  []member
}

// member is a rule and the edges from the bundle to it.
type member struct {
	rule graph.ID
	via  []*graph.Edge
}

func (m *matrixMaker) load(ctx context.Context) error {
	f, err := m.facts, error(nil)
	if m.params.Firm != "" {
		var n *graph.Node
		if n, err = m.asked.node(ctx, m.params.Firm, graph.Firm); err != nil {
			return err
		}
		f.nodes[n.ID] = n
		if m.firm, err = f.loadFirm(ctx, n.ID); err != nil {
			return err
		}
		m.problems, err = f.expand(ctx, []graph.ID{n.ID}, inward(graph.ReportedBy))
	} else {
		m.problems, err = f.problemsOf(ctx, m.asked, m.params.Chain)
		if err == nil {
			err = m.loadClasses(ctx)
		}
	}
	if err != nil {
		return err
	}
	if err := f.loadCoverage(ctx, m.problems); err != nil {
		return err
	}
	if err := f.loadPlaces(ctx, m.problems); err != nil {
		return err
	}
	return m.loadMembers(ctx)
}

func (m *matrixMaker) loadClasses(ctx context.Context) error {
	n, err := m.asked.node(ctx, m.params.Chain, graph.Chain)
	if err != nil {
		return err
	}
	for _, text := range n.Fields.Texts("industry_classes") {
		m.classes = append(m.classes, industryDigits(text))
	}
	return nil
}

// loadMembers finds the rules of the bundle. A scheme stands for its rules that
// are in force, or may be, and are nobody's detail rules.
func (m *matrixMaker) loadMembers(ctx context.Context) error {
	f, ids := m.facts, m.params.Rules
	via := map[graph.ID][]*graph.Edge{}
	if m.params.Bundle != "" {
		if _, err := m.asked.node(ctx, m.params.Bundle, graph.Bundle); err != nil {
			return err
		}
		met, err := f.expand(ctx, []graph.ID{m.params.Bundle}, outward(graph.Bundles))
		if err != nil {
			return err
		}
		ids = met
		for _, e := range f.outOf(m.params.Bundle, graph.Bundles) {
			via[e.To] = []*graph.Edge{e}
		}
	}
	for _, id := range ids {
		n, err := m.asked.node(ctx, id, graph.Rule, graph.Scheme)
		if err != nil {
			return err
		}
		f.nodes[id] = n
	}
	rules, err := f.expand(ctx, f.ofKind(ids, graph.Scheme), inward(graph.InScheme))
	if err != nil {
		return err
	}
	if err := f.loadRules(ctx, append(rules, f.ofKind(ids, graph.Rule)...)); err != nil {
		return err
	}
	for _, id := range ids {
		if f.nodes[id].Kind == graph.Rule {
			m.members = append(m.members, member{id, via[id]})
			continue
		}
		for _, e := range f.into(id, graph.InScheme) {
			if f.usable(e.From) != graph.No && !f.nodes[e.From].Fields.Flag("detail") {
				m.members = append(m.members, member{e.From, append(slices.Clone(via[id]), e)})
			}
		}
	}
	return nil
}

func (m *matrixMaker) matrix() Matrix {
	f := m.facts
	out := Matrix{
		Members: []Member{}, Matrix: []MatrixRow{}, Covered: []graph.ID{}, Total: len(m.problems), Uncovered: []UncoveredRow{},
		ToReview: []graph.ID{}, Prerequisites: m.prerequisites(), Shared: m.shared(),
	}
	covers := map[graph.ID][]graph.ID{}
	covered, weight := 0, 0
	for _, p := range m.problems {
		m.asked.use(f.nodes[p])
		row := MatrixRow{Problem: refOf(f.nodes[p]), By: []MatrixRef{}, Firms: ladder{facts: f, problem: p}.reporters()}
		best := graph.No
		links := f.ruleLinks(p)
		for _, mem := range m.members {
			if len(links[mem.rule]) == 0 {
				continue
			}
			t := m.covers(mem.rule, p, links[mem.rule])
			row.By = append(row.By, m.cell(mem.rule, p, t, links[mem.rule]))
			best = graph.Or(best, t)
			if t == graph.Yes {
				covers[mem.rule] = append(covers[mem.rule], p)
			}
		}
		out.Matrix = append(out.Matrix, row)
		out.WeightTotal += row.Firms
		switch best {
		case graph.Yes:
			out.Covered = append(out.Covered, p)
			covered, weight = covered+1, weight+row.Firms
		case graph.ToReview:
			out.ToReview = append(out.ToReview, p)
		default:
			out.Uncovered = append(out.Uncovered, m.uncovered(p))
		}
	}
	if out.Total > 0 {
		out.Rate = float64(covered) / float64(out.Total)
	}
	if out.WeightTotal > 0 {
		rate := float64(weight) / float64(out.WeightTotal)
		out.WeightedRate = &rate
	}
	for _, mem := range m.members {
		out.Members = append(out.Members, m.member(mem, covers[mem.rule]))
	}
	return out
}

// covers is C1–C6 for a chain, C1–C7 for a firm.
func (m *matrixMaker) covers(rule, problem graph.ID, links []link) graph.Tri {
	if m.firm != nil {
		return m.facts.coversFor(rule, links, m.params.Strength, m.params.Region, m.firm)
	}
	return m.facts.covers(rule, problem, links, m.params.Strength, m.params.Region)
}

func (m *matrixMaker) cell(rule, problem graph.ID, t graph.Tri, links []link) MatrixRef {
	cell := MatrixRef{Rule: rule, Verdict: t.String(), Paths: []Path{}}
	var evidence [][]graph.Evidence
	for _, l := range links {
		cell.Paths = append(cell.Paths, pathOf(problem, l.path()...))
		evidence = append(evidence, l.edge().Evidence)
	}
	cell.Evidence = m.asked.cite(evidence...)
	return cell
}

func (m *matrixMaker) uncovered(problem graph.ID) UncoveredRow {
	l := ladder{facts: m.facts, problem: problem, region: m.params.Region}
	row := UncoveredRow{Ref: refOf(m.facts.nodes[problem])}
	row.Class, _ = l.class(atWorst)
	if best, _ := l.class(atBest); best != "" {
		row.ClassAtBest = &best
	}
	return row
}

func (m *matrixMaker) member(mem member, covers []graph.ID) Member {
	f, n := m.facts, m.facts.nodes[mem.rule]
	m.asked.use(n)
	item := Member{
		Ref: refOf(n), Scheme: f.schemeCode(mem.rule), Status: f.status(mem.rule).Status, Compulsory: n.Fields.Flag("compulsory"),
		Condition: n.Fields.Text("eligibility"), Covers: listOf(covers), Paths: []Path{},
	}
	var evidence [][]graph.Evidence
	if len(mem.via) > 0 {
		item.Paths = append(item.Paths, pathOf(m.params.Bundle, mem.via...))
		item.Role, item.Inferred = mem.via[0].Fields.Text("role"), mem.via[0].Fields.Text("inferred")
		evidence = append(evidence, mem.via[0].Evidence)
	}
	item.Evidence = m.asked.cite(evidence...)
	if m.firm != nil {
		t, reason := f.eligibleWithPrerequisites(mem.rule, m.firm, map[graph.ID]bool{})
		item.Eligible, item.Reason = t.String(), reason
	} else {
		t, reason := m.chainEligible(n)
		item.Eligible, item.Reason = t.String(), reason
	}
	return item
}

// chainEligible says, for information only at the level of a chain, whether a
// rule that is limited to industries fits the chain's.
func (m *matrixMaker) chainEligible(rule *graph.Node) (graph.Tri, string) {
	industries := rule.Fields.Texts("eligible_industries")
	switch {
	case len(industries) == 0:
		return graph.Yes, ""
	case len(m.classes) == 0:
		return graph.ToReview, "industry_not_recorded"
	case industriesMeet(industries, m.classes):
		return graph.Yes, ""
	}
	return graph.No, "not_eligible_industry"
}

func (m *matrixMaker) prerequisites() []Prerequisite {
	out := []Prerequisite{}
	in := map[graph.ID]bool{}
	for _, mem := range m.members {
		in[mem.rule] = true
	}
	for _, mem := range m.members {
		for _, r := range m.facts.requirements(mem.rule) {
			p := Prerequisite{Rule: refOf(m.facts.nodes[mem.rule]), Requires: refOf(m.facts.nodes[r.named]), Path: pathOf(mem.rule, r.edge)}
			for _, v := range r.versions {
				p.InBundle = p.InBundle || in[v]
			}
			out = append(out, p)
		}
	}
	return out
}

// shared lists what two or more members have in common.
func (m *matrixMaker) shared() []Shared {
	out := []Shared{}
	standards, modes := map[graph.ID][]graph.ID{}, map[string][]graph.ID{}
	for _, mem := range m.members {
		for _, e := range m.facts.outOf(mem.rule, graph.BasedOn) {
			standards[e.To] = append(standards[e.To], mem.rule)
		}
		for _, mode := range m.facts.nodes[mem.rule].Fields.Texts("modes") {
			modes[mode] = append(modes[mode], mem.rule)
		}
	}
	for _, id := range sortedIDs(standards) {
		if len(standards[id]) > 1 {
			ref := refOf(m.facts.nodes[id])
			out = append(out, Shared{What: "standard", Ref: &ref, By: standards[id]})
		}
	}
	v, _ := graph.VocabularyOf("mode")
	for _, mode := range v.Codes() {
		if len(modes[mode]) > 1 {
			out = append(out, Shared{What: "mode", Mode: mode, By: modes[mode]})
		}
	}
	return out
}

// TransferBundleParams asks whether a bundle fits another chain.
type TransferBundleParams struct {
	ID     graph.ID `path:"id" kind:"Bundle" zh:"认证包" doc:"a named bundle"`
	Chain  graph.ID `query:"chain" kind:"Chain" required:"true" zh:"产业链" doc:"the chain to carry it to"`
	Region string   `query:"region" zh:"区划代码" doc:"certifiers must reach this region"`
}

// TransferredBundle is a bundle carried to another chain: the certificates
// that can be reused, those that the chain is not eligible for, and the matrix.
type TransferredBundle struct {
	Reusable   []Member `json:"reusable"`
	Ineligible []Member `json:"ineligible"`
	ToReview   []Member `json:"eligibility_to_review"`
	Matrix
}

func bundleTransferQuestion() Question {
	return declare(Question{
		Name: "bundle-transfer", Zh: "认证包推广", Path: "/bundles/:id/transfer", Asks: []string{"P08"},
		Doc: "Whether a bundle can be carried to another chain", DocZh: "一个认证包推广到另一条链是否可行",
	}, bundleTransfer)
}

func bundleTransfer(ctx context.Context, a *Asked, p TransferBundleParams) (TransferredBundle, error) {
	m, err := coverage(ctx, a, MatrixParams{Bundle: p.ID, Chain: p.Chain, Region: p.Region, Strength: directOnly})
	if err != nil {
		return TransferredBundle{}, err
	}
	out := TransferredBundle{Reusable: []Member{}, Ineligible: []Member{}, ToReview: []Member{}, Matrix: m}
	for _, mem := range m.Members {
		switch mem.Eligible {
		case "yes":
			out.Reusable = append(out.Reusable, mem)
		case "no":
			out.Ineligible = append(out.Ineligible, mem)
		default:
			out.ToReview = append(out.ToReview, mem)
		}
	}
	return out, nil
}
