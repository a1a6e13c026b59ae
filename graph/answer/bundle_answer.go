package answer

import (
	"slices"

	"zhitu/graph"
)

// answer spells out the choice that cover found.
func (b *bundler) answer(r coverResult) BundleAnswer {
	f := b.facts
	out := BundleAnswer{
		Problems: f.refs(b.problems), Coverable: []graph.ID{}, ToReview: []graph.ID{}, Compulsory: listOf(b.must),
		Minimal: b.chosen(r.best), Alternatives: [][]Ref{}, Ties: r.ties, Uncovered: []UncoveredItem{}, Credit: b.credit(),
		Ineligible: []IneligibleRule{}, Optimal: r.optimal, LowerBound: r.lower, Size: len(r.best),
		AuditSaving: AuditSaving{AtMost: 0.2, Basis: "IAF MD 11"},
	}
	for _, alternative := range r.all[1:min(len(r.all), b.params.Alternatives+1)] {
		out.Alternatives = append(out.Alternatives, b.refs(alternative))
	}
	if len(r.all) > b.params.Alternatives+1 {
		b.asked.Truncate("alternatives")
	}
	if !r.optimal {
		b.asked.Warn("not_proven_minimal", "")
	}
	b.splitProblems(&out)
	for _, id := range sortedIDs(b.barred) {
		out.Ineligible = append(out.Ineligible, b.barred[id])
	}
	for _, c := range out.Minimal {
		out.NewCoverage += len(c.New)
	}
	out.Cost = b.cost(r.best)
	if b.params.Firm != "" && len(b.problems) == 0 {
		b.asked.Warn("not_recorded", "problems")
	}
	b.asked.Warn("no_endorsement", "")
	return out
}

func (b *bundler) refs(chosen []int) []Ref {
	out := make([]Ref, 0, len(chosen))
	for _, i := range chosen {
		out = append(out, refOf(b.facts.nodes[b.rules[i]]))
	}
	return out
}

// splitProblems tells the covered from the perhaps covered and the uncovered.
func (b *bundler) splitProblems(out *BundleAnswer) {
	var sure, maybe bits
	for _, set := range b.covers {
		sure = sure.union(set)
	}
	for _, set := range b.maybe {
		maybe = maybe.union(set)
	}
	for i, id := range b.problems {
		switch {
		case sure.has(i):
			out.Coverable = append(out.Coverable, id)
		case maybe.has(i):
			out.ToReview = append(out.ToReview, id)
		default:
			l := ladder{facts: b.facts, problem: id, region: b.params.Region}
			class, _ := l.class(atWorst)
			best, _ := l.class(atBest)
			item := UncoveredItem{Ref: refOf(b.facts.nodes[id]), Class: class}
			if best != "" {
				item.ClassAtBest = &best
			}
			out.Uncovered = append(out.Uncovered, item)
		}
	}
}

// chosen explains each certificate of a choice, compulsory first.
func (b *bundler) chosen(choice []int) []ChosenRule {
	out := []ChosenRule{}
	var before bits
	for rule := range b.firm.held {
		before = before.union(b.covers[rule])
	}
	compulsory := map[graph.ID]bool{}
	for _, m := range b.must {
		compulsory[m.ID] = true
	}
	order := slices.Clone(choice)
	slices.SortStableFunc(order, func(x, y int) int {
		return boolRank(compulsory[b.rules[x]]) - boolRank(compulsory[b.rules[y]])
	})
	seen := before
	for _, i := range order {
		rule := b.rules[i]
		set := b.covers[rule]
		c := ChosenRule{
			Ref: refOf(b.facts.nodes[rule]), Why: "coverage", Covers: b.named(set), New: b.named(set.minus(seen)),
			Without: b.named(set.minus(b.others(choice, i).union(before))), RequiredFor: b.requiredFor(choice, rule), Paths: b.paths(rule, set),
		}
		switch {
		case compulsory[rule]:
			c.Why = "compulsory"
		case len(c.Without) == 0 && len(c.RequiredFor) > 0:
			c.Why = "prerequisite"
		}
		seen = seen.union(set)
		out = append(out, c)
	}
	return out
}

func boolRank(first bool) int {
	if first {
		return 0
	}
	return 1
}

func (b *bundler) named(set bits) []graph.ID {
	out := []graph.ID{}
	for _, i := range set.members() {
		out = append(out, b.problems[i])
	}
	return out
}

// others is what the rest of the choice covers.
func (b *bundler) others(choice []int, without int) bits {
	var set bits
	for _, i := range choice {
		if i != without {
			set = set.union(b.covers[b.rules[i]])
		}
	}
	return set
}

func (b *bundler) requiredFor(choice []int, rule graph.ID) []graph.ID {
	out := []graph.ID{}
	for _, i := range choice {
		for _, group := range b.facts.prerequisites(b.rules[i]) {
			if slices.Contains(group, rule) {
				out = append(out, b.rules[i])
			}
		}
	}
	return out
}

func (b *bundler) paths(rule graph.ID, set bits) []Path {
	out := []Path{}
	for _, i := range set.members() {
		for _, l := range b.links[i][rule] {
			out = append(out, pathOf(b.problems[i], l.path()...))
		}
	}
	return out
}

func (b *bundler) credit() []HeldRule {
	out := []HeldRule{}
	for _, rule := range sortedIDs(b.firm.held) {
		h := b.firm.held[rule]
		item := HeldRule{Ref: refOf(b.facts.nodes[rule]), Certificate: h.certificate, Covers: b.named(b.covers[rule]), Paths: []Path{}}
		if len(h.path) > 0 {
			item.Paths = append(item.Paths, pathOf(b.firm.id, h.path...))
		}
		out = append(out, item)
	}
	return out
}

// cost sums the chosen rules, only when it is recorded for every candidate:
// a sum over some would make the unsourced look cheap.
func (b *bundler) cost(choice []int) *CostRange {
	total := CostRange{Unit: "元"}
	chosen := map[graph.ID]bool{}
	for _, i := range choice {
		chosen[b.rules[i]] = true
	}
	for _, rule := range b.rules {
		low, okLow := b.facts.nodes[rule].Fields.Number("cost_low")
		high, okHigh := b.facts.nodes[rule].Fields.Number("cost_high")
		if !okLow || !okHigh {
			return nil
		}
		if chosen[rule] {
			total.Low, total.High = total.Low+low, total.High+high
		}
	}
	if len(b.rules) == 0 {
		return nil
	}
	return &total
}
