package answer_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/graph/answer"
)

func TestCertifiersOfTheEBike(t *testing.T) {
	got, env := answerOf[answer.Certifiers](t, seedAt(t, today), "certifiers", "", "product=电动自行车")
	if len(got.Rules) != 1 || got.Rules[0].Code != "CNCA-C11-16:2023" || got.Rules[0].Status != "in_force" {
		t.Fatalf("rules %+v", got.Rules)
	}
	details := func(list []answer.DetailRule) map[string]graph.Status {
		out := map[string]graph.Status{}
		for _, d := range list {
			out[d.Code] = d.Status
		}
		return out
	}
	if diff := cmp.Diff(map[string]graph.Status{"CQC-C1116-2023": "in_force"}, details(got.Rules[0].Details)); diff != "" {
		t.Error(diff)
	}
	// The two detail rules of the seed are for the version that has been
	// replaced: they are shown as that, and recommend nobody.
	others := details(got.Rules[0].OtherDetails)
	if others["CBC-C1116-2021"] != "replaced" || others["CQC-C1116-2021"] != "replaced" {
		t.Errorf("other details %v", others)
	}
	for _, item := range got.Items {
		for _, r := range item.Rules {
			if r.Verdict == "applicable" && (r.Via.Code == "CBC-C1116-2021" || r.Via.Code == "CQC-C1116-2021") {
				t.Errorf("%s is recommended by %s", item.Name, r.Via.Code)
			}
		}
	}
	if got.Items[0].ApprovalNo != "CNCA-R-2002-001" || got.Items[0].Verdict != "applicable" {
		t.Errorf("first %+v", got.Items[0])
	}
	if got.Counts.Applicable != 1 || got.Counts.Total != len(got.Items) || got.Counts.Applicable+got.Counts.ToReview != got.Counts.Total {
		t.Errorf("counts %+v of %d", got.Counts, len(got.Items))
	}
	if !warned(env, "no_endorsement") {
		t.Error("that it is no endorsement is not said")
	}
}

func TestCertifiersOrderIsNeutral(t *testing.T) {
	got, _ := answerOf[answer.Certifiers](t, seedAt(t, today), "certifiers", "", "chain=sw")
	for i := 1; i < len(got.Items); i++ {
		a, b := got.Items[i-1], got.Items[i]
		switch {
		case a.Verdict > b.Verdict:
			t.Errorf("%s (%s) comes before %s (%s)", a.ID, a.Verdict, b.ID, b.Verdict)
		case a.Verdict == b.Verdict && a.ApprovalNo == "" && b.ApprovalNo != "":
			t.Errorf("%s without a number comes before %s", a.ID, b.ApprovalNo)
		case a.Verdict == b.Verdict && a.ApprovalNo != "" && b.ApprovalNo != "" && a.ApprovalNo > b.ApprovalNo:
			t.Errorf("%s comes before %s", a.ApprovalNo, b.ApprovalNo)
		}
	}
}

func TestCertifiersOfAChainAreThoseOfItsSolutions(t *testing.T) {
	view := seedAt(t, today)
	overview, _ := answerOf[answer.Overview](t, view, "overview", "", "")
	for _, row := range overview.Chains {
		got, _ := answerOf[answer.Certifiers](t, view, "certifiers", "", "chain="+string(row.Chain.ID))
		if all := len(got.Items) + len(got.NotCurrent); len(got.Items) > row.Certifiers || all < row.Certifiers {
			t.Errorf("%s: %d can certify, %d cannot now, the overview counts %d", row.Chain.ID, len(got.Items), len(got.NotCurrent), row.Certifiers)
		}
	}
}

