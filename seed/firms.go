package seed

import (
	"fmt"

	"zhitu/graph"
)

const firmsFileName = "firms_illustrative.json"

// firmRows makes the invented firms and all that is told of them, each record
// marked as illustrative.
func (b *builder) firmRows() {
	f := b.files.firms
	c := f.Conventions
	b.fileSource(firmsFileName, "firms", fmt.Sprintf(
		"%s as_of：%s；uscc：%s；share：%s；valid_to：%s；status_since：%s；rule：%s；lots：%s；visibility：%s",
		f.About, c.AsOf, c.Uscc, c.Share, c.ValidTo, c.StatusSince, c.Rule, c.Lots, c.Visibility,
	))
	own := b.evidence("firms", nil)
	for _, r := range f.Firms {
		b.firm(r, own)
	}
	b.took(firmsFileName, "firms", len(f.Firms))
	for _, s := range f.Supplies {
		b.firmEdge(graph.Edge{
			Kind: graph.Supplies, From: seedID("firm", s.From), To: seedID("firm", s.To),
			Fields: fields("product", s.Product, "share", s.Share), Evidence: own,
		}, s.Visibility, s.From)
	}
	b.took(firmsFileName, "supplies", len(f.Supplies))
	for _, r := range f.Certificates {
		b.certificate(r, own)
	}
	b.took(firmsFileName, "certificates", len(f.Certificates))
	for _, r := range f.Reports {
		b.firmEdge(graph.Edge{
			Kind: graph.ReportedBy, From: seedID("problem", r.Problem), To: seedID("firm", r.Firm),
			Fields: fields("date", r.Date, "frequency", r.Frequency, "lots", r.Lots), Evidence: own,
		}, r.Visibility, r.Firm)
	}
	b.took(firmsFileName, "reports", len(f.Reports))
	for _, r := range f.Dates {
		b.problemDates(r)
	}
	b.took(firmsFileName, "problem_dates", len(f.Dates))
	for _, r := range f.Projects {
		b.firmProject(r, own)
	}
	b.took(firmsFileName, "projects", len(f.Projects))
}

// firmEdge adds an illustrative edge. One that is not public belongs to firm.
func (b *builder) firmEdge(e graph.Edge, visibility, firm string) {
	if !b.mustNode(firmsFileName, e.From) || !b.mustNode(firmsFileName, e.To) {
		return
	}
	e.Fields = with(e.Fields, "illustrative", true)
	e.Visibility, e.Owner = b.seenBy(visibility, firm)
	b.edge(e)
}

func (b *builder) seenBy(visibility, firm string) (graph.Visibility, graph.ID) {
	var v graph.Visibility
	if err := v.UnmarshalText([]byte(visibility)); err != nil {
		b.fail("%s: %w", firmsFileName, err)
	}
	if v == graph.Public {
		return v, ""
	}
	return v, seedID("firm", firm)
}

func (b *builder) firm(r firmRow, own []graph.Evidence) {
	id := seedID("firm", r.ID)
	b.firms[id] = r.Name
	b.node(graph.Node{
		ID: id, Kind: graph.Firm, Name: r.Name,
		Fields: fields(
			"uscc", r.Uscc, "size", r.Size, "size_year", r.SizeYear, "maturity_level", r.Maturity.Level, "maturity_assessor", r.Maturity.Assessor,
			"maturity_model", r.Maturity.Model, "maturity_date", r.Maturity.Date, "consent_to_show_name", r.Consent, "illustrative", r.Illustrative,
		),
		Evidence: own,
	})
	b.firmEdge(graph.Edge{Kind: graph.LocatedIn, From: id, To: regionID(r.Region), Evidence: own}, "public", r.ID)
	for _, s := range r.Segments {
		b.firmEdge(graph.Edge{Kind: graph.OperatesIn, From: id, To: seedID("segment", s), Evidence: own}, "public", r.ID)
	}
	b.took(firmsFileName, "firms.segments", len(r.Segments))
	for _, p := range r.Products {
		b.firmEdge(graph.Edge{Kind: graph.Makes, From: id, To: productID(p), Evidence: own}, "public", r.ID)
	}
	b.took(firmsFileName, "firms.products", len(r.Products))
	for _, role := range r.Roles {
		e := graph.Edge{
			Kind: graph.HasRole, From: id, To: chainID(r.Chain), ValidFrom: validFrom(role.From), ValidTo: graph.Open,
			Fields: fields("role", role.Role, "granted_by", role.GrantedBy), Evidence: own,
		}
		if role.To != "" {
			e.ValidTo = validFrom(role.To) // the first day on which it is held no longer
		}
		b.firmEdge(e, "public", r.ID)
	}
	b.took(firmsFileName, "firms.roles", len(r.Roles))
}

