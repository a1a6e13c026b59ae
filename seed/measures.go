package seed

import (
	"fmt"
	"strings"

	"zhitu/graph"
)

// measures makes the policies, cases and projects of a dossier and tags them,
// and the certifiers and laboratories that it lists, with its chain. What
// common.json holds belongs to a programme instead.
func (b *builder) measures(name string) {
	d, file := b.files.dossiers[name], dossierFile(name)
	home := func(id string) graph.ID {
		switch {
		case d.Chain != nil:
			return chainID(d.Chain.Slug)
		case ofStrongChains(id):
			return strongChains
		}
		return firstPilots
	}
	for _, p := range d.Policies {
		b.policy(name, p, home(p.ID))
	}
	b.took(file, "policies", len(d.Policies))
	for _, c := range d.Cases {
		b.caseRow(name, c, home(c.ID))
	}
	b.took(file, "cases", len(d.Cases))
	for _, p := range d.Projects {
		b.project(name, p, home(p.ID))
	}
	b.took(file, "projects", len(d.Projects))
	for _, id := range append(append([]string{}, d.Laboratories...), d.Certifiers...) {
		if b.mustNode(file, seedID("organization", id)) {
			b.edge(graph.Edge{Kind: graph.AppliesTo, From: seedID("organization", id), To: home(id), Evidence: b.evidence(name, nil)})
		}
	}
	b.took(file, "laboratories", len(d.Laboratories))
	b.took(file, "certifiers", len(d.Certifiers))
}

// policy makes a policy. It FUNDS the chain of its dossier when its tool pays;
// one of common.json funds no chain, for none is named.
func (b *builder) policy(dossier string, p policyRow, home graph.ID) {
	evidence := b.evidence(dossier, p.Evidence)
	from, to := b.span(p.ID, p.From), b.span(p.ID, p.To)
	n := b.node(graph.Node{
		ID: seedID("policy", p.ID), Kind: graph.Policy, Name: p.Title,
		ValidFrom: from.First, ValidTo: graph.Until(to.Last), // a partial date is valid as long as it may mean
		Fields: fields(
			"doc_no", p.DocNo, "tool", p.Tool, "amount", p.Amount, "for_whom", p.ForWhom, "starts_on", p.From, "ends_on", p.To,
			"quote", p.Quote, "issuer", p.Issuer, "verified", p.Verified,
		),
		Evidence: evidence,
	})
	b.edge(graph.Edge{Kind: graph.AppliesTo, From: n.ID, To: home, Evidence: evidence})
	if home != firstPilots && home != strongChains && funds(p) {
		b.edge(graph.Edge{Kind: graph.Funds, From: n.ID, To: home, Evidence: evidence})
	}
	if org, ok := b.issuer(dossierFile(dossier), p.Issuer); ok {
		b.edge(graph.Edge{Kind: graph.IssuedBy, From: n.ID, To: org, Evidence: evidence})
	}
}

// caseRow makes a case with what it used and what it measured.
func (b *builder) caseRow(dossier string, c caseRow, home graph.ID) {
	file, evidence := dossierFile(dossier), b.evidence(dossier, c.Evidence)
	n := b.node(graph.Node{
		ID: seedID("case", c.ID), Kind: graph.Case, Name: c.Title,
		Fields: fields("actions", c.Actions, "used_texts", c.Used, "verified", c.Verified), Evidence: evidence,
	})
	b.edge(graph.Edge{Kind: graph.AppliesTo, From: n.ID, To: home, Evidence: evidence})
	var told []string
	for _, m := range c.Metrics {
		told = append(told, b.caseMetric(file, n.ID, m, evidence))
	}
	b.took(file, "cases.metrics", len(c.Metrics))
	if c.Problem != "" && b.mustNode(file, seedID("problem", c.Problem)) {
		b.edge(graph.Edge{
			Kind: graph.ResolvedIn, From: seedID("problem", c.Problem), To: n.ID,
			Fields: fields("actions", c.Actions, "metrics", told, "verified", c.Verified), Evidence: evidence,
		})
	}
	for _, used := range c.Used {
		to, ok := b.standards[used]
		if !ok {
			to, ok = b.rule(file, used)
		}
		if ok {
			b.edge(graph.Edge{Kind: graph.Used, From: n.ID, To: to, Evidence: evidence})
		}
	}
	b.took(file, "cases.used", len(c.Used))
}

// caseMetric makes an observation of a case and returns it in words. What
// stands in brackets after the unit bounds the number or says what it is of.
func (b *builder) caseMetric(file string, of graph.ID, m caseMetricRow, evidence []graph.Evidence) string {
	unit, remark := m.Unit, ""
	if i := strings.Index(unit, "（"); i > 0 {
		unit, remark = unit[:i], strings.TrimSuffix(unit[i+len("（"):], "）")
	}
	f := fields("metric", m.Name, "unit", unit)
	for _, one := range []struct {
		field string
		value any
	}{{"before", m.Before}, {"after", m.After}} {
		switch v := one.value.(type) {
		case float64:
			f[one.field] = v
		case string:
			f["value_text"] = v
			f = with(f, "bound", boundOf(v))
		}
	}
	bound := boundOf(remark + bracketed(m.Name))
	switch {
	case remark == "":
		f = with(f, "bound", bound)
	case bound != "":
		f = with(f, "bound", bound, "approx", remark)
	default:
		f["basis"] = remark
	}
	if strings.Contains(remark, "百分点") || strings.Contains(m.Name, "率提升") {
		f["percent"] = "unspecified" // points or relative: the source does not say
	}
	n := b.node(graph.Node{
		ID: hashedID("observation", m.Name, string(of)), Kind: graph.MetricObservation, Name: m.Name, Fields: f, Evidence: evidence,
	})
	b.edge(graph.Edge{Kind: graph.ObservedFor, From: n.ID, To: of, Evidence: evidence})
	if m.Before != nil {
		return fmt.Sprintf("%s：%v → %v %s", m.Name, m.Before, m.After, m.Unit)
	}
	return strings.TrimSpace(fmt.Sprintf("%s：%v %s", m.Name, m.After, m.Unit))
}

// bracketed is the remark at the end of a name, 约 in 经济效益（约）.
func bracketed(name string) string {
	i := strings.LastIndex(name, "（")
	if i < 0 {
		return ""
	}
	return name[i:]
}

func (b *builder) project(dossier string, p projectRow, home graph.ID) {
	file, evidence := dossierFile(dossier), b.evidence(dossier, p.Evidence)
	n := b.node(graph.Node{
		ID: seedID("project", p.ID), Kind: graph.Project, Name: p.Title,
		Fields: fields("lead", p.Lead, "verified", p.Verified), Evidence: evidence,
	})
	b.edge(graph.Edge{Kind: graph.AppliesTo, From: n.ID, To: home, Evidence: evidence})
	for _, t := range p.Targets {
		if b.mustNode(file, seedID("problem", t)) {
			b.edge(graph.Edge{Kind: graph.Targets, From: n.ID, To: seedID("problem", t), Evidence: evidence})
		}
	}
	b.took(file, "projects.targets", len(p.Targets))
}
