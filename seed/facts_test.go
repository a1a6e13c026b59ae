package seed

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
)

func TestTheShowcaseProblemHasItsJudgements(t *testing.T) {
	l := load(t, Options{Illustrative: true})
	const p graph.ID = "problem:qp-sw-01"
	n := l.nodes[p]
	if n.Name != "丝网镀锌层附着力不足" || !slices.Contains(n.Aliases, "锌层结合力差") || n.Fields.Int("severity") != 4 || !n.Fields.Flag("declared_common") {
		t.Errorf("qp-sw-01: %+v", n)
	}
	zinc := l.one(t, graph.Addresses, "standard:gb_t-13912-2020", p)
	if zinc.Fields.Text("applicability_verdict") != "not_applicable" || zinc.State != graph.Reviewed ||
		zinc.Fields.Text("applicability_reason") != "范围排除连续热浸镀锌的丝以及编织网、焊接网；按关键词首推它是错误答案。只有网片（或石笼片、护栏片）制成后整体热浸镀的成品件，才可由供需双方核实后引用。" {
		t.Errorf("GB/T 13912-2020: %+v", zinc)
	}
	wrap := l.one(t, graph.Addresses, "standard:gb_t-2976-2020", p)
	if diff := cmp.Diff([]string{"TEST"}, wrap.Fields.Texts("mechanism")); diff != "" || wrap.Fields.Text("applicability_verdict") != "applicable" {
		t.Errorf("GB/T 2976-2020: %+v", wrap)
	}
	wire := l.nodes["standard:gb_t-45970-2025"]
	if wire.Fields.Text("issued") != "2025-08-01" || wire.ValidFrom != graph.DateOf(2025, time.August, 1) || wire.ValidTo != graph.Open || wire.Fields.Text("effective") != "2026-02-01" {
		t.Errorf("GB/T 45970-2025: %+v", wire)
	}
	var at []string
	for _, e := range l.between(graph.OccursAt, p, "") {
		at = append(at, string(l.nodes[e.To].Kind)+" "+l.nodes[e.To].Name)
	}
	slices.Sort(at)
	if diff := cmp.Diff([]string{"Process 钢丝连续热浸镀锌", "Product 热镀锌钢丝", "Segment " + l.nodes["segment:seg-sw-03"].Name}, at); diff != "" {
		t.Errorf("where it occurs (-want +got):\n%s", diff)
	}
	l.one(t, graph.Concerns, p, "characteristic:ch-sw-adh")
}

func TestEditionsReplaceOneAnother(t *testing.T) {
	l := load(t, Options{})
	e := l.one(t, graph.Replaces, "standard:gb-17761-2024", "standard:gb-17761-2018")
	if diff := cmp.Diff(graph.Fields{"transition_produce_until": "2025-08-31", "transition_sell_until": "2025-11-30"}, e.Fields); diff != "" {
		t.Errorf("transition of GB 17761-2018 (-want +got):\n%s", diff)
	}
	l.one(t, graph.Replaces, "standard:gb-17761-2018", "standard:gb-17761-1999")
	l.one(t, graph.Replaces, "rule:cnca-c11-16:2023", "rule:cnca-c11-16:2021")
	l.one(t, graph.Implements, "rule:cqc-c1116-2021", "rule:cnca-c11-16:2021")
	adopted := l.one(t, graph.Adopts, "standard:gb-11291.1-2011", "")
	if n := l.nodes[adopted.To]; n.Fields.Text("code") != "ISO 10218-1:2006" || n.ValidFrom != graph.Unknown || adopted.Fields.Text("degree") == "" {
		t.Errorf("GB 11291.1-2011 adopts %+v", n)
	}
	old := l.one(t, graph.Replaces, "region:350405", "region:350427")
	if old.Fields.Text("date") != "2021" {
		t.Errorf("沙县: %+v", old)
	}
	l.one(t, graph.Replaces, "region:330604", "region:330682")
}

