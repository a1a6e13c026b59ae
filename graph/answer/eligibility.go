package answer

import (
	"context"
	"slices"
	"strings"

	"zhitu/graph"
)

// Condition C7, and what a firm brings: its products, segments, problems and
// certificates.

// firmFacts is what coverage for one firm rests on.
type firmFacts struct {
	id       graph.ID
	products []graph.ID // MAKES
	names    map[string]bool
	classes  []string          // GB/T 4754 classes of its products and chains, digits only
	held     map[graph.ID]held // rules under which it holds a valid certificate
}

// held is one certificate that counts on the date.
type held struct {
	certificate graph.ID
	path        []*graph.Edge // firm → certificate → rule (→ the rule a detail rule implements)
}

func (f *facts) loadFirm(ctx context.Context, id graph.ID) (*firmFacts, error) {
	met, err := f.expand(ctx, []graph.ID{id}, outward(graph.Makes, graph.OperatesIn, graph.Holds, graph.HasRole))
	if err != nil {
		return nil, err
	}
	products, segments := f.ofKind(met, graph.Product), f.ofKind(met, graph.Segment)
	if _, err := f.expand(ctx, products, inward(graph.Covers)); err != nil {
		return nil, err
	}
	chains, err := f.expand(ctx, segments, inward(graph.HasSegment), outward(graph.HasProcess))
	if err != nil {
		return nil, err
	}
	under, err := f.expand(ctx, f.ofKind(met, graph.Certificate), outward(graph.Under))
	if err != nil {
		return nil, err
	}
	if err := f.loadRules(ctx, under); err != nil {
		return nil, err
	}
	firm := &firmFacts{id: id, products: products, names: map[string]bool{}, held: map[graph.ID]held{}}
	for _, p := range append(products, f.ofKind(chains, graph.Process)...) {
		firm.names[f.nodes[p].Name], firm.names[string(p)] = true, true
	}
	for _, p := range products {
		firm.addClass(f.nodes[p].Fields.Text("gbt4754"))
	}
	f.addHeld(firm)
	return firm, nil
}

func (firm *firmFacts) addClass(text string) {
	if c := industryDigits(text); c != "" && !slices.Contains(firm.classes, c) {
		firm.classes = append(firm.classes, c)
	}
}

// industryDigits returns the code of a GB/T 4754 class: "C3770 助动车制造" and
// "3770" are the same.
func industryDigits(text string) string {
	text = strings.TrimLeft(strings.TrimSpace(text), "ABCDEFGHIJKLMNOPQRSTabcdefghijklmnopqrst")
	end := 0
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	return text[:end]
}

// addHeld finds the rules under which the firm holds a certificate that is
// valid on the date: by its dates and, from its day on, by its recorded status.
// A certificate under a detail rule counts for the rule that it implements;
// one under a replaced version does not count for the new one.
func (f *facts) addHeld(firm *firmFacts) {
	for _, h := range f.outOf(firm.id, graph.Holds) {
		if certificateValid(f.nodes[h.To], f.view.AsOf()) != graph.Yes {
			continue
		}
		for _, u := range f.outOf(h.To, graph.Under) {
			firm.held[u.To] = held{h.To, []*graph.Edge{h, u}}
			for _, i := range f.outOf(u.To, graph.Implements) {
				firm.held[i.To] = held{h.To, []*graph.Edge{h, u, i}}
			}
		}
	}
}

// certificateValid tells whether a certificate is valid at d. Its recorded
// status counts from status_since on; before that, and for "valid", the dates
// decide. An expired or suspended certificate is not held.
func certificateValid(n *graph.Node, d graph.Date) graph.Tri {
	starts, ends := n.Fields.Span("starts_on"), n.Fields.Span("ends_on")
	t := graph.Yes
	if starts.Known() {
		t = graph.And(t, starts.Reached(d))
	}
	if ends.Known() { // the first day on which it is no longer valid
		t = graph.And(t, graph.Yes-ends.Reached(d))
	}
	if !starts.Known() && !ends.Known() {
		t = graph.ToReview
	}
	if status := n.Fields.Text("certificate_status"); status != "" && status != "valid" {
		since := n.Fields.Span("status_since")
		if !since.Known() {
			return graph.No
		}
		t = graph.And(t, graph.Yes-since.Reached(d))
	}
	return t
}

