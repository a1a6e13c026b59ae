package seed

import (
	"slices"
	"strings"

	"zhitu/graph"
)

// schemeRows are the certification schemes, in the order of vocab.json. There
// FSMS/HACCP is one line; they are two schemes with rules of their own.
var schemeRows = [][2]string{
	{"CCC", "强制性产品认证"}, {"VPC", "自愿性产品认证"}, {"QMS", "质量管理体系认证"}, {"EMS", "环境管理体系认证"},
	{"OHSMS", "职业健康安全管理体系认证"}, {"IATF16949", "汽车行业质量管理体系认证"}, {"ITSMS", "信息技术服务管理体系认证"},
	{"ISMS", "信息安全管理体系认证"}, {"EnMS", "能源管理体系认证"}, {"SCSMS", "供应链安全管理体系认证"},
	{"FSMS", "食品安全管理体系认证"}, {"HACCP", "危害分析与关键控制点体系认证"}, {"SVC", "服务认证"}, {"GREEN", "绿色产品认证"},
	{"ORGANIC", "有机产品认证"}, {"EEC", "欧盟型式批准（EEC）"}, {"CE", "CE合格标志"}, {"CR", "机器人认证"},
}

func (b *builder) schemeNodes() {
	for _, s := range schemeRows {
		id := seedID("scheme", s[0])
		b.node(graph.Node{
			ID: id, Kind: graph.Scheme, Name: s[1], Aliases: []string{s[0]},
			Fields: fields("code", s[0], "compulsory", s[0] == "CCC"), Evidence: b.evidence("vocab", nil),
		})
		b.schemes[s[0]] = id
	}
	for name, code := range schemeAliases {
		b.schemes[name] = b.schemes[code]
	}
}

// ruleNodes makes a node of each rule and detail rule.
func (b *builder) ruleNodes() {
	rows := b.files.rules.Rules
	names := map[string]int{}
	for _, r := range rows {
		names[r.Name]++
	}
	for _, r := range rows {
		n := graph.Node{
			ID: ruleID(r), Kind: graph.Rule, Name: r.Name, ValidFrom: validFrom(r.Issued), ValidTo: graph.Open,
			Fields: fields(
				"rule_no", r.RuleNo, "detail", r.Detail, "compulsory", r.Compulsory, "modes", b.modes(r), "issued", r.Issued,
				"effective", r.Effective, "withdrawn", r.Withdrawn, "announcement", r.Announcement, "issuer", r.Issuer,
				"eligibility", r.Eligibility, "validity_years", r.ValidityYears, "verified", r.Verified,
			),
			Evidence: dated(b.evidence("rules", r.Evidence)),
		}
		if limit, ok := eligibleIndustries[r.Name]; ok {
			b.limit(&n, limit.prefixes, limit.reason)
		}
		if r.Cost != nil {
			n.Fields = with(n.Fields, "cost_low", r.Cost.Low, "cost_high", r.Cost.High)
		}
		if r.Duration != nil {
			n.Fields = with(n.Fields, "duration_low", r.Duration.Low, "duration_high", r.Duration.High)
		}
		b.node(n)
		if r.RuleNo != "" {
			b.rules[r.RuleNo] = n.ID
		}
		if names[r.Name] == 1 {
			b.rules[r.Name] = n.ID
		}
	}
	for name := range eligibleIndustries {
		if names[name] != 1 {
			b.fail("rules.json: no one rule is called %q any more", name)
		}
	}
	b.took("rules.json", "rules", len(rows))
}

// limit keeps n to the firms of some industries, and says why.
func (b *builder) limit(n *graph.Node, prefixes []string, reason string) {
	n.Fields = with(n.Fields, "eligible_industries", prefixes, "inferred", reason)
	n.Evidence = append(slices.Clone(n.Evidence), graph.Evidence{
		Field: "eligible_industries", Value: strings.Join(prefixes, "、"), CollectedBy: b.collector("rules"), CollectedAt: collectedAt,
	})
}

func ruleID(r ruleRow) graph.ID {
	if r.RuleNo != "" {
		return derivedID("rule", r.RuleNo)
	}
	return derivedID("rule", r.Name)
}

// with adds to f what pairs hold, as fields does.
func with(f graph.Fields, pairs ...any) graph.Fields {
	if f == nil {
		f = graph.Fields{}
	}
	for name, v := range fields(pairs...) {
		f[name] = v
	}
	return f
}

func (b *builder) modes(r ruleRow) []string {
	var codes []string
	for _, zh := range r.Modes {
		code, ok := codeOf("mode", zh)
		if !ok {
			b.fail("rules.json: %s has the mode %q, which is not in the vocabulary", r.Name, zh)
		}
		codes = append(codes, code)
	}
	return codes
}

// rule finds a rule by number or name, or by a name that ruleAliases explain.
func (b *builder) rule(file, name string) (graph.ID, bool) {
	if id, ok := b.rules[name]; ok {
		return id, true
	}
	if other, ok := ruleAliases[name]; ok {
		if id, ok := b.lookup(b.rules, "rule", file, other); ok {
			b.resolved(file, name, id)
			return id, true
		}
	}
	return b.lookup(b.rules, "rule", file, name)
}

// ruleEdges joins rules with schemes, standards and one another.
func (b *builder) ruleEdges() {
	const file = "rules.json"
	for _, r := range b.files.rules.Rules {
		id := ruleID(r)
		evidence := b.evidence("rules", r.Evidence)
		join := func(kind graph.EdgeKind, to graph.ID, ok bool) {
			if ok {
				b.edge(graph.Edge{Kind: kind, From: id, To: to, Evidence: evidence})
			}
		}
		toRules := func(kind graph.EdgeKind, list string, names []string) {
			for _, name := range names {
				to, ok := b.rule(file, name)
				join(kind, to, ok)
			}
			b.took(file, list, len(names))
		}
		scheme, ok := b.lookup(b.schemes, "scheme", file, r.Scheme)
		join(graph.InScheme, scheme, ok)
		toRules(graph.Replaces, "replaces", r.Replaces)
		toRules(graph.Implements, "implements", r.Implements)
		toRules(graph.Requires, "requires", r.Requires)
		for _, code := range r.BasedOn {
			to, ok := b.lookup(b.standards, "standard", file, code)
			join(graph.BasedOn, to, ok)
		}
		b.took(file, "based_on", len(r.BasedOn))
		if org, ok := b.issuer(file, r.Issuer); ok {
			join(graph.IssuedBy, org, true)
		}
		b.ofChains(file, id, r.Chains)
	}
}

// issuer finds the organization that an issuer names, if it is one of the
// graph; most are authorities, which stay a text.
func (b *builder) issuer(file, name string) (graph.ID, bool) {
	if id, ok := b.orgs[name]; ok && name != "" {
		return id, true
	}
	other, ok := issuerAliases[name]
	if !ok {
		return "", false
	}
	id, ok := b.lookup(b.orgs, "organization", file, other)
	if ok {
		b.resolved(file, name, id)
	}
	return id, ok
}
