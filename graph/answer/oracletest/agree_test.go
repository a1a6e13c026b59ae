package oracletest_test

import (
	"maps"
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/graph/answer/oracletest"
)

type judgedJSON struct {
	ID       string
	Verdict  string
	Reason   string
	Status   string
	Strength string
	Link     string
	Covers   string
	Details  []struct{ ID, Status string }
}

type withID struct{ ID string }

type solutionsJSON struct {
	Standards, Rules, Rejected             []judgedJSON
	Certifiers                             []oracletest.Certifier
	Laboratories, Cases, Policies, Experts []withID
}

func ids(list []withID) []string {
	var out []string
	for _, one := range list {
		out = append(out, one.ID)
	}
	slices.Sort(out)
	return out
}

// asOracle writes an answer in the oracle's words.
func asOracle(a solutionsJSON) oracletest.Solutions {
	s := oracletest.Solutions{
		Standards: map[string]oracletest.Item{}, Rules: map[string]oracletest.RuleItem{}, Rejected: map[string]string{},
		Certifiers: a.Certifiers, Laboratories: ids(a.Laboratories), Cases: ids(a.Cases), Policies: ids(a.Policies),
	}
	item := func(j judgedJSON) oracletest.Item {
		return oracletest.Item{Verdict: j.Verdict, Status: j.Status, Strength: j.Strength, Reason: j.Reason}
	}
	for _, j := range a.Standards {
		s.Standards[j.ID] = item(j)
	}
	for _, j := range a.Rules {
		r := oracletest.RuleItem{Item: item(j), Link: j.Link, Covers: j.Covers, Details: map[string]string{}}
		for _, d := range j.Details {
			r.Details[d.ID] = d.Status
		}
		s.Rules[j.ID] = r
	}
	for _, j := range a.Rejected {
		s.Rejected[j.ID] = j.Reason
	}
	if len(s.Certifiers) == 0 {
		s.Certifiers = nil
	}
	return s
}

func TestSolutionsAgreeWithTheOracle(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			w, s := world(t, v.firms), seeded(t, v.firms)
			for _, day := range v.days {
				for _, id := range slices.Sorted(maps.Keys(w.Problems)) {
					a := ask[solutionsJSON](t, s, day, "solutions", map[string]string{"id": id}, nil, "")
					if d := cmp.Diff(w.SolutionsOf(w.Problems[id], day), asOracle(a)); d != "" {
						t.Errorf("%s on %s (- oracle, + answer):\n%s", id, day, d)
					}
				}
			}
		})
	}
}

type gapsJSON struct {
	Items []struct {
		Problem     withID
		Class, Why  string
		ClassAtBest *string `json:"class_at_best"`
		Missing     []withID
		Dropped     []struct{ ID, Why string }
	}
}

// gapsOf writes the answer in the oracle's words.
func gapsOf(a gapsJSON) map[string]oracletest.Gap {
	out := map[string]oracletest.Gap{}
	for _, i := range a.Items {
		g := oracletest.Gap{Class: i.Class, Why: i.Why}
		if i.ClassAtBest != nil {
			g.AtBest = *i.ClassAtBest
		}
		for _, d := range i.Dropped {
			switch d.Why {
			case "not_applicable":
				g.OutOfScope = append(g.OutOfScope, d.ID)
			case "test_method_only":
				g.MethodOnly = append(g.MethodOnly, d.ID)
			case "terms_only":
				g.TermsOnly = append(g.TermsOnly, d.ID)
			case "to_review":
				g.Unjudged = append(g.Unjudged, d.ID)
			}
		}
		sorted(&g)
		out[i.Problem.ID] = g
	}
	return out
}

func sorted(g *oracletest.Gap) {
	slices.Sort(g.OutOfScope)
	slices.Sort(g.MethodOnly)
	slices.Sort(g.TermsOnly)
	slices.Sort(g.Unjudged)
}