func TestTwoValuesOfOneDateStandBesideEachOther(t *testing.T) {
	l := load(t, Options{})
	tests := []struct {
		id    graph.ID
		field string
		want  []string
	}{
		{"standard:gb_t-13912-2020", "effective", []string{"2021-04-01", "2021-05-01"}},
		{"standard:iatf-16949:2016", "effective", []string{"2016-10-01"}},
		{"rule:cnca-qms-01:2025", "issued", []string{"2025-09-04"}},
		{"rule:cnca-c11-16:2023", "effective", []string{"2023-09-23"}},
		{"standard:gb_t-31900-2024", "effective", []string{"2026-12-01"}},
	}
	for _, tt := range tests {
		var got []string
		for _, e := range l.nodes[tt.id].Evidence {
			if e.Field == tt.field {
				got = append(got, e.Value)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s of %s (-want +got):\n%s", tt.field, tt.id, diff)
		}
	}
}

// observed returns the observations of a metric, by what they are of.
func (l loaded) observed(metric string) map[graph.ID]*graph.Node {
	out := map[graph.ID]*graph.Node{}
	for _, e := range l.between(graph.ObservedFor, "", "") {
		if n := l.nodes[e.From]; n.Fields.Text("metric") == metric {
			out[e.To] = n
		}
	}
	return out
}

func TestFiguresOfTheReportAreKeptApart(t *testing.T) {
	l := load(t, Options{})
	value := func(metric string, of graph.ID) float64 {
		n := l.observed(metric)[of]
		if n == nil {
			t.Fatalf("%s of %s is not there", metric, of)
		}
		v, _ := n.Fields.Number("value")
		return v
	}
	if a, b := value("little_giants_cultivated", firstPilots), value("little_giants_leading", firstPilots); a != 694 || b != 685 {
		t.Errorf("little giants: %v and %v, want 694 and 685", a, b)
	}
	eighteen := 0
	for _, n := range l.nodes {
		if v, _ := n.Fields.Number("value"); n.Kind == graph.MetricObservation && v == 18 {
			eighteen++
		}
	}
	if eighteen != 3 {
		t.Errorf("18 stands %d times, want 3", eighteen)
	}
	if v := value("operating_cost_change", firstPilots); v != -5.9 {
		t.Errorf("operating cost: %v, want -5.9", v)
	}
	years := l.observed("pilot_period_years")[firstPilots]
	if low, _ := years.Fields.Number("value_low"); low != 2 {
		t.Errorf("pilot period: %+v", years.Fields)
	}
	if high, _ := years.Fields.Number("value_high"); high != 3 {
		t.Errorf("pilot period: %+v", years.Fields)
	}
	yield := l.observed("first_pass_yield_change")[firstPilots]
	if yield.Fields.Text("percent") != "unspecified" || yield.Evidence[0].Quote != "累计破解产业共性质量问题307个，带动区域试点内企业产品一次合格率平均提高5.1％。" {
		t.Errorf("first-pass yield: %+v", yield)
	}
	sales := l.observed("sales")["chain:tz"]
	if sales == nil || sales.Fields.Text("period") != "2024" {
		t.Errorf("sales of 吴兴童装: %+v", sales)
	}
	bounds := map[string]string{"fee_relief": "at_least", "international_training": "nearly", "overseas_buyers_growth": "more_than", "economic_benefit": "about"}
	for metric, want := range bounds {
		for _, n := range l.observed(metric) {
			if got := n.Fields.Text("bound"); got != want {
				t.Errorf("%s: bound %q, want %q", metric, got, want)
			}
		}
	}
}

func TestOneProblemOfSeveralDossiersIsOneNode(t *testing.T) {
	l := load(t, Options{})
	if n := l.report.Nodes[graph.Problem]; n != 181 {
		t.Errorf("%d problems, want 181", n)
	}
	if n := l.report.Nodes[graph.Chain]; n != 9 {
		t.Errorf("%d chains, want 9", n)
	}
	l.one(t, graph.OccursAt, "problem:qp-qm-01", "segment:seg-hq-05")
	l.one(t, graph.OccursAt, "problem:qp-qm-01", "segment:seg-sxxc-03")
	n := l.nodes["problem:qp-qm-01"]
	if !strings.HasPrefix(n.Fields.Text("phenomenon"), "市场监管总局对十个行业") || n.Fields.Text("verified") != "source" {
		t.Errorf("common.json does not win: %+v", n.Fields)
	}
	lost := 0
	for _, e := range n.Evidence {
		if e.Field == "phenomenon" && strings.Contains(e.Value, "非浑源专项数据") {
			lost++
		}
	}
	if lost != 1 || !slices.Contains(n.Aliases, "体系证挂墙上") || !slices.Contains(n.Fields.Texts("effects"), "批间波动") {
		t.Errorf("what the other dossiers say is lost: %+v", n)
	}
	alone := 0
	for id, p := range l.nodes {
		if p.Kind == graph.Problem && len(l.between(graph.OccursAt, id, "")) == 0 {
			alone++
		}
	}
	if alone != 5 {
		t.Errorf("%d problems of no segment, want 5", alone)
	}
}

func TestSchemesAndRulesAreFoundByEitherName(t *testing.T) {
	l := load(t, Options{Illustrative: true})
	for _, s := range []graph.ID{"scheme:fsms", "scheme:haccp", "scheme:enms", "scheme:iatf16949"} {
		if n := l.nodes[s]; n == nil || n.Kind != graph.Scheme {
			t.Errorf("%s is not there", s)
		}
	}
	l.one(t, graph.AuthorizedFor, "organization:org-ufc", "scheme:fsms")
	l.one(t, graph.AuthorizedFor, "organization:org-ufc", "scheme:haccp")
	requires := l.between(graph.Requires, "", "")
	if len(requires) != 1 || requires[0].To != "rule:cnca-qms-01:2025" || l.nodes[requires[0].From].Name != "汽车质量管理体系认证（IATF 16949）" {
		t.Errorf("REQUIRES: %+v", requires)
	}
	l.one(t, graph.Used, "case:case-sw-anping", "rule:cnca-qms-01:2025")
	var members []string
	for _, e := range l.between(graph.Bundles, l.one(t, graph.Offers, "chain:dlxx", "").To, "") {
		members = append(members, string(e.To)+" "+e.Fields.Text("role"))
	}
	slices.Sort(members)
	if diff := cmp.Diff([]string{"scheme:enms addon", "scheme:itsms addon", "scheme:qms base", "scheme:scsms addon"}, members); diff != "" {
		t.Errorf("1＋N (-want +got):\n%s", diff)
	}
}

func TestTricyclesAreNoElectricBicycles(t *testing.T) {
	l := load(t, Options{})
	for _, e := range []*graph.Edge{
		l.one(t, graph.Addresses, "standard:gb-17761-2024", "problem:qp-xnycl-25"),
		l.one(t, graph.Covers, "rule:cnca-c11-16:2023", "problem:qp-xnycl-25"),
		l.one(t, graph.Addresses, "standard:gb-43854-2024", "problem:qp-xnycl-23"),
	} {
		if e.Fields.Text("applicability_verdict") != "not_applicable" {
			t.Errorf("%s to %s: %v", e.From, e.To, e.Fields)
		}
	}
	bike, trike := productID("电动自行车"), productID("电动正三轮摩托车")
	covers := l.one(t, graph.Covers, "rule:cnca-c11-16:2023", bike)
	if covers.Fields.Text("applicability_verdict") != "applicable" || l.nodes[bike].Fields.Text("in_catalogue") != "yes" || l.nodes[bike].Fields.Text("gbt4754") != "3770" {
		t.Errorf("电动自行车: %+v, %+v", covers, l.nodes[bike])
	}
	if len(l.between(graph.Covers, "rule:cnca-c11-16:2023", trike)) != 0 {
		t.Error("the rule for electric bicycles covers tricycles")
	}
	l.one(t, graph.AppliesTo, "standard:gb-17761-2024", bike)
}

func TestTheThreeSegmentsOfTheReportStandAboveTheSeven(t *testing.T) {
	l := load(t, Options{})
	parents := map[string]int{}
	for _, e := range l.between(graph.Broader, "", "") {
		parents[l.nodes[e.To].Name+" "+l.nodes[e.To].Fields.Text("position")]++
	}
	if diff := cmp.Diff(map[string]int{"上游关键零部件 upstream": 4, "中游整机 midstream": 2, "下游集成应用 downstream": 1}, parents); diff != "" {
		t.Errorf("parents (-want +got):\n%s", diff)
	}
	if n := len(l.between(graph.HasSegment, "chain:znzb", "")); n != 10 {
		t.Errorf("%d segments of 智能装备, want 3 + 7", n)
	}
}

func TestWhatIsPrivateBelongsToItsFirm(t *testing.T) {
	l := load(t, Options{Illustrative: true})
	private := 0
	for _, e := range l.edges {
		if e.Visibility == graph.Public {
			continue
		}
		private++
		owner := map[graph.EdgeKind]graph.ID{graph.Supplies: e.From, graph.Holds: e.From, graph.ReportedBy: e.To}[e.Kind]
		if e.Kind == graph.Under {
			owner = l.nodes[e.From].Owner
		}
		if e.Owner == "" || e.Owner != owner {
			t.Errorf("%s %s %s belongs to %q", e.From, e.Kind, e.To, e.Owner)
		}
	}
	if private < 105 {
		t.Errorf("%d edges are not public, want the 105 rows of the file and more", private)
	}
	role := l.between(graph.HasRole, "firm:firm-demo-sw-01", "chain:sw")
	if len(role) == 0 || role[0].ValidFrom == graph.Unknown || role[0].ValidTo == graph.Unknown {
		t.Errorf("roles of firm-demo-sw-01: %+v", role)
	}
	n := l.nodes["problem:qp-sw-01"]
	if !n.Fields.Flag("dates_illustrative") || len(n.Fields.Texts("confirmed_on")) != 1 {
		t.Errorf("dates of qp-sw-01: %v", n.Fields)
	}
}

func TestOnlyPoliciesThatPayFundTheirChain(t *testing.T) {
	l := load(t, Options{})
	funds := func(policy string) int { return len(l.between(graph.Funds, graph.ID("policy:"+policy), "")) }
	for policy, want := range map[string]int{
		"pol-xnycl-fx200": 1, "pol-xnycl-szd": 1, "pol-tz-03": 0, "pol-rjxx-04": 0, "pol-common-tsxd-loan": 0, "pol-xnycl-norm": 0,
	} {
		if got := funds(policy); got != want {
			t.Errorf("%s funds %d chains, want %d", policy, got, want)
		}
	}
	szd := l.one(t, graph.Funds, "policy:pol-xnycl-szd", "chain:xnycl")
	if !slices.ContainsFunc(szd.Evidence, func(e graph.Evidence) bool {
		return e.CollectedBy == "种子·试点事实" && strings.Contains(e.Quote, "苏质贷")
	}) {
		t.Errorf("苏质贷: the sentence of the report is missing: %+v", szd.Evidence)
	}
	ended := l.nodes["policy:pol-rjxx-03"]
	if ended.ValidTo != graph.DateOf(2020, time.January, 1) || ended.Fields.Text("ends_on") != "2019-12-31" {
		t.Errorf("pol-rjxx-03 is valid to %s", ended.ValidTo)
	}
}

func TestTheCodesOfStandardsAgreeWithTheirRows(t *testing.T) {
	l := load(t, Options{})
	for id, n := range l.nodes {
		c, ok := graph.ParseCode(n.Fields.Text("code"))
		if n.Kind != graph.Standard || !ok {
			continue
		}
		if mandatory, known := c.Mandatory(); known && n.Fields["mandatory"] != nil && mandatory != n.Fields.Flag("mandatory") {
			t.Errorf("%s: its row says mandatory %v, its prefix %v", id, n.Fields.Flag("mandatory"), mandatory)
		}
		if n.Fields.Text("tier") == "" && c.Tier() != "" {
			t.Errorf("%s has no tier", id)
		}
	}
}

func TestARuleThatIsLimitedSaysToWhomAndWhy(t *testing.T) {
	l := load(t, Options{})
	for id, n := range l.nodes {
		if n.Kind != graph.Rule || n.Name == "汽车质量管理体系认证（IATF 16949）" {
			continue
		}
		if n.Fields.Texts("eligible_industries") != nil || n.Fields.Texts("eligible_firms") != nil {
			t.Errorf("%s is limited, and no table says so", id)
		}
	}
	for _, n := range l.nodes {
		if n.Name != "汽车质量管理体系认证（IATF 16949）" {
			continue
		}
		if diff := cmp.Diff([]string{"36"}, n.Fields.Texts("eligible_industries")); diff != "" {
			t.Errorf("industries of IATF 16949 (-want +got):\n%s", diff)
		}
		item := n.Evidence[len(n.Evidence)-1]
		if item.Field != "eligible_industries" || item.Value != "36" || item.Level != 0 || item.Source != "" ||
			!strings.Contains(n.Fields.Text("inferred"), "汽车制造业") || n.Fields.Text("eligibility") == "" {
			t.Errorf("why IATF 16949 is limited: %+v, evidence %+v", n.Fields, item)
		}
	}

	ops, err := Fixture()
	if err != nil {
		t.Fatal(err)
	}
	limited := map[graph.ID][]string{}
	for _, op := range ops {
		if n := op.PutNode; n != nil && n.Fields.Texts("eligible_firms") != nil {
			limited[n.ID] = n.Fields.Texts("eligible_firms")
		}
	}
	if diff := cmp.Diff(map[graph.ID][]string{"rule:iatf16949": {"firm:f2", "firm:f3"}}, limited); diff != "" {
		t.Errorf("firms of the fixture's rules (-want +got):\n%s", diff)
	}
}
