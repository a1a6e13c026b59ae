package oracletest_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/graph/answer/oracletest"
	"zhitu/graph/snapshot"
	"zhitu/seed"
)

// What the domain says in so many words, asked of the answers.

const (
	showcase   = "problem:qp-sw-01"
	today      = "2026-11-28"
	wireMesh   = "standard:gb_t-45970-2025" // GB/T 45970-2025, in force since 2026-02-01
	hotDip     = "standard:gb_t-13912-2020" // GB/T 13912-2020, the wrong first answer
	wrapTest   = "standard:gb_t-2976-2020"
	qms        = "rule:cnca-qms-01:2025"
	oldBicycle = "standard:gb-17761-2018"
	newBicycle = "standard:gb-17761-2024"
)

func solutionsOf(t *testing.T, s *snapshot.Snapshot, problem, day string) oracletest.Solutions {
	t.Helper()
	return asOracle(ask[solutionsJSON](t, s, day, "solutions", map[string]string{"id": problem}, nil, ""))
}

func TestTheShowcaseRejectsTheKeywordMatch(t *testing.T) {
	s := seeded(t, true)
	for _, day := range days {
		got := solutionsOf(t, s, showcase, day)
		if _, listed := got.Standards[hotDip]; listed {
			t.Errorf("on %s GB/T 13912-2020 is among the standards", day)
		}
		if reason := got.Rejected[hotDip]; !strings.Contains(reason, "范围排除连续热浸镀锌的丝以及编织网、焊接网") {
			t.Errorf("on %s GB/T 13912-2020 is rejected because %q", day, reason)
		}
	}
}

func TestTheShowcaseListsAMethodAsAMethod(t *testing.T) {
	type answered struct {
		Standards []struct {
			ID, Verdict string
			Mechanism   []string
			Counts      bool
		}
	}
	a := ask[answered](t, seeded(t, true), today, "solutions", map[string]string{"id": showcase}, nil, "")
	for _, i := range a.Standards {
		if i.ID == wrapTest {
			if i.Verdict != "applicable" || !slices.Equal(i.Mechanism, []string{"TEST"}) || i.Counts {
				t.Errorf("GB/T 2976-2020: %+v", i)
			}
			return
		}
	}
	t.Error("GB/T 2976-2020 is not listed")
}

func TestTheShowcaseChangesWithTheDate(t *testing.T) {
	s := seeded(t, true)
	now := solutionsOf(t, s, showcase, today)
	before := solutionsOf(t, s, showcase, "2025-01-01")
	if now.Standards[wireMesh].Status != "in_force" {
		t.Errorf("today GB/T 45970-2025 is %+v", now.Standards[wireMesh])
	}
	want := slices.Sorted(maps.Keys(now.Standards))
	want = slices.DeleteFunc(want, func(id string) bool { return id == wireMesh })
	if d := cmp.Diff(want, slices.Sorted(maps.Keys(before.Standards))); d != "" {
		t.Errorf("standards on 2025-01-01 (-want +got):\n%s", d)
	}
	if _, rejected := before.Rejected[wireMesh]; rejected {
		t.Error("on 2025-01-01 GB/T 45970-2025, not issued, is rejected")
	}
	if d := cmp.Diff(now.Certifiers, before.Certifiers); d != "" {
		t.Errorf("certifiers on 2025-01-01 (-today +then):\n%s", d)
	}
	if got := solutionsOf(t, s, showcase, "2025-12-01").Standards[wireMesh]; got.Status != "upcoming" {
		t.Errorf("on 2025-12-01 GB/T 45970-2025 is %+v", got)
	}
}

func TestTheShowcaseNamesEveryCertifierInNeutralOrder(t *testing.T) {
	type answered struct {
		Rules []struct {
			ID, Strength, Verdict string
			Covers                string
		}
		Certifiers []struct {
			ID, Verdict string
			ApprovalNo  string `json:"approval_no"`
			Rules       []struct {
				Rule    withID
				Undated bool
			}
		}
	}
	a := ask[answered](t, seeded(t, true), today, "solutions", map[string]string{"id": showcase}, nil, "")
	found := false
	for _, r := range a.Rules {
		found = found || r.ID == qms && r.Strength == "indirect"
	}
	if !found {
		t.Errorf("the rule of quality management systems is not listed as indirect: %+v", a.Rules)
	}
	var got, order []string
	for _, c := range a.Certifiers {
		key := c.Verdict + " 2 " + c.ID
		if c.ApprovalNo != "" {
			key = c.Verdict + " 1 " + c.ApprovalNo
		}
		order = append(order, key)
		for _, r := range c.Rules {
			if r.Rule.ID == qms && !slices.Contains(got, c.ID) {
				got = append(got, c.ID)
			}
		}
	}
	if !slices.IsSorted(order) {
		t.Errorf("the order is not neutral: %q", order)
	}
	slices.Sort(got)
	if d := cmp.Diff(namedFor(t, "CNCA-QMS-01:2025", "QMS"), got); d != "" {
		t.Errorf("certifiers of the rule (-files +answer):\n%s", d)
	}
}

