package oracletest

// Gap is what the ladder says of one problem: the first class that holds with
// every missing fact read as no, and with every one read as yes. An empty class
// is none: covered.
type Gap struct {
	Class, Why, AtBest string
	OutOfScope         []string // standards that are 不适用
	MethodOnly         []string // standards that are a test method and no requirement
	TermsOnly          []string // standards that are terms and no more
	Unjudged           []string // standards whose applicability is 待核
}

// GapOf climbs the ladder twice.
func (w *World) GapOf(p *Problem, d string) Gap {
	class, why := w.climb(p, d, func(t truth) bool { return t == yes })
	atBest, _ := w.climb(p, d, func(t truth) bool { return t != no })
	g := Gap{Class: class, Why: why, AtBest: atBest}
	for _, j := range p.Addressed {
		switch {
		case !w.Standards[j.By].Present(d):
		case j.judged() == no:
			g.OutOfScope = append(g.OutOfScope, j.By)
		case j.judged() == perhaps:
			g.Unjudged = append(g.Unjudged, j.By)
		case !counts(j.Mechanism) && contains(j.Mechanism, "TEST"):
			g.MethodOnly = append(g.MethodOnly, j.By)
		case !counts(j.Mechanism):
			g.TermsOnly = append(g.TermsOnly, j.By)
		}
	}
	return g
}

// climb returns the first class that holds. holds reads a truth as it is or as
// it might be at best.
func (w *World) climb(p *Problem, d string, holds func(truth) bool) (class, why string) {
	statedDirect, statedOther := w.statedBy(p, d, holds)
	var left, inForce, direct []Judgement
	for _, j := range p.Addressed {
		if !w.Standards[j.By].Present(d) || !holds(j.judged()) {
			continue
		}
		left = append(left, j)
		if !holds(usable(w.Standards[j.By].Status(d))) {
			continue
		}
		inForce = append(inForce, j)
		if j.Strength == "direct" && counts(j.Mechanism) {
			direct = append(direct, j)
		}
	}
	switch {
	case statedDirect:
		return w.lastRungs(p, d, holds), ""
	case len(left) == 0 && !statedOther:
		return "no_standard", ""
	case len(inForce) == 0 && !statedOther:
		return "withdrawn_only", w.why(left, d)
	case len(direct) == 0:
		return "indirect_only", ""
	case w.noTestMethod(p, d, direct, inForce, holds):
		return "no_test_method", ""
	}
	return w.lastRungs(p, d, holds), ""
}

// statedBy tells which strengths rules in force state for p.
func (w *World) statedBy(p *Problem, d string, holds func(truth) bool) (direct, other bool) {
	for _, j := range p.Covered {
		r := w.Rules[j.By]
		if !r.Present(d) || !holds(all(j.judged(), w.inForce(r, d))) {
			continue
		}
		if j.Strength == "direct" {
			direct = true
		} else {
			other = true
		}
	}
	return direct, other
}

// why is the first present of dates_unknown, upcoming, withdrawn.
func (w *World) why(left []Judgement, d string) string {
	met := map[string]bool{}
	for _, j := range left {
		met[w.Standards[j.By].Status(d)] = true
	}
	switch {
	case met["unknown"]:
		return "dates_unknown"
	case met["upcoming"]:
		return "upcoming"
	}
	return "withdrawn"
}

// noTestMethod: a requirement, and nothing that could measure it.
func (w *World) noTestMethod(p *Problem, d string, direct, inForce []Judgement, holds func(truth) bool) bool {
	if p.Category == "QM" || p.Category == "BR" {
		return false
	}
	var requirements []string
	for _, j := range direct {
		if contains(j.Mechanism, "REQ") {
			requirements = append(requirements, j.By)
		}
	}
	if len(requirements) == 0 {
		return false
	}
	for _, r := range w.Rules {
		for _, s := range requirements {
			if contains(r.BasedOn, s) && r.Present(d) && holds(w.inForce(r, d)) {
				return false
			}
		}
	}
	for _, j := range inForce {
		if contains(j.Mechanism, "TEST") {
			return false
		}
	}
	for _, o := range w.Orgs {
		for _, c := range o.Capabilities {
			if p.Characteristics[c.characteristic] {
				return false
			}
		}
	}
	return true
}

// lastRungs: a rule in force that is linked directly, and somebody who is
// authorized for it.
func (w *World) lastRungs(p *Problem, d string, holds func(truth) bool) string {
	class := "no_rule"
	for _, r := range w.Rules {
		if !r.Present(d) || !holds(all(w.inForce(r, d), w.linkOf(r, p, d).linked("direct"))) {
			continue
		}
		if holds(w.certifiable(r, d)) {
			return ""
		}
		class = "no_certifier"
	}
	return class
}
