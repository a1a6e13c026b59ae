package seed

import (
	"fmt"
	"strings"

	"zhitu/graph"
)

// pilots adds what the report says: its figures as observations, its measures
// as practices, its relations as edges, each with its sentence.
func (b *builder) pilots() {
	p := b.files.pilots
	b.facts("national.facts", firstPilots, p.National.Facts)
	for _, pilot := range p.Pilots {
		b.pilot(pilot)
	}
	b.took("pilots.json", "pilots", len(p.Pilots))
	for _, r := range p.Relations {
		b.relation(r)
	}
	b.took("pilots.json", "relations", len(p.Relations))
}

// pilot adds the names, place, classes, figures and practices of a pilot to
// its chain.
func (b *builder) pilot(p pilotRow) {
	const file = "pilots.json"
	id, ok := b.lookup(b.chains, "pilot", file, p.ID)
	if !ok {
		return
	}
	n := b.nodes[id]
	names := append([]string{p.Name, p.Industry}, p.Aliases...)
	for _, name := range append(names, chainAliases[n.Fields.Text("slug")]...) {
		if name != n.Name {
			n.Aliases = joined(n.Aliases, []string{name})
		}
	}
	n.Fields = with(n.Fields, "industry_classes", p.Gbt4754.Candidates, "regions", []string{p.RegionCode.Value}, "models", p.Models)
	place := b.sentence(p.Quote, "regions", p.RegionCode.Value)
	n.Evidence = append(n.Evidence, place)
	for _, i := range []struct {
		field string
		row   inferredRow
	}{{"regions", p.RegionCode}, {"industry_classes", p.Gbt4754}} {
		if i.row.Inferred {
			addInferred(n, fmt.Sprintf("%s 由 %s 推断", i.field, i.row.Source))
		}
	}
	b.regionNamed(p)
	b.locate(file, id, p.RegionCode.Value, []graph.Evidence{place})
	b.measureRows(n, "pilots.measures", p.Measures)
	b.facts("pilots.facts", id, p.Facts)
}

// regionNamed holds the region table to the names of the report.
func (b *builder) regionNamed(p pilotRow) {
	code := p.RegionCode.Value
	for _, one := range []struct{ code, name string }{{code, p.County}, {code[:4] + "00", p.City}, {code[:2] + "0000", p.Province}} {
		if n, ok := b.nodes[regionID(one.code)]; !ok || n.Name != one.name {
			b.fail("pilots.json: %s is called %s there and not in the region table", one.code, one.name)
		}
	}
}

// facts makes observations of figures. None is a count of nodes, and none is
// dropped because another has the same value.
func (b *builder) facts(list string, of graph.ID, rows []factRow) {
	for _, r := range rows {
		metric, period := r.Metric, r.AsOf
		if base, year, ok := cutYear(metric); ok {
			metric, period = base, year
		}
		f := fields(
			"metric", metric, "unit", r.Unit, "basis", r.Basis, "approx", r.Approx, "bound", boundOf(r.Approx), "period", period,
			"roles", r.Roles, "check", r.Check, "note", r.Note,
		)
		b.value(f, r)
		if percentUnsaid(metric) {
			f["percent"] = "unspecified"
			f = with(f, "basis", "原文未说明是百分点还是相对增幅")
		}
		n := graph.Node{
			ID: hashedID("observation", metric, string(of), period), Kind: graph.MetricObservation, Name: metricNames[metric], Fields: f,
			Evidence: []graph.Evidence{b.sentence(r.Quote, "", "")},
		}
		if metric != r.Metric {
			n.Aliases = []string{r.Metric}
		}
		b.node(n)
		b.edge(graph.Edge{Kind: graph.ObservedFor, From: n.ID, To: of, Evidence: n.Evidence})
	}
	b.took("pilots.json", list, len(rows))
}

// value sets the number of a fact, or the two ends of a range.
func (b *builder) value(f graph.Fields, r factRow) {
	switch v := r.Value.(type) {
	case float64:
		f["value"] = v
		return
	case []any:
		if len(v) == 2 {
			low, lowOK := v[0].(float64)
			high, highOK := v[1].(float64)
			if lowOK && highOK {
				f["value_low"], f["value_high"] = low, high
				return
			}
		}
	}
	b.fail("pilots.json: the value %v of %s is neither a number nor a range", r.Value, r.Metric)
}

// cutYear takes the year off a metric that ends in one (sales_2024).
func cutYear(metric string) (base, year string, ok bool) {
	i := strings.LastIndexByte(metric, '_')
	if i < 0 || len(metric)-i != 5 || !strings.HasPrefix(metric[i+1:], "20") {
		return metric, "", false
	}
	return metric[:i], metric[i+1:], true
}

// percentUnsaid tells whether a metric is one of those rates that rose or fell
// by per cent, of which the report does not say if it means points.
func percentUnsaid(metric string) bool {
	switch metric {
	case "profit_margin_change", "operating_cost_change", "market_share_change", "first_pass_yield_change":
		return true
	}
	return false
}

// metricNames are the Chinese names of the metrics of pilots.json.
var metricNames = map[string]string{
	"pilot_count": "试点数", "pilot_start_year": "试点起始年", "pilot_period_years": "试点周期", "incentive_policies": "激励政策数",
	"fiscal_subsidy": "配套财政补贴", "certification_bodies_helping": "实施帮扶的认证机构数", "small_micro_enterprises_helped": "受帮扶小微企业数",
	"enterprises_with_trained_talent": "培养质量人才的企业数", "quality_talent_trained": "培养质量人才数", "government_quality_awards": "获政府质量奖数",
	"profit_margin_change": "年利润率平均提升", "operating_cost_change": "经营成本平均变化", "market_share_change": "市场占有率平均提升",
	"little_giants_cultivated": "累计培育专精特新“小巨人”企业数", "satisfaction_rate": "质量认证帮扶满意率", "perceive_effective": "认为质量提升成效明显的企业占比",
	"common_quality_problems_solved": "破解产业共性质量问题数", "first_pass_yield_change": "产品一次合格率平均提高", "industrial_parks": "参与的产业（工业）园区数",
	"associations": "参与的学协会数", "experts": "参与的质量和认证专家数", "chain_leaders": "“链主”企业数", "little_giants_leading": "示范引领的专精特新“小巨人”企业数",
	"standards_issued": "累计制定标准数", "certification_rules_issued": "形成认证规则数", "process_guides": "核心过程实施指南数", "typical_cases": "典型案例数",
	"economic_benefit": "累计为企业提高经济效益", "national_market_share": "主要产品全国市场占有率", "fee_relief": "减免认证及检测费用",
	"ip_pledge_financing": "知识产权质押融资", "certification_and_testing_support": "质量认证及检验检测等费用支持", "triple_certification_leaders": "实现三证同步认证的龙头企业数",
	"eec_certified_oem": "通过欧盟EEC认证的整车企业数", "sales": "销售额", "export_growth": "出口额同比增长", "overseas_buyers_growth": "境外采购商数量同比增长",
	"service_stations": "产业特色服务站点数", "resident_certification_bodies": "入驻认证机构数", "enterprises_benefited": "惠及企业数", "international_training": "国际培训人次",
	"e_textbooks": "电子教材套数", "measures": "出台举措数", "output_before": "产值（此前）", "output_after": "产值（此后）", "output_growth": "产值增幅",
	"stores_served": "提供标准化供应链服务的门店数", "industrial_output": "工业总产值",
}
