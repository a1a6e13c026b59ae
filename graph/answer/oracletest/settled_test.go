package oracletest_test

import (
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/seed"
)

// One test for each point on which the oracle and the answers once differed;
// docs/domain.md says how the open ones were settled.

func TestAnUndatedAuthorizationReachesVersionsBeforeTheOneItNames(t *testing.T) {
	// CNCA-QMS-01:2025 was issued on 2025-08-31; who is authorized for it, since
	// when is not recorded, certified by the version before.
	got := solutionsOf(t, seeded(t, false), showcase, "2025-01-01")
	if _, there := got.Rules[qms]; there {
		t.Error("a rule is listed before it is issued")
	}
	if len(got.Rules) == 0 {
		t.Fatal("the version of 2016 is not listed")
	}
	var certifiers []string
	for _, c := range got.Certifiers {
		certifiers = append(certifiers, c.ID)
	}
	for _, id := range namedFor(t, "CNCA-QMS-01:2025") {
		if !slices.Contains(certifiers, id) {
			t.Errorf("%s does not certify by the version of 2016", id)
		}
	}
}

func TestARequirementReachesVersionsBeforeTheOneItNames(t *testing.T) {
	type answered struct {
		Prerequisites []struct{ Rule, Requires withID }
	}
	iatf := graph.DerivedID("rule", "汽车质量管理体系认证（IATF 16949）")
	for day, want := range map[string]string{
		today: qms, "2025-01-01": graph.DerivedID("rule", "质量管理体系认证规则（2016年版）"),
	} {
		a := ask[answered](t, seeded(t, false), day, "coverage", nil, url.Values{"rules": {iatf}, "chain": {"xnycl"}}, "")
		if len(a.Prerequisites) != 1 || a.Prerequisites[0].Requires.ID != want {
			t.Errorf("on %s IATF 16949 requires %+v", day, a.Prerequisites)
		}
	}
}

func TestADetailRuleThatHasEndedMakesNoCertifier(t *testing.T) {
	// CBC-C1116-2021 and CCAP-C11-16-2018 implement versions that are replaced:
	// what is left of these two is a scheme code without scope.
	got := solutionsOf(t, seeded(t, false), "problem:qp-ev-01", today)
	want := map[string]string{"organization:org-cqc": "applicable", "organization:org-cbc": "to_review", "organization:org-ccap": "to_review"}
	for _, c := range got.Certifiers {
		if v, named := want[c.ID]; named && v != c.Verdict {
			t.Errorf("%s is %s", c.ID, c.Verdict)
		}
		delete(want, c.ID)
	}
	if len(want) > 0 {
		t.Errorf("not listed: %v", want)
	}
}

func TestNobodyCertifiesWhatTheMakerDeclares(t *testing.T) {
	got := solutionsOf(t, seeded(t, false), "problem:qp-znzb-02", today)
	if _, listed := got.Rules["rule:cnca-c04-01:2014"]; !listed || len(got.Certifiers) > 0 {
		t.Errorf("rules %v, certifiers %v", got.Rules, got.Certifiers)
	}
}

func TestASchemeCodeIsNoAuthorizationForTheDetailRuleOfAnother(t *testing.T) {
	type answered struct {
		Items []withID
	}
	a := ask[answered](t, seeded(t, false), today, "certifiers", nil, url.Values{"rule": {"rule:cqc-c1121-2024"}}, "")
	if d := cmp.Diff([]string{"organization:org-cqc"}, ids(a.Items)); d != "" {
		t.Errorf("certifiers by CQC-C1121-2024 (-want +got):\n%s", d)
	}
}

func TestARuleOnAnotherStandardIsNoTestMethodForARequirement(t *testing.T) {
	// At best a rule in force is based on GB/T 15706-2012, which is a process;
	// nothing tests what the requirements ask for.
	g := gapsOf(ask[gapsJSON](t, seeded(t, false), today, "gaps", nil, nil, ""))["problem:qp-znzb-12"]
	if g.Class != "no_test_method" || g.AtBest != "no_test_method" {
		t.Errorf("qp-znzb-12: %+v", g)
	}
}

func TestTermsAreNotCalledATestMethod(t *testing.T) {
	gaps := gapsOf(ask[gapsJSON](t, seeded(t, false), "2025-01-01", "gaps", nil, nil, ""))
	g := gaps["problem:qp-common-02"]
	if !slices.Equal(g.TermsOnly, []string{"standard:jjf-1001-2011"}) || len(g.MethodOnly) > 0 {
		t.Errorf("qp-common-02: %+v", g)
	}
}

func TestADetailRuleShowsTheStatusOfAVersionThatHasEnded(t *testing.T) {
	ops, _, err := seed.Ops(seed.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range ops {
		if n := op.PutNode; n != nil && n.ID == "rule:cbc-c1116-2021" {
			n.Fields["effective"] = "2027-01-01" // by itself it would be upcoming
		}
	}
	got := solutionsOf(t, of(t, ops), "problem:qp-ev-01", today).Rules["rule:cnca-c11-16:2021"]
	if got.Details["rule:cbc-c1116-2021"] != "replaced" {
		t.Errorf("details of the replaced version: %v", got.Details)
	}
}

func TestADetailRuleCoversNoMoreThanTheRuleThatItImplements(t *testing.T) {
	// CQC-C1116-2023 is based on GB 42295-2022, which addresses the problem
	// directly; of the rule that it implements it is stated: indirectly.
	g := gapsOf(ask[gapsJSON](t, seeded(t, false), today, "gaps", nil, nil, ""))["problem:qp-xnycl-16"]
	if g.Class != "no_rule" || g.AtBest != "no_rule" {
		t.Errorf("qp-xnycl-16: %+v", g)
	}
}

// What the shipped data happen not to show.
func TestWhomAnAuthorizationReaches(t *testing.T) {
	const body, electricBicycles = "organization:org-bsi", "rule:cnca-c11-16:2023"
	typeApproval := graph.DerivedID("rule", "欧盟EEC型式批准（L类车辆）")
	for name, row := range map[string]struct {
		to     string
		fields graph.Fields
		asked  string
		want   bool
	}{
		"an undated one reaches a later version":             {"rule:cnca-c11-16:2018", graph.Fields{}, electricBicycles, true},
		"a dated one stays with its version":                 {"rule:cnca-c11-16:2018", graph.Fields{"starts_on": "2018-08-20"}, electricBicycles, false},
		"one that has ended reaches nobody":                  {electricBicycles, graph.Fields{"ends_on": "2026-11-27"}, electricBicycles, false},
		"its last day counts":                                {electricBicycles, graph.Fields{"ends_on": today}, electricBicycles, true},
		"one that has not begun reaches nobody":              {electricBicycles, graph.Fields{"starts_on": "2026-11-29"}, electricBicycles, false},
		"type approval is given by foreign authorities only": {typeApproval, graph.Fields{}, typeApproval, false},
	} {
		t.Run(name, func(t *testing.T) {
			ops, _, err := seed.Ops(seed.Options{})
			if err != nil {
				t.Fatal(err)
			}
			e := graph.Edge{
				Kind: graph.AuthorizedFor, From: body, To: graph.ID(row.to), Fields: row.fields, State: graph.Reviewed,
				Evidence: []graph.Evidence{{Level: 4}},
			}
			e.Conform()
			a := ask[struct{ Items []withID }](t, of(t, append(ops, graph.Op{PutEdge: &e})), today, "certifiers", nil, url.Values{"rule": {row.asked}}, "")
			if got := slices.Contains(ids(a.Items), body); got != row.want {
				t.Errorf("listed: %v", got)
			}
		})
	}
}
