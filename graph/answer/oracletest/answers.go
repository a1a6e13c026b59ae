package oracletest

import (
	"cmp"
	"slices"
)

var everyStrength = []string{"direct", "indirect", "supporting"}

// Item is one standard or rule of an answer.
type Item struct{ Verdict, Status, Strength, Reason string }

// RuleItem is one rule of an answer.
type RuleItem struct {
	Item
	Link    string // stated or derived
	Covers  string // C1 to C6, directly
	Details map[string]string
}

// Certifier is one organization of the ordered list.
type Certifier struct{ ID, Verdict string }

// Solutions is what the domain says that the question of the same name lists.
type Solutions struct {
	Standards    map[string]Item
	Rules        map[string]RuleItem
	Rejected     map[string]string // reason by id
	Certifiers   []Certifier
	Laboratories []string
	Cases        []string
	Policies     []string
}

// SolutionsOf lists what can solve p on day d.
func (w *World) SolutionsOf(p *Problem, d string) Solutions {
	s := Solutions{Standards: map[string]Item{}, Rules: map[string]RuleItem{}, Rejected: map[string]string{}}
	for _, j := range p.Addressed {
		e := w.Standards[j.By]
		switch {
		case !e.Present(d):
		case j.verdict() == no:
			s.Rejected[j.By] = j.Reason
		default:
			s.Standards[j.By] = Item{j.Verdict, e.Status(d), j.Strength, j.Reason}
		}
	}
	w.listRules(&s, p, d)
	w.listCertifiers(&s, d)
	for _, o := range w.Orgs {
		for _, c := range o.Capabilities {
			if (p.Characteristics[c.characteristic] || s.isTest(p, c.method)) && !contains(s.Laboratories, o.ID) {
				s.Laboratories = append(s.Laboratories, o.ID)
			}
		}
	}
	for _, c := range w.Cases {
		if c.Problem == p.ID {
			s.Cases = append(s.Cases, c.ID)
		}
	}
	for _, c := range w.ChainsOf(p) {
		for _, one := range w.Policies {
			if one.Chain == c.ID && one.From <= d && (one.To == "" || d <= one.To || d[:len(one.To)] == one.To) && !contains(s.Policies, one.ID) {
				s.Policies = append(s.Policies, one.ID)
			}
		}
	}
	slices.Sort(s.Laboratories)
	slices.Sort(s.Cases)
	slices.Sort(s.Policies)
	return s
}

// isTest tells whether a method is a listed standard with a test.
func (s *Solutions) isTest(p *Problem, method string) bool {
	if _, listed := s.Standards[method]; !listed {
		return false
	}
	for _, j := range p.Addressed {
		if j.By == method && contains(j.Mechanism, "TEST") {
			return true
		}
	}
	return false
}

// listRules puts each linked rule into the list, below its rule if it is a
// detail rule, or among the rejected.
func (w *World) listRules(s *Solutions, p *Problem, d string) {
	details := map[string]RuleItem{}
	for id, r := range w.Rules {
		l := w.linkOf(r, p, d)
		if !r.Present(d) || len(l.paths) == 0 {
			continue
		}
		best := slices.MaxFunc(l.paths, func(a, b pathway) int {
			return cmp.Or(cmp.Compare(a.verdict(), b.verdict()), -cmp.Compare(slices.Index(everyStrength, a.Strength), slices.Index(everyStrength, b.Strength)), -cmp.Compare(a.By, b.By))
		})
		if best.verdict() == no {
			s.Rejected[id] = best.Reason
			continue
		}
		item := RuleItem{
			Item:   Item{best.Verdict, w.RuleStatus(r, d), best.Strength, best.Reason},
			Link:   map[bool]string{true: "stated", false: "derived"}[l.stated],
			Covers: w.covers(r, p, d, "direct").String(), Details: map[string]string{},
		}
		if r.Detail {
			details[id] = item
		} else {
			s.Rules[id] = item
		}
	}
	for id, r := range w.Rules {
		for _, of := range r.Implements {
			if item, listed := s.Rules[of]; listed && r.Detail && r.Present(d) {
				item.Details[id] = w.RuleStatus(r, d)
			}
		}
	}
	for id, item := range details {
		under := false
		for _, of := range w.Rules[id].Implements {
			_, listed := s.Rules[of]
			under = under || listed
		}
		if !under {
			s.Rules[id] = item
		}
	}
}

