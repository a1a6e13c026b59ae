package answer

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"zhitu/graph"
)

// BundleParams asks for the fewest certificates.
type BundleParams struct {
	Firm         graph.ID   `json:"firm,omitempty" zh:"企业" doc:"the firm; its reported problems, products and certificates count"`
	Problems     []graph.ID `json:"problems,omitempty" zh:"质量问题" doc:"the problems to cover; default those that the firm reports"`
	Held         []graph.ID `json:"held,omitempty" zh:"已持有" doc:"rules under which a certificate is held besides the recorded ones"`
	Region       string     `json:"region,omitempty" zh:"区划代码" doc:"certifiers must reach this region"`
	Strength     []string   `json:"strength,omitempty" zh:"强度" doc:"default direct"`
	Alternatives int        `json:"alternatives,omitempty" zh:"备选" doc:"how many minimal sets to list, 1–20; default 5"`
}

// BundleAnswer is the fewest certificates that cover what can be covered:
// compulsory ones first, prerequisites included, those held credited.
type BundleAnswer struct {
	Problems     []Ref            `json:"problems"`   // all that were asked for
	Coverable    []graph.ID       `json:"coverable"`  // of these, covered for sure by some eligible rule
	ToReview     []graph.ID       `json:"to_review"`  // perhaps: a fact is missing
	Compulsory   []CompulsoryRule `json:"compulsory"` // 必办
	Minimal      []ChosenRule     `json:"minimal"`    // the set to get, compulsory and prerequisites included
	Alternatives [][]Ref          `json:"alternatives"`
	Ties         int              `json:"ties"` // sets of the same size, the shown one included
	NewCoverage  int              `json:"new_coverage"`
	Uncovered    []UncoveredItem  `json:"uncovered"`
	Credit       []HeldRule       `json:"credit"` // certificates held that count
	Ineligible   []IneligibleRule `json:"ineligible"`
	Cost         *CostRange       `json:"cost,omitempty"` // only when sourced for every candidate
	AuditSaving  AuditSaving      `json:"audit_saving"`
	Optimal      bool             `json:"optimal"`
	LowerBound   int              `json:"lower_bound"` // new certificates at least
	Size         int              `json:"size"`        // new certificates in minimal
}

// CompulsoryRule is a certificate that the firm must have, whatever it covers.
type CompulsoryRule struct {
	Ref
	Held   bool   `json:"held"`
	Reason string `json:"reason,omitempty"` // why it cannot be had: not_eligible_firm, no_certifier …
	Paths  []Path `json:"paths"`
}

// ChosenRule is one certificate to get.
type ChosenRule struct {
	Ref
	Why         string     `json:"why"` // compulsory, coverage or prerequisite
	Covers      []graph.ID `json:"covers"`
	New         []graph.ID `json:"new"`     // covered by none before it in this list
	Without     []graph.ID `json:"without"` // uncovered if it were left out
	RequiredFor []graph.ID `json:"required_for"`
	Paths       []Path     `json:"paths"`
}

// UncoveredItem is a problem that no eligible rule covers, with its gap.
type UncoveredItem struct {
	Ref
	Class       string  `json:"class"`
	ClassAtBest *string `json:"class_at_best"`
}

// HeldRule is a certificate that counts already.
type HeldRule struct {
	Ref
	Certificate graph.ID   `json:"certificate,omitempty"` // empty: given by the caller
	Covers      []graph.ID `json:"covers"`
	Paths       []Path     `json:"paths"`
}

// IneligibleRule would cover something, but cannot be had.
type IneligibleRule struct {
	Ref
	Verdict string     `json:"verdict"` // no or to_review
	Reason  string     `json:"reason"`
	Covers  []graph.ID `json:"covers"`
}

// CostRange is the sum over the chosen rules.
type CostRange struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	Unit string  `json:"unit"`
}

// AuditSaving is what combined audits may save: nothing unless a source says
// so, and never more than IAF MD 11 allows.
type AuditSaving struct {
	Share  float64 `json:"share"`
	AtMost float64 `json:"at_most"`
	Basis  string  `json:"basis"`
}

