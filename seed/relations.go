package seed

import (
	"strings"

	"zhitu/graph"
)

// relation makes what our graph calls a relation of the report. Its names for
// them are not ours, and two of them are no edge at all.
func (b *builder) relation(r relationRow) {
	switch r.Type {
	case "HAS_SEGMENT":
		b.parentSegment(r)
	case "BUNDLES":
		b.bundleMember(r)
	case "OFFERS_BUNDLE":
		b.said(r, graph.Offers, b.named(r.From), b.bundle(r.To))
	case "COOPERATES_WITH":
		b.said(r, graph.CooperatesWith, b.named(r.From), b.named(r.To), "fields", r.Fields, "symmetric", r.Symmetric)
	case "ISSUED_IN", "APPLIES_TO_CHAIN": // a pilot is no organization that could have issued it
		b.said(r, graph.AppliesTo, b.named(r.From), b.named(r.To))
	case "FINANCES":
		b.said(r, graph.Funds, b.named(r.From), b.named(r.To))
	case "USES_CERTIFICATION": // a figure of the chain, and nobody's certificate
		b.mention(r, b.named(r.From), "notes", "试点材料提到的认证："+r.To)
	case "ISSUED_BY": // training material: what the chain did
		b.mention(r, b.named(r.To), "practices", r.From)
	default:
		b.fail("pilots.json: a relation %q is not known", r.Type)
	}
}

// said adds an edge that a sentence of the report states.
func (b *builder) said(r relationRow, kind graph.EdgeKind, from, to graph.ID, pairs ...any) {
	if from == "" || to == "" {
		return // named has reported it
	}
	b.edge(graph.Edge{
		Kind: kind, From: from, To: to, Fields: with(fields(pairs...), "inferred", r.Inferred),
		Evidence: []graph.Evidence{b.sentence(r.Quote, "", "")},
	})
}

// named finds what a relation calls by the id of a pilot or by a title.
func (b *builder) named(name string) graph.ID {
	const file = "pilots.json"
	title := strings.Trim(name, "《》")
	switch {
	case name == "首批区域试点":
		return firstPilots
	case b.chains[name] != "":
		return b.chains[name]
	case b.standards[title] != "":
		return b.standards[title]
	case name == "“苏质贷”":
		id := seedID("policy", "pol-xnycl-szd")
		b.resolved(file, name, id)
		b.mustNode(file, id)
		return id
	}
	id, _ := b.rule(file, name)
	return id
}

// parentSegment makes one of the three segments that the report names, above
// those of its position in the dossier.
func (b *builder) parentSegment(r relationRow) {
	chain := b.named(r.From)
	position, ok := codeOf("position", r.Position)
	if chain == "" || !ok {
		b.fail("pilots.json: the segment %q has no chain or position", r.To)
		return
	}
	evidence := []graph.Evidence{b.sentence(r.Quote, "", "")}
	n := b.node(graph.Node{
		ID: derivedID("segment", r.To, chain), Kind: graph.Segment, Name: r.To,
		Fields: fields("position", position, "verified", "source"), Evidence: evidence,
	})
	b.said(r, graph.HasSegment, chain, n.ID)
	for _, s := range b.files.dossiers[b.nodes[chain].Fields.Text("slug")].Segments {
		if s.Position == position {
			b.edge(graph.Edge{
				Kind: graph.Broader, From: seedID("segment", s.ID), To: n.ID,
				Fields: fields("inferred", "由环节位置对应"), Evidence: evidence,
			})
		}
	}
}

// bundle returns the bundle of a name, made when it is first named.
func (b *builder) bundle(name string) graph.ID {
	id := derivedID("bundle", name)
	if _, ok := b.nodes[id]; !ok {
		b.node(graph.Node{ID: id, Kind: graph.Bundle, Name: name, Fields: graph.Fields{}, Evidence: b.evidence("pilots", nil)})
	}
	return id
}

// bundleMember joins a bundle with the scheme that the report calls by a name
// of its own.
func (b *builder) bundleMember(r relationRow) {
	scheme, ok := b.lookup(b.schemes, "scheme", "pilots.json", r.To)
	if !ok {
		return
	}
	if _, other := schemeAliases[r.To]; other {
		b.resolved("pilots.json", r.To, scheme)
	}
	role := r.Role
	if role == "N" {
		role = "addon"
	}
	b.said(r, graph.Bundles, b.bundle(r.From), scheme, "role", role)
}

// mention keeps a relation that is no edge of ours: a line in a list of the
// chain, unless a measure says it already, with the sentence as evidence.
func (b *builder) mention(r relationRow, chain graph.ID, list, text string) {
	n := b.nodes[chain]
	found := false
	for i, had := range n.Fields.Texts(list) {
		if strings.Contains(had, text) {
			found, text = true, n.Fields.Texts(list)[i]
		}
	}
	if !found {
		n.Fields[list] = append(n.Fields.Texts(list), text)
	}
	n.Evidence = joined(n.Evidence, []graph.Evidence{b.sentence(r.Quote, list, text)})
}
