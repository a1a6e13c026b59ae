package seed

import (
	"zhitu/graph"
)

func chainID(slug string) graph.ID { return seedID("chain", slug) }

func dossierFile(name string) string { return "chains/" + name + ".json" }

// chain makes the chain of a dossier with its segments, their processes and
// products, the supplies between segments and the characteristics.
func (b *builder) chain(name string) {
	d, file := b.files.dossiers[name], dossierFile(name)
	own := b.evidence(name, nil)
	if c := d.Chain; c != nil {
		b.node(graph.Node{
			ID: chainID(c.Slug), Kind: graph.Chain, Name: c.Name,
			Fields: fields("slug", c.Slug, "description", c.Description, "notes", d.Notes), Evidence: own,
		})
		b.chains[c.Slug], b.chains[c.Pilot] = chainID(c.Slug), chainID(c.Slug)
		b.edge(graph.Edge{Kind: graph.PartOf, From: chainID(c.Slug), To: firstPilots, Evidence: own})
		b.took(file, "notes", len(d.Notes))
	}
	for _, s := range d.Segments {
		b.segment(name, d.Chain.Slug, s)
	}
	b.took(file, "segments", len(d.Segments))
	for _, s := range d.Supplies {
		from, to := seedID("segment", s.From), seedID("segment", s.To)
		if b.mustNode(file, from) && b.mustNode(file, to) {
			b.edge(graph.Edge{Kind: graph.Supplies, From: from, To: to, Fields: fields("goods", s.What, "verified", s.Verified), Evidence: own})
		}
	}
	b.took(file, "supplies", len(d.Supplies))
	for _, c := range d.Characteristics {
		b.node(graph.Node{
			ID: seedID("characteristic", c.ID), Kind: graph.Characteristic, Name: c.Name, Fields: fields("unit", c.Unit), Evidence: own,
		})
	}
	b.took(file, "characteristics", len(d.Characteristics))
}

// segment makes a segment with its processes, which are its own, and its
// products, which other segments may make as well.
func (b *builder) segment(dossier, slug string, s segmentRow) {
	id, own := seedID("segment", s.ID), b.evidence(dossier, nil)
	b.node(graph.Node{
		ID: id, Kind: graph.Segment, Name: s.Name,
		Fields: fields("position", s.Position, "order", s.Order, "verified", s.Verified), Evidence: own,
	})
	b.edge(graph.Edge{
		Kind: graph.HasSegment, From: chainID(slug), To: id, Fields: fields("order", s.Order, "verified", s.Verified), Evidence: own,
	})
	for i, name := range s.Processes {
		p := processID(s.ID, name)
		b.node(graph.Node{ID: p, Kind: graph.Process, Name: name, Fields: fields("timing", processTimings[name]), Evidence: own})
		b.edge(graph.Edge{Kind: graph.HasProcess, From: id, To: p, Fields: fields("order", i+1), Evidence: own})
	}
	b.took(dossierFile(dossier), "segments.processes", len(s.Processes))
	for _, name := range s.Products {
		p := productID(name)
		if _, ok := b.nodes[p]; !ok {
			b.node(graph.Node{ID: p, Kind: graph.Product, Name: name, Evidence: own, Fields: graph.Fields{}})
		}
		b.edge(graph.Edge{Kind: graph.MadeIn, From: p, To: id, Evidence: own})
	}
	b.took(dossierFile(dossier), "segments.products", len(s.Products))
}

func processID(segment, name string) graph.ID {
	return derivedID("process", name, seedID("segment", segment))
}

func productID(name string) graph.ID { return derivedID("product", name) }