const (
	defaultAlternatives = 5
	maxAlternatives     = 20
	maxBundleProblems   = 500
)

func bundleQuestion() Question {
	return declare(Question{
		Name: "bundle", Zh: "最少证书组合", Path: "/bundles", Method: http.MethodPost, Asks: []string{"B02"},
		Doc:   "The fewest certificates that cover a firm's problems: compulsory first, prerequisites and held ones counted",
		DocZh: "最少拿哪几张证可以覆盖全部问题：强制的先入，前置与已持有的计入",
	}, bundle)
}

func (p *BundleParams) check() error {
	for _, s := range p.Strength {
		if v, _ := graph.VocabularyOf("strength"); !v.Has(s) {
			return &graph.InvalidError{Field: "strength", Code: "unknown_code", Value: s, Want: "direct | indirect | supporting"}
		}
	}
	if len(p.Strength) == 0 {
		p.Strength = directOnly
	}
	if p.Alternatives == 0 {
		p.Alternatives = defaultAlternatives
	}
	switch {
	case p.Alternatives < 1 || p.Alternatives > maxAlternatives:
		return &graph.InvalidError{Field: "alternatives", Code: "out_of_range", Want: "1–20"}
	case len(p.Problems) > maxBundleProblems:
		return &graph.InvalidError{Field: "problems", Code: "too_many", Want: "500"}
	case p.Firm == "" && len(p.Problems) == 0:
		return &graph.InvalidError{Field: "problems", Code: "firm_or_problems"}
	}
	return nil
}

func bundle(ctx context.Context, a *Asked, p BundleParams) (BundleAnswer, error) {
	if err := p.check(); err != nil {
		return BundleAnswer{}, err
	}
	b, err := newBundler(ctx, a, p)
	if err != nil {
		return BundleAnswer{}, err
	}
	b.gather()
	best := b.cover()
	return b.answer(best), nil
}

// bundler computes one bundle. Problems and rules are numbered in order of
// id, so that sets of them are bits and ties come in one order.
type bundler struct {
	asked  *Asked
	facts  *facts
	params BundleParams
	firm   *firmFacts

	problems []graph.ID
	links    []map[graph.ID][]link // per problem
	rules    []graph.ID            // candidates: eligible and to be had
	covers   map[graph.ID]bits     // for sure, per rule; held ones too
	maybe    map[graph.ID]bits
	barred   map[graph.ID]IneligibleRule
	must     []CompulsoryRule
}

func newBundler(ctx context.Context, a *Asked, p BundleParams) (*bundler, error) {
	f := newFacts(a.View)
	b := &bundler{
		asked: a, facts: f, params: p, covers: map[graph.ID]bits{}, maybe: map[graph.ID]bits{},
		barred: map[graph.ID]IneligibleRule{}, firm: &firmFacts{names: map[string]bool{}, held: map[graph.ID]held{}},
	}
	b.problems = slices.Clone(p.Problems)
	if p.Firm != "" {
		n, err := a.node(ctx, p.Firm, graph.Firm)
		if err != nil {
			return nil, err
		}
		f.nodes[n.ID] = n
		if b.firm, err = f.loadFirm(ctx, n.ID); err != nil {
			return nil, err
		}
		reported, err := f.expand(ctx, []graph.ID{n.ID}, inward(graph.ReportedBy))
		if err != nil {
			return nil, err
		}
		if len(p.Problems) == 0 {
			b.problems = reported
		}
	}
	slices.Sort(b.problems)
	b.problems = slices.Compact(b.problems)
	for _, id := range b.problems {
		n, err := a.node(ctx, id, graph.Problem)
		if err != nil {
			return nil, err
		}
		f.nodes[id] = n
	}
	if err := b.addHeld(ctx); err != nil {
		return nil, err
	}
	if err := f.loadCoverage(ctx, b.problems); err != nil {
		return nil, err
	}
	return b, f.loadPlaces(ctx, b.problems)
}