func TestGapsAgreeWithTheOracle(t *testing.T) {
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			w, s := world(t, v.firms), seeded(t, v.firms)
			for _, day := range v.days {
				want := map[string]oracletest.Gap{}
				for id, p := range w.Problems {
					if g := w.GapOf(p, day); g.Class != "" {
						sorted(&g)
						want[id] = g
					}
				}
				a := ask[gapsJSON](t, s, day, "gaps", nil, nil, "")
				if d := cmp.Diff(want, gapsOf(a)); d != "" {
					t.Errorf("on %s (- oracle, + answer):\n%s", day, d)
				}
			}
		})
	}
}

func TestTheOverviewAgreesWithTheOracle(t *testing.T) {
	type line struct {
		Chain withID
		oracletest.ChainCount
	}
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			w, s := world(t, v.firms), seeded(t, v.firms)
			for _, day := range v.days {
				want, got := map[string]oracletest.ChainCount{}, map[string]oracletest.ChainCount{}
				for id, c := range w.Chains {
					want[id] = w.OverviewOf(c, day)
				}
				for _, l := range ask[struct{ Chains []line }](t, s, day, "overview", nil, nil, "").Chains {
					got[l.Chain.ID] = l.ChainCount
				}
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("on %s (- oracle, + answer):\n%s", day, d)
				}
			}
		})
	}
}

func TestUpstreamAgreesWithTheOracle(t *testing.T) {
	w, s := world(t, false), seeded(t, false)
	for _, depth := range []int{1, 2, 3, 12} {
		for _, c := range w.Chains {
			for _, id := range c.Segments {
				got := upstream(t, s, id, depth)
				if d := cmp.Diff(w.UpstreamOf(id, depth), got); d != "" {
					t.Errorf("%s to depth %d (- oracle, + answer):\n%s", id, depth, d)
				}
			}
		}
	}
}

func TestTheStatusOfEveryEditionAgreesWithTheOracle(t *testing.T) {
	type edition struct{ ID, Status string }
	w, s := world(t, false), seeded(t, false)
	for _, day := range days {
		for _, id := range slices.Sorted(maps.Keys(w.Standards)) {
			if !w.Standards[id].Present(day) {
				continue
			}
			a := ask[struct{ Editions []edition }](t, s, day, "timeline", map[string]string{"id": id}, nil, "")
			got := map[string]string{}
			for _, e := range a.Editions {
				got[e.ID] = e.Status
			}
			if want := w.Standards[id].Status(day); got[id] != want {
				t.Errorf("on %s %s is %s, the oracle says %s", day, id, got[id], want)
			}
		}
	}
}

func TestTheGapsOfAChainAreThoseOfItsProblems(t *testing.T) {
	w, s := world(t, false), seeded(t, false)
	all := gapsOf(ask[gapsJSON](t, s, today, "gaps", nil, nil, ""))
	for id, c := range w.Chains {
		want := map[string]bool{}
		for p := range all {
			if slices.Contains(w.ChainsOf(w.Problems[p]), c) {
				want[p] = true
			}
		}
		got := map[string]bool{}
		for p := range gapsOf(ask[gapsJSON](t, s, today, "gaps", nil, url.Values{"chain": {id}}, "")) {
			got[p] = true
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("gaps of %s (-want +got):\n%s", id, d)
		}
	}
}

func TestWhatABundleCoversAgreesWithTheOracle(t *testing.T) {
	type answered struct {
		Covered   []string
		ToReview  []string `json:"to_review"`
		Uncovered []withID
	}
	w, s := world(t, false), seeded(t, false)
	for bundle, schemes := range map[string][]string{
		"三证同步认证": {"CCC", "QMS", "IATF16949"}, "1＋N融合认证": {"QMS", "ITSMS", "SCSMS", "EnMS"},
	} {
		for _, day := range days {
			for id, c := range w.Chains {
				a := ask[answered](t, s, day, "coverage", nil, url.Values{"bundle": {graph.DerivedID("bundle", bundle)}, "chain": {id}}, "")
				got := map[string]string{}
				for _, p := range a.Covered {
					got[p] = "yes"
				}
				for _, p := range a.ToReview {
					got[p] = "to_review"
				}
				for _, p := range a.Uncovered {
					got[p.ID] = "no"
				}
				if d := cmp.Diff(w.BundleOf(schemes, c, day), got); d != "" {
					t.Errorf("%s in %s on %s (- oracle, + answer):\n%s", bundle, id, day, d)
				}
			}
		}
	}
}
