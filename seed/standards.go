package seed

import (
	"zhitu/graph"
)

// standardNodes makes a node of each edition in standards.json.
func (b *builder) standardNodes() {
	rows := b.files.standards.Standards
	for _, r := range rows {
		key := r.Code
		if key == "" {
			key = r.Title
		}
		n := graph.Node{
			ID: derivedID("standard", key), Kind: graph.Standard, Name: r.Title, ValidFrom: validFrom(r.Issued), ValidTo: graph.Open,
			Fields: fields(
				"code", r.Code, "mandatory", r.Mandatory, "issued", r.Issued, "effective", r.Effective, "withdrawn", r.Withdrawn,
				"ics", r.Ics, "ccs", r.Ccs, "scope", r.Scope, "scope_excludes", r.ScopeExcludes, "verified", r.Verified,
			),
			Evidence: dated(b.evidence("standards", r.Evidence)),
		}
		number(n.Fields, r.Code)
		for _, c := range r.Conflicts {
			n.Evidence = append(n.Evidence, graph.Evidence{
				Field: c.Field, Value: c.Value, Locator: "verified: " + c.Verified, CollectedBy: b.collector(c.Chain), CollectedAt: collectedAt,
			})
		}
		b.took("standards.json", "conflicts", len(r.Conflicts))
		b.node(n)
		b.standards[key] = n.ID
	}
	b.took("standards.json", "standards", len(rows))
}

// number adds what the code of a standard says by itself: the number without
// year and the tier. A code in free text says nothing.
func number(f graph.Fields, code string) {
	c, ok := graph.ParseCode(code)
	if !ok {
		return
	}
	f["family"] = c.Family()
	if c.Tier() != "" {
		f["tier"] = c.Tier()
	}
}

// standardEdges joins editions with what they replace and adopt, and with the
// chains whose dossiers name them.
func (b *builder) standardEdges() {
	for _, r := range b.files.standards.Standards {
		key := r.Code
		if key == "" {
			key = r.Title
		}
		id := b.standards[key]
		evidence := b.evidence("standards", r.Evidence)
		for _, old := range r.Replaces {
			f := graph.Fields{}
			if r.Transition != nil { // stands with the new edition, bounds the old one
				f = fields("transition_produce_until", r.Transition.ProduceUntil, "transition_sell_until", r.Transition.SellUntil)
			}
			b.edge(graph.Edge{Kind: graph.Replaces, From: id, To: b.edition(old, r.Code), Fields: f, Evidence: evidence})
		}
		b.took("standards.json", "replaces", len(r.Replaces))
		if r.ReplacedBy != "" {
			b.edge(graph.Edge{Kind: graph.Replaces, From: b.edition(r.ReplacedBy, r.Code), To: id, Evidence: evidence})
			b.took("standards.json", "replaced_by", 1)
		}
		if r.Transition != nil {
			if len(r.Replaces) == 0 {
				b.fail("standards.json: the transition of %s bounds nothing", r.Code)
			}
			b.took("standards.json", "transition", 1)
		}
		if r.Adopts != nil {
			b.edge(graph.Edge{Kind: graph.Adopts, From: id, To: b.edition(r.Adopts.Code, r.Code), Fields: fields("degree", r.Adopts.Degree), Evidence: evidence})
			b.took("standards.json", "adopts", 1)
		}
		b.ofChains("standards.json", id, r.Chains)
	}
}

// edition returns the edition of a code. One that others name and no row
// describes is a stub: its dates are unknown, and so is its status.
func (b *builder) edition(code, namedBy string) graph.ID {
	if id, ok := b.standards[code]; ok {
		return id
	}
	n := graph.Node{
		ID: derivedID("standard", code), Kind: graph.Standard, Name: code, ValidTo: graph.Open,
		Fields:   fields("code", code, "note", "仅由 "+namedBy+" 提及，标准表未收录其详情"),
		Evidence: b.evidence("standards", nil),
	}
	number(n.Fields, code)
	b.node(n)
	b.standards[code] = n.ID
	b.report.Stubs = append(b.report.Stubs, Stub{ID: n.ID, Code: code, NamedBy: namedBy})
	return n.ID
}

// ofChains tags a standard, rule or organization with the chains whose
// dossiers name it: for browsing, never evidence of coverage.
func (b *builder) ofChains(file string, id graph.ID, slugs []string) {
	for _, slug := range slugs {
		if chain, ok := b.lookup(b.chains, "chain", file, slug); ok {
			b.edge(graph.Edge{Kind: graph.AppliesTo, From: id, To: chain, Evidence: b.evidence(slug, nil)})
		}
	}
	b.took(file, "chains", len(slugs))
}