// addHeld adds the rules that the caller says are held.
func (b *bundler) addHeld(ctx context.Context) error {
	for _, id := range b.params.Held {
		n, err := b.asked.node(ctx, id, graph.Rule)
		if err != nil {
			return err
		}
		b.facts.nodes[id] = n
		if _, has := b.firm.held[id]; !has {
			b.firm.held[id] = held{}
		}
	}
	return b.facts.loadRules(ctx, b.params.Held)
}

// gather finds the candidate rules and what each covers.
func (b *bundler) gather() {
	f := b.facts
	size := len(b.problems)
	for i, p := range b.problems {
		links := f.ruleLinks(p)
		b.links = append(b.links, links)
		for rule, ls := range links {
			b.judge(i, size, rule, ls)
		}
	}
	for _, rule := range f.compulsoryRules(b.firm) {
		b.addCompulsory(rule)
	}
	for rule := range b.covers {
		if _, isHeld := b.firm.held[rule]; !isHeld {
			b.rules = append(b.rules, rule)
		}
	}
	slices.Sort(b.rules)
}

// judge notes whether rule covers problem i: certificates that are held are
// asked neither for a certifier nor for eligibility.
func (b *bundler) judge(i, size int, rule graph.ID, links []link) {
	f := b.facts
	if f.nodes[rule].Fields.Flag("detail") {
		return // candidates are rules; a detail rule counts for the rule that it implements
	}
	linked := graph.No
	for _, l := range links {
		if b.firm.concerns(l.edge()) {
			linked = graph.Or(linked, f.holds(l, b.params.Strength))
		}
	}
	_, isHeld := b.firm.held[rule]
	got, reason := graph.Yes, ""
	if !isHeld {
		got, reason = b.available(rule)
	}
	covers := graph.And(f.usable(rule), linked, got)
	switch {
	case covers == graph.Yes:
		b.covers[rule] = b.covers[rule].with(i, size)
	case covers == graph.ToReview:
		b.maybe[rule] = b.maybe[rule].with(i, size)
	}
	if reason != "" && graph.And(f.usable(rule), linked) != graph.No {
		item, ok := b.barred[rule]
		if !ok {
			item = IneligibleRule{Ref: refOf(f.nodes[rule]), Verdict: got.String(), Reason: reason}
		}
		item.Covers = append(item.Covers, b.problems[i])
		b.barred[rule] = item
	}
}

// available tells whether the firm can get a certificate under rule: eligible
// with all prerequisites, and somebody certifies.
func (b *bundler) available(rule graph.ID) (graph.Tri, string) {
	t, reason := b.facts.eligibleWithPrerequisites(rule, b.firm, map[graph.ID]bool{})
	if c := b.facts.certifiable(rule, b.params.Region); c < t {
		t, reason = c, "no_certifier"
		if c == graph.ToReview {
			reason = "certifier_to_review"
		}
	}
	return t, reason
}

// addCompulsory reports a compulsory rule; one that cannot be had is said so
// and not solved around.
func (b *bundler) addCompulsory(rule graph.ID) {
	f := b.facts
	_, isHeld := b.firm.held[rule]
	item := CompulsoryRule{Ref: refOf(f.nodes[rule]), Held: isHeld, Paths: []Path{}}
	for _, e := range f.outOf(rule, graph.Covers) {
		item.Paths = append(item.Paths, pathOf(e.To, e))
	}
	for _, product := range b.firm.products {
		for _, e := range f.into(product, graph.Covers) {
			if e.From == rule {
				item.Paths = append(item.Paths, pathOf(product, e))
			}
		}
	}
	if !isHeld {
		t, reason := b.available(rule)
		if t == graph.No {
			item.Reason = reason
		} else if _, known := b.covers[rule]; !known {
			b.covers[rule] = nil // must be had, even if it covers none of the problems
		}
	}
	b.must = append(b.must, item)
}

func sortedIDs[V any](m map[graph.ID]V) []graph.ID {
	ids := make([]graph.ID, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(x, y graph.ID) int { return cmp.Compare(x, y) })
	return ids
}