// eligible is C7 for rule itself: may the firm apply for it. A rule that names
// firms is for these only; one that names industries for firms in them, and
// where the firm's industries do not say so it is to_review, not no: a maker
// of motors may well supply cars.
func (f *facts) eligible(rule graph.ID, firm *firmFacts) (graph.Tri, string) {
	n := f.nodes[rule]
	if firms := n.Fields.Texts("eligible_firms"); len(firms) > 0 {
		if slices.Contains(firms, string(firm.id)) {
			return graph.Yes, ""
		}
		return graph.No, "not_eligible_firm"
	}
	industries := n.Fields.Texts("eligible_industries")
	if len(industries) == 0 || industriesMeet(industries, firm.classes) {
		return graph.Yes, ""
	}
	return graph.ToReview, "eligibility_to_review"
}

func industriesMeet(wanted, own []string) bool {
	return slices.ContainsFunc(wanted, func(w string) bool {
		return slices.ContainsFunc(own, func(o string) bool {
			return strings.HasPrefix(o, industryDigits(w)) || strings.HasPrefix(industryDigits(w), o) && len(o) >= 2
		})
	})
}

// prerequisites returns, for each rule that rule REQUIRES, the versions of it
// that satisfy the requirement.
func (f *facts) prerequisites(rule graph.ID) [][]graph.ID {
	var out [][]graph.ID
	for _, r := range f.requirements(rule) {
		out = append(out, r.versions)
	}
	return out
}

// eligibleWithPrerequisites is C7 whole: rule, and everything that it requires
// and the firm does not hold.
func (f *facts) eligibleWithPrerequisites(rule graph.ID, firm *firmFacts, seen map[graph.ID]bool) (graph.Tri, string) {
	t, reason := f.eligible(rule, firm)
	seen[rule] = true
	for _, group := range f.prerequisites(rule) {
		best, why := graph.No, "prerequisite_not_available"
		for _, id := range group {
			if _, has := firm.held[id]; has || seen[id] {
				best, why = graph.Yes, ""
				break
			}
			if f.usable(id) == graph.No {
				continue
			}
			if e, r := f.eligibleWithPrerequisites(id, firm, seen); e > best {
				best, why = e, r
			}
		}
		if best < t {
			t, reason = best, why
		}
	}
	delete(seen, rule)
	return t, reason
}

// concernsFirm is C5's "the one in question" for a firm: an edge that names a
// product or process speaks of the firm only if that is one of its own.
func (firm *firmFacts) concerns(e *graph.Edge) bool {
	for _, field := range []string{"applicability_product", "applicability_process"} {
		if named := e.Fields.Text(field); named != "" && !firm.names[named] {
			return false
		}
	}
	return true
}

// coversFor is C1–C7: whether rule covers problem for the firm.
func (f *facts) coversFor(rule graph.ID, links []link, s strengths, region string, firm *firmFacts) graph.Tri {
	linked := graph.No
	for _, l := range links {
		if firm.concerns(l.edge()) {
			linked = graph.Or(linked, f.holds(l, s))
		}
	}
	e, _ := f.eligibleWithPrerequisites(rule, firm, map[graph.ID]bool{})
	return graph.And(f.usable(rule), linked, f.certifiable(rule, region), e)
}

// compulsoryRules returns the rules that the firm's products must have on the
// date: compulsory, in force, covering a product of the firm, from a day that
// has come.
func (f *facts) compulsoryRules(firm *firmFacts) []graph.ID {
	var out []graph.ID
	for _, p := range firm.products {
		for _, e := range f.into(p, graph.Covers) {
			from := e.Fields.Span("compulsory_from")
			due := !from.Known() || from.Reached(f.view.AsOf()) == graph.Yes
			if f.nodes[e.From].Fields.Flag("compulsory") && due && verdictOf(e) == graph.Yes && f.usable(e.From) == graph.Yes {
				out = append(out, e.From)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