func TestCertifiersInHebeiAreNotRecorded(t *testing.T) {
	got, env := answerOf[answer.Certifiers](t, seedAt(t, today), "certifiers", "", "chain=sw&region=河北")
	if got.Counts.Located != 0 || got.Counts.Total == 0 {
		t.Errorf("counts %+v", got.Counts)
	}
	if !warned(env, "not_recorded") {
		t.Errorf("none there, and that is not said to be a gap of the graph: %v", env.Warnings)
	}
	got, _ = answerOf[answer.Certifiers](t, seedAt(t, today), "certifiers", "", "chain=sw&region=110000")
	located := 0
	for _, i := range got.Items {
		if i.LocatedIn != nil && *i.LocatedIn {
			located++
		}
	}
	if located == 0 || located != got.Counts.Located {
		t.Errorf("%d are in Beijing, counts %+v", located, got.Counts)
	}
}

func TestCertifiersOfARuleByAnySpelling(t *testing.T) {
	view := seedAt(t, today)
	for _, rule := range []string{"CNCA-C11-16：2023", "rule:cnca-c11-16:2023", "cnca-c11-16:2023"} {
		got, _ := answerOf[answer.Certifiers](t, view, "certifiers", "", "rule="+rule)
		if len(got.Rules) != 1 || got.Rules[0].Code != "CNCA-C11-16:2023" {
			t.Errorf("%s is read as %v", rule, got.Rules)
		}
	}
	got, _ := answerOf[answer.Certifiers](t, view, "certifiers", "", "rule=CNCA-C11-16")
	if len(got.Rules) != 3 || got.Rules[0].Status != "in_force" {
		t.Errorf("without a year: %v", got.Rules)
	}
	got, env := answerOf[answer.Certifiers](t, view, "certifiers", "", "rule=CNCA-C11-16:2021")
	if len(got.Items) != 0 || len(got.NotCurrent) == 0 || !warned(env, "filtered_by_date") {
		t.Errorf("the replaced version still has %v, warnings %v", got.Items, env.Warnings)
	}
	got, _ = answerOf[answer.Certifiers](t, seedAt(t, "2022-01-01"), "certifiers", "", "rule=CNCA-C11-16:2021")
	if !slices.ContainsFunc(got.Items, func(i answer.CertifierItem) bool { return i.ID == "organization:org-cbc" && i.Verdict == "applicable" }) {
		t.Error("in 2022 国信认证 was designated for it by its detail rule")
	}
	_, env = answerOf[answer.Certifiers](t, view, "certifiers", "", "rule=CNCA-C99-99:2024")
	if !warned(env, "not_recorded") {
		t.Errorf("a rule that the graph lacks: %v", env.Warnings)
	}
}

// certification is a rule with an organization for one region, one whose
// authorization has ended, and one that is in an old code of the region.
func certification(t *testing.T) *graph.View {
	ev := []graph.Evidence{{Source: "source:s", Level: 4}}
	auth := func(org graph.ID, pairs ...any) graph.Edge {
		e := tie(graph.AuthorizedFor, org, "rule:r", pairs...)
		e.Evidence = ev
		return e
	}
	o := graph.OrganizationKind
	return publicly(t, world(t, thing(graph.Source, "source:s"), thing(graph.Rule, "rule:r", "rule_no", "R-1", "effective", "2020-01-01"),
		thing(o, "organization:here", "approval_no", "CNCA-R-2020-002"), thing(o, "organization:there"), thing(o, "organization:ended"),
		thing(graph.Region, "region:350427", "code", "350427"), thing(graph.Region, "region:350405", "code", "350405"),
		thing(graph.Region, "region:130000", "code", "130000"), tie(graph.Replaces, "region:350405", "region:350427", "date", "2021"),
		tie(graph.LocatedIn, "organization:here", "region:350427"), tie(graph.LocatedIn, "organization:there", "region:130000"),
		auth("organization:here", "region", "350405", "starts_on", "2020-01-01"), auth("organization:there", "region", "130000", "starts_on", "2020-01-01"),
		auth("organization:ended", "starts_on", "2020-01-01", "ends_on", "2024-12-31"),
	), today)
}

