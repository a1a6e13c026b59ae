package oracletest

// systems are the schemes whose code stands for all of their rules; of the
// other ones the scope would have to be known.
var systems = []string{"QMS", "EMS", "OHSMS", "ISMS", "ITSMS", "EnMS", "FSMS", "HACCP", "IATF16949", "SCSMS"}

var scoped = []string{"CCC", "VPC", "SVC", "GREEN", "CR", "ORGANIC"}

// link is how a rule is tied to a problem: by its own stated judgement, or by
// those of the standards that it is based on.
type link struct {
	stated bool
	paths  []pathway
}

// pathway is one such tie: what it rests on and how far it holds (C2, C3, C5),
// the strength left to whoever asks.
type pathway struct {
	Judgement
	holds truth
}

// linkOf returns the tie of r to p at d; a reviewed statement replaces whatever
// could be derived.
func (w *World) linkOf(r *Rule, p *Problem, d string) link {
	var l link
	for _, j := range p.Covered {
		if j.By == r.ID {
			l.paths = append(l.paths, pathway{j, j.judged()})
			l.stated = l.stated || j.Reviewed
		}
	}
	if l.stated {
		return l
	}
	settled := no // what is stated of a rule holds for the detail rules that implement it
	for _, j := range p.Covered {
		if j.Reviewed && contains(r.Implements, j.By) {
			settled = yes
		}
	}
	for _, s := range r.BasedOn {
		for _, j := range p.Addressed {
			// C3: by a test method or terms alone nothing is derived.
			if e := w.Standards[s]; j.By == s && e.Present(d) && counts(j.Mechanism) {
				l.paths = append(l.paths, pathway{j, all(usable(e.Status(d)), j.judged(), yes-settled)})
			}
		}
	}
	return l
}

// linked is C2 to C5 for the strengths that are wanted.
func (l link) linked(strengths ...string) truth {
	out := no
	for _, p := range l.paths {
		if contains(strengths, p.Strength) {
			out = max(out, p.holds)
		}
	}
	return out
}

// inForce is C1.
func (w *World) inForce(r *Rule, d string) truth { return usable(w.RuleStatus(r, d)) }

// covers is C1 to C6.
func (w *World) covers(r *Rule, p *Problem, d string, strengths ...string) truth {
	return all(w.inForce(r, d), w.linkOf(r, p, d).linked(strengths...), w.certifiable(r, d))
}

// certifiable is C6 over every organization.
func (w *World) certifiable(r *Rule, d string) truth {
	if r.SelfDeclared { // no certifier exists
		return yes
	}
	out := no
	for _, o := range w.Orgs {
		out = max(out, w.certifies(o, r, d))
	}
	return out
}

// certifies is C6 for one organization. It does not depend on the problem, so
// it is kept.
func (w *World) certifies(o *Organization, r *Rule, d string) truth {
	key := [3]string{o.ID, r.ID, d}
	t, known := w.certified[key]
	if !known {
		t = w.judgeCertifier(o, r, d)
		w.certified[key] = t
	}
	return t
}

func (w *World) judgeCertifier(o *Organization, r *Rule, d string) truth {
	if r.SelfDeclared || r.Scheme == "EEC" && !contains(o.Types, "foreign_authority") {
		return no
	}
	out := no
	for _, a := range o.Authorized {
		if a.from != "" && d < a.from || a.to != "" && d > a.to {
			continue
		}
		held := yes
		if a.level == 0 {
			held = perhaps
		}
		out = max(out, all(held, w.reaches(a, o, r, d)))
	}
	return out
}

// reaches tells whether what an authorization names is r: r itself, another
// version of it when no dates tie the authorization to one, a detail rule in
// force that implements r, or its scheme.
func (w *World) reaches(a authorization, o *Organization, r *Rule, d string) truth {
	if a.rule == "" {
		switch {
		case a.scheme != r.Scheme || r.Detail && r.Issuer != o.ID:
			return no
		case contains(systems, a.scheme):
			return yes
		case contains(scoped, a.scheme):
			return perhaps
		}
		return no
	}
	named := []string{a.rule}
	if a.from == "" && a.to == "" {
		named = w.versions(a.rule)
	}
	out := no
	for _, id := range named {
		n := w.Rules[id]
		if id == r.ID {
			out = yes
		}
		if n.Detail && n.Present(d) && contains(n.Implements, r.ID) {
			out = max(out, usable(w.RuleStatus(n, d)))
		}
	}
	return out
}

// versions are all rules that REPLACES links with id, either way and however
// far.
func (w *World) versions(id string) []string {
	out := []string{id}
	for i := 0; i < len(out); i++ {
		for _, r := range w.Rules {
			for _, s := range r.Successors {
				if r.ID == out[i] && !contains(out, s.by.ID) {
					out = append(out, s.by.ID)
				}
				if s.by.ID == out[i] && !contains(out, r.ID) {
					out = append(out, r.ID)
				}
			}
		}
	}
	return out
}