// namedFor are the organizations of the files that are authorized for any of
// names.
func namedFor(t *testing.T, names ...string) []string {
	t.Helper()
	b, err := seed.Data().Open("organizations.json")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var f struct {
		Organizations []struct {
			ID         string
			Authorized []struct{ Rule string } `json:"authorized_for"`
		}
	}
	if err := json.NewDecoder(b).Decode(&f); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, o := range f.Organizations {
		for _, a := range o.Authorized {
			if slices.Contains(names, a.Rule) {
				out = append(out, "organization:"+o.ID)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestTheShowcaseHasNoRule(t *testing.T) {
	gaps := gapsOf(ask[gapsJSON](t, seeded(t, true), today, "gaps", nil, url.Values{"chain": {"sw"}}, ""))
	if g := gaps[showcase]; g.Class != "no_rule" || g.AtBest != "no_rule" || !slices.Contains(g.OutOfScope, hotDip) || !slices.Contains(g.MethodOnly, wrapTest) {
		t.Errorf("gap of the showcase: %+v", g)
	}
}

func TestEveryStandardAndRuleHasAPathAndEvidenceWithItsLevel(t *testing.T) {
	type item struct {
		ID    string
		Paths []struct{ Nodes, Edges []string }
		// Level is a pointer: left out, it would read as level 0.
		Evidence []struct{ Level *int }
	}
	w, s := world(t, true), seeded(t, true)
	for id := range w.Problems {
		a := ask[struct{ Standards, Rules, Rejected []item }](t, s, today, "solutions", map[string]string{"id": id}, nil, "")
		for _, i := range slices.Concat(a.Standards, a.Rules, a.Rejected) {
			if len(i.Paths) == 0 || len(i.Evidence) == 0 {
				t.Errorf("%s of %s: %d paths, %d items of evidence", i.ID, id, len(i.Paths), len(i.Evidence))
			}
			for _, p := range i.Paths {
				if len(p.Edges) == 0 || len(p.Nodes) != len(p.Edges)+1 || p.Nodes[0] != id || p.Nodes[len(p.Nodes)-1] != i.ID {
					t.Errorf("path to %s: %+v", i.ID, p)
				}
			}
			for _, e := range i.Evidence {
				if e.Level == nil || *e.Level < 0 || *e.Level > 4 {
					t.Errorf("%s of %s rests on evidence without level", i.ID, id)
				}
			}
		}
	}
}

func TestEditionsHaveTheStatusesOfTheWorkedTimelines(t *testing.T) {
	type edition struct {
		ID, Status string
		MayProduce *bool `json:"may_produce"`
		MaySell    *bool `json:"may_sell"`
	}
	s := seeded(t, false)
	for _, row := range []struct{ day, old, new, status, successor string }{
		{"2025-08-31", oldBicycle, newBicycle, "in_force", "upcoming"},
		{"2025-09-01", oldBicycle, newBicycle, "transition sell only", "in_force"},
		{"2025-11-30", oldBicycle, newBicycle, "transition sell only", "in_force"},
		{"2025-12-01", oldBicycle, newBicycle, "replaced", "in_force"},
		{"2025-10-30", "standard:gb_t-5330-2003", "standard:gb_t-5330-2025", "in_force", ""},
		{"2025-10-31", "standard:gb_t-5330-2003", "standard:gb_t-5330-2025", "in_force", "upcoming"},
		{"2026-04-30", "standard:gb_t-5330-2003", "standard:gb_t-5330-2025", "in_force", "upcoming"},
		{"2026-05-01", "standard:gb_t-5330-2003", "standard:gb_t-5330-2025", "replaced", "in_force"},
	} {
		a := ask[struct{ Editions []edition }](t, s, row.day, "timeline", map[string]string{"id": row.old}, nil, "")
		got := map[string]string{}
		for _, e := range a.Editions {
			got[e.ID] = e.Status
			if e.Status == "transition" && e.MaySell != nil && *e.MaySell && e.MayProduce != nil && !*e.MayProduce {
				got[e.ID] += " sell only"
			}
		}
		if got[row.old] != row.status || got[row.new] != row.successor {
			t.Errorf("on %s: %s is %q, %s is %q", row.day, row.old, got[row.old], row.new, got[row.new])
		}
	}
}

func TestAnEditionWithoutItsOwnDatesIsUnknownUntilItIsReplaced(t *testing.T) {
	ops, _, err := seed.Ops(seed.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range ops {
		if n := op.PutNode; n != nil && n.ID == oldBicycle {
			delete(n.Fields, "issued")
			delete(n.Fields, "effective")
			n.ValidFrom = graph.Unknown
		}
	}
	s := of(t, ops)
	for _, row := range [][2]string{{"2025-08-31", "unknown"}, {"2025-09-01", "transition"}, {"2025-11-30", "transition"}, {"2025-12-01", "replaced"}} {
		if got := solutionsOf(t, s, "problem:qp-ev-01", row[0]).Standards[oldBicycle].Status; got != row[1] {
			t.Errorf("on %s GB 17761-2018 is %s, not %s", row[0], got, row[1])
		}
	}
}