func TestCertifiersReachARegionByOldAndNewCode(t *testing.T) {
	for _, region := range []string{"350427", "350405", "350000"} {
		got, _ := answerOf[answer.Certifiers](t, certification(t), "certifiers", "", "rule=R-1&region="+region)
		ids := idsOf(got.Items, func(i answer.CertifierItem) graph.ID { return i.ID })
		if diff := cmp.Diff([]graph.ID{"organization:here"}, ids); diff != "" || got.Counts.Located != 1 {
			t.Errorf("%s: %s, counts %+v", region, diff, got.Counts)
		}
		reasons := map[graph.ID]string{}
		for _, i := range got.NotCurrent {
			reasons[i.ID] = i.Reason
		}
		if diff := cmp.Diff(map[graph.ID]string{"organization:there": "out_of_region", "organization:ended": "expired"}, reasons); diff != "" {
			t.Errorf("%s: %s", region, diff)
		}
	}
}

func TestLaboratoriesThatAreNotRecorded(t *testing.T) {
	got, env := answerOf[answer.Laboratories](t, seedAt(t, today), "laboratories", "", "characteristic=附件抗拉强力&region=330502")
	if len(got.Characteristics) != 1 || len(got.Items) != 0 || !warned(env, "not_recorded") {
		t.Errorf("read as %v, %d items, warnings %v", got.Characteristics, len(got.Items), env.Warnings)
	}
}

func TestLaboratoriesByLevelOfTheCode(t *testing.T) {
	got, env := answerOf[answer.Laboratories](t, seedAt(t, today), "laboratories", "", "method=GB 17761-2018&region=320200")
	type row struct {
		ID   graph.ID
		Near string
	}
	var rows []row
	for _, i := range got.Items {
		rows = append(rows, row{i.ID, i.Nearness})
	}
	want := []row{{"organization:org-wxzx", "in_region"}, {"organization:org-jshh", "same_province"}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	for _, i := range got.Items {
		for _, c := range i.Capabilities {
			if c.Method == nil || c.Method.Code != "GB 17761-2018" || c.MethodStatus != "replaced" || c.Valid.String() != "to_review" {
				t.Errorf("%+v", c)
			}
		}
	}
	if got.InRegion != 1 || !warned(env, "no_endorsement") {
		t.Errorf("in region %d, warnings %v", got.InRegion, env.Warnings)
	}
}

func TestLaboratoriesExpiry(t *testing.T) {
	k := graph.TestCapability
	view := publicly(t, world(t, thing(graph.Characteristic, "characteristic:c"), thing(graph.OrganizationKind, "organization:a", "types", []string{"laboratory"}),
		thing(graph.OrganizationKind, "organization:b", "types", []string{"laboratory"}), thing(graph.OrganizationKind, "organization:idle", "types", []string{"laboratory"}),
		thing(k, "capability:a", "expires_on", today, "cma_no", "CMA 1"), thing(k, "capability:b", "expires_on", "2026-11-22"),
		tie(graph.HasCapability, "organization:a", "capability:a"), tie(graph.HasCapability, "organization:b", "capability:b"),
		tie(graph.Tests, "capability:a", "characteristic:c"), tie(graph.Tests, "capability:b", "characteristic:c"),
	), today)
	got, env := answerOf[answer.Laboratories](t, view, "laboratories", "", "characteristic=c")
	if len(got.Items) != 1 || got.Items[0].ID != "organization:a" || got.Items[0].Capabilities[0].Valid != graph.Yes {
		t.Errorf("the last day counts, the day after does not: %+v", got.Items)
	}
	if !warned(env, "filtered_by_date") {
		t.Errorf("warnings %v", env.Warnings)
	}
	if got, _ := answerOf[answer.Laboratories](t, view, "laboratories", "", ""); got.Total != 3 {
		t.Errorf("%d laboratories in all, want also those without a capability", got.Total)
	}
}