// certificate makes a certificate, which only its holder and those it shows it
// to may see. Its dates are fields: what has expired can be told.
func (b *builder) certificate(r certificateRow, own []graph.Evidence) {
	rule, ok := b.rule(firmsFileName, r.Rule)
	if !ok {
		return
	}
	n := graph.Node{
		ID: seedID("certificate", r.ID), Kind: graph.Certificate, Name: r.Number,
		Fields: fields(
			"number", r.Number, "products", r.Products, "certifier", r.Certifier, "certificate_status", r.Status,
			"status_since", r.StatusSince, "starts_on", r.ValidFrom, "ends_on", r.ValidTo, "illustrative", r.Illustrative,
		),
		Evidence: own,
	}
	n.Visibility, n.Owner = b.seenBy(r.Visibility, r.Firm)
	b.node(n)
	b.firmEdge(graph.Edge{Kind: graph.Holds, From: seedID("firm", r.Firm), To: n.ID, Evidence: own}, r.Visibility, r.Firm)
	b.firmEdge(graph.Edge{Kind: graph.Under, From: n.ID, To: rule, Evidence: own}, r.Visibility, r.Firm)
}

// problemDates sets invented dates on a real problem: they are marked, and no
// answer counts them.
func (b *builder) problemDates(r problemDatesRow) {
	id := seedID("problem", r.Problem)
	if !b.mustNode(firmsFileName, id) {
		return
	}
	n := b.nodes[id]
	n.Fields["dates_illustrative"] = r.Illustrative
	by := b.collector("firms")
	for _, one := range []struct{ field, date string }{
		{"confirmed_on", r.ConfirmedOn}, {"in_progress_on", r.InProgressOn}, {"solved_on", r.SolvedOn},
	} {
		if one.date == "" {
			continue
		}
		n.Fields[one.field] = append(n.Fields.Texts(one.field), one.date)
		n.Evidence = append(n.Evidence, graph.Evidence{Field: one.field, Value: one.date, CollectedBy: by, CollectedAt: collectedAt})
	}
}

// firmProject makes a project with its milestones as dated fields.
func (b *builder) firmProject(r firmProjectRow, own []graph.Evidence) {
	name := func(firm string) string {
		b.mustNode(firmsFileName, seedID("firm", firm))
		return b.firms[seedID("firm", firm)]
	}
	f := fields("lead", name(r.Lead), "illustrative", r.Illustrative)
	var members []string
	for _, m := range r.Members {
		members = append(members, name(m))
	}
	f = with(f, "members", members)
	milestones := map[string]string{"立项": "initiated_on", "验证": "verified_on", "销号": "closed_on"}
	for _, m := range r.Milestones {
		field, ok := milestones[m.Milestone]
		if !ok {
			b.fail("%s: the milestone %q is not known", firmsFileName, m.Milestone)
		}
		f = with(f, field, m.Date)
	}
	id := seedID("project", r.ID)
	b.node(graph.Node{ID: id, Kind: graph.Project, Name: r.Title, Fields: f, Evidence: own})
	for _, slug := range r.Chains {
		b.firmEdge(graph.Edge{Kind: graph.AppliesTo, From: id, To: chainID(slug), Evidence: own}, "public", r.Lead)
	}
	for _, t := range r.Targets {
		b.firmEdge(graph.Edge{Kind: graph.Targets, From: id, To: seedID("problem", t), Evidence: own}, "public", r.Lead)
	}
	b.took(firmsFileName, "projects.targets", len(r.Targets))
}
