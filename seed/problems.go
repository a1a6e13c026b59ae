package seed

import (
	"fmt"
	"slices"

	"zhitu/graph"
)

// problems makes the problems of a dossier with where they occur, what they
// concern, what they cause, and what is missing against them.
func (b *builder) problems(name string) {
	d, file := b.files.dossiers[name], dossierFile(name)
	for _, p := range d.Problems {
		b.problem(name, p)
		b.occurrences(name, p)
		b.spotCheck(name, p)
	}
	b.took(file, "problems", len(d.Problems))
	for _, g := range d.Gaps {
		if b.mustNode(file, seedID("problem", g.Problem)) {
			n := b.nodes[seedID("problem", g.Problem)]
			n.Fields["gap_notes"] = append(n.Fields.Texts("gap_notes"), g.Note)
		}
	}
	b.took(file, "gaps", len(d.Gaps))
	for _, c := range d.Causes {
		from, to := seedID("problem", c.From), seedID("problem", c.To)
		if b.mustNode(file, from) && b.mustNode(file, to) {
			b.edge(graph.Edge{Kind: graph.Causes, From: from, To: to, Fields: fields("note", c.Note), Evidence: b.evidence(name, nil)})
		}
	}
	b.took(file, "causes", len(d.Causes))
}

// problem makes the node of p, or adds what this dossier says of one that
// another dossier has told already.
func (b *builder) problem(dossier string, p problemRow) {
	n := graph.Node{
		ID: seedID("problem", p.ID), Kind: graph.Problem, Name: p.Title, Aliases: p.Aliases,
		Fields: fields(
			"category", p.Category, "types", p.Types, "severity", p.Severity, "phenomenon", p.Phenomenon, "effects", p.Effects,
			"cause_texts", p.Causes, "process_text", p.Process, "product_text", p.Product, "verified", p.Verified,
		),
		Evidence: b.evidence(dossier, p.Evidence),
	}
	if slices.Contains(p.Types, "common") {
		n.Fields["declared_common"] = true
	}
	if old, ok := b.nodes[n.ID]; ok {
		mergeProblem(old, n)
		return
	}
	b.node(n)
}

// mergeProblem keeps one node of a problem that several dossiers tell: lists
// are joined, and of two different values the first stays and the other stands
// beside it as evidence. common.json is read first, so that its words win.
func mergeProblem(old *graph.Node, n graph.Node) {
	old.Aliases = joined(old.Aliases, n.Aliases)
	if n.Name != old.Name {
		old.Aliases = joined(old.Aliases, []string{n.Name})
	}
	rest := n.Evidence[0]
	rest.Quote = ""
	spec, _ := graph.NodeSpecOf(graph.Problem)
	specs := append(slices.Clone(spec.Fields), graph.CommonFields()...)
	for _, f := range specs {
		v, ok := n.Fields[f.Name]
		had, before := old.Fields[f.Name]
		switch list, isList := v.([]string); {
		case !ok:
		case !before:
			old.Fields[f.Name] = v
		case isList:
			old.Fields[f.Name] = joined(old.Fields.Texts(f.Name), list)
		case had != v:
			rest.Field, rest.Value = f.Name, fmt.Sprint(v)
			old.Evidence = append(old.Evidence, rest)
		}
	}
	old.Evidence = joined(old.Evidence, n.Evidence)
}

// occurrences says where p occurs: its segment, there its process, and its
// product. A problem of every chain has no segment, and its process stays a
// text.
func (b *builder) occurrences(dossier string, p problemRow) {
	id, file := seedID("problem", p.ID), dossierFile(dossier)
	evidence := b.evidence(dossier, p.Evidence)
	at := func(to graph.ID) {
		if b.mustNode(file, to) {
			b.edge(graph.Edge{Kind: graph.OccursAt, From: id, To: to, Fields: fields("verified", p.Verified), Evidence: evidence})
		}
	}
	if p.Segment != "" {
		at(seedID("segment", p.Segment))
		if p.Process != "" {
			at(processID(p.Segment, p.Process))
		}
	}
	if p.Product != "" {
		at(productID(p.Product))
	}
	for _, c := range p.Characteristics {
		to := seedID("characteristic", c)
		if b.mustNode(file, to) {
			b.edge(graph.Edge{Kind: graph.Concerns, From: id, To: to, Fields: fields("verified", p.Verified), Evidence: evidence})
		}
	}
	b.took(file, "problems.characteristics", len(p.Characteristics))
}

// spotCheck makes an observation of the counts of p. They are of the country,
// a province or another city, at times totals over several items, so the event
// stands with the numbers and no firm is said to have reported them.
func (b *builder) spotCheck(dossier string, p problemRow) {
	c := p.Counts
	if c == nil {
		return
	}
	id := hashedID("observation", "nonconforming_lots", p.ID, c.Event)
	evidence := b.evidence(dossier, []evidenceRow{{Source: c.Source, Level: b.levels[c.Source]}})
	b.node(graph.Node{
		ID: id, Kind: graph.MetricObservation, Name: fmt.Sprintf("不合格批次（%d年）：%s", c.Year, p.Title),
		Fields: fields(
			"metric", "nonconforming_lots", "lots_failed", c.Failed, "lots_checked", c.Checked, "event", c.Event,
			"period", fmt.Sprint(c.Year), "unit", "批",
		),
		Evidence: evidence,
	})
	b.edge(graph.Edge{Kind: graph.ObservedFor, From: id, To: seedID("problem", p.ID), Evidence: evidence})
	b.took(dossierFile(dossier), "problems.counts", 1)
}