// listCertifiers lists all that C6 knows for the listed rules: yes before 待核,
// those with an approval number first by number, then by id.
func (w *World) listCertifiers(s *Solutions, d string) {
	for _, o := range w.Orgs {
		verdict := no
		for id := range s.Rules {
			verdict = max(verdict, w.certifies(o, w.Rules[id], d))
		}
		if verdict != no {
			s.Certifiers = append(s.Certifiers, Certifier{o.ID, map[truth]string{yes: "applicable", perhaps: "to_review"}[verdict]})
		}
	}
	slices.SortFunc(s.Certifiers, func(a, b Certifier) int {
		x, y := w.Orgs[a.ID].ApprovalNo, w.Orgs[b.ID].ApprovalNo
		if (x == "") != (y == "") && a.Verdict == b.Verdict {
			return map[bool]int{true: 1, false: -1}[x == ""]
		}
		return cmp.Or(cmp.Compare(a.Verdict, b.Verdict), cmp.Compare(x, y), cmp.Compare(a.ID, b.ID))
	})
}

// ChainCount is one line of the overview.
type ChainCount struct {
	Segments, Firms, Problems, Covered, Solved, Standards, Rules, Certifiers, Laboratories int
}

// OverviewOf counts one chain.
func (w *World) OverviewOf(c *Chain, d string) ChainCount {
	n := ChainCount{Segments: len(c.Segments), Firms: c.Firms}
	standards, rules, certifiers, laboratories := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, p := range w.Problems {
		if !slices.Contains(w.ChainsOf(p), c) {
			continue
		}
		n.Problems++
		if w.covered(p, d) == yes {
			n.Covered++
		}
		for _, j := range p.Addressed {
			if j.verdict() != no && w.Standards[j.By].Present(d) {
				standards[j.By] = true
			}
		}
		for _, j := range p.Covered {
			if j.verdict() != no && w.Rules[j.By].Present(d) {
				rules[j.By] = true
			}
		}
		s := w.SolutionsOf(p, d)
		for _, one := range s.Certifiers {
			certifiers[one.ID] = true
		}
		for _, id := range s.Laboratories {
			laboratories[id] = true
		}
	}
	n.Standards, n.Rules, n.Certifiers, n.Laboratories = len(standards), len(rules), len(certifiers), len(laboratories)
	return n
}

// covered: some rule covers p in its chain, directly.
func (w *World) covered(p *Problem, d string) truth {
	out := no
	for _, r := range w.Rules {
		if r.Present(d) {
			out = max(out, w.covers(r, p, d, "direct"))
		}
	}
	return out
}

// BundleOf tells for each problem of a chain whether some rule of the schemes
// covers it, directly and whoever asks.
func (w *World) BundleOf(schemes []string, c *Chain, d string) map[string]string {
	out := map[string]string{}
	for id, p := range w.Problems {
		if !slices.Contains(w.ChainsOf(p), c) {
			continue
		}
		t := no
		for _, r := range w.Rules {
			if contains(schemes, r.Scheme) && r.Present(d) {
				t = max(t, w.covers(r, p, d, "direct"))
			}
		}
		out[id] = t.String()
	}
	return out
}

// UpstreamOf returns the segments from which goods reach start, by fewest hops.
func (w *World) UpstreamOf(start string, depth int) [][]string {
	met, frontier := map[string]bool{start: true}, []string{start}
	levels := [][]string{}
	for range depth {
		next := []string{}
		for _, s := range w.Supplies {
			if contains(frontier, s[1]) && !met[s[0]] {
				met[s[0]] = true
				next = append(next, s[0])
			}
		}
		if len(next) == 0 {
			break
		}
		slices.Sort(next)
		levels, frontier = append(levels, next), next
	}
	return levels
}
