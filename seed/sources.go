package seed

import (
	"fmt"
	"strings"

	"zhitu/graph"
)

// sources makes a Source node of each row of sources.json, and one of each
// file of the seed: the collector of what stands in it.
func (b *builder) sources() {
	for _, r := range b.files.sources.Sources {
		f := fields("issuer", r.Issuer, "date", r.Date, "address", r.Address, "level", r.Level, "note", r.Note)
		if r.ID == reportSource {
			f["file"], f["sha256"] = b.files.pilots.Source.SeedFile, reportSHA256
		}
		b.node(graph.Node{
			ID: sourceID(r.ID), Kind: graph.Source, Name: r.Title, Fields: f,
			Evidence: []graph.Evidence{{Level: r.Level, CollectedBy: b.collector("sources"), CollectedAt: collectedAt}},
		})
		b.levels[r.ID] = r.Level
	}
	b.took("sources.json", "sources", len(b.files.sources.Sources))
	for _, name := range dossierNames() {
		b.fileSource("chains/"+name+".json", name, "")
	}
	p := b.files.pilots
	conventions := fmt.Sprintf(
		"逐句摘自%s（截至%s年）。quote：%s；inferred：%s；approx：%s",
		p.Source.Title, p.Source.AsOf, p.Conventions.Quote, p.Conventions.Inferred, p.Conventions.Approx,
	)
	for _, one := range []struct{ file, note string }{
		{"standards", ""}, {"rules", ""}, {"organizations", ""}, {"sources", ""}, {"vocab", ""},
		{"regions", "随程序；区划代码与名称按 GB/T 2260"}, {"catalogue", b.files.catalogue.About}, {"pilots", conventions},
	} {
		b.fileSource(one.file+".json", one.file, one.note)
	}
}

// fileSource makes the Source node of one file of the seed.
func (b *builder) fileSource(file, name, note string) {
	b.node(graph.Node{
		ID: seedID("source", "dossier-"+name), Kind: graph.Source, Name: b.collector(name),
		Fields: fields("file", file, "date", collectedAt, "level", 0, "note", note),
	})
}

// programmes makes the two programmes. The totals of the first come with
// pilots.json.
func (b *builder) programmes() {
	p := b.files.pilots
	n := b.node(graph.Node{
		ID: firstPilots, Kind: graph.Programme, Name: "小微企业质量管理体系认证提升行动首批区域试点", Aliases: []string{"首批区域试点"},
		Fields:   fields("issuer", "市场监管总局", "notes", b.files.dossiers["common"].Notes),
		Evidence: b.evidence("pilots", []evidenceRow{{Source: reportSource, Level: b.levels[reportSource]}}),
	})
	b.took("chains/common.json", "notes", len(b.files.dossiers["common"].Notes))
	for _, d := range p.Discrepancies {
		n.Fields["discrepancies"] = append(n.Fields.Texts("discrepancies"), d.Topic+"："+d.Detail)
	}
	b.took("pilots.json", "discrepancies", len(p.Discrepancies))
	b.measureRows(n, "national.measures", p.National.Measures)
	b.node(graph.Node{
		ID: strongChains, Kind: graph.Programme, Name: "质量强链联动", Aliases: []string{"质量强链"},
		Fields: fields("issuer", "市场监管总局"), Evidence: b.evidence("common", nil),
	})
}

// measureRows puts what was done into the practices of a chain or programme,
// each with its sentence as evidence. The two lists run in parallel.
func (b *builder) measureRows(n *graph.Node, list string, rows []measureRow) {
	for _, m := range rows {
		n.Fields["practices"] = append(n.Fields.Texts("practices"), m.Text)
		n.Fields["practice_kinds"] = append(n.Fields.Texts("practice_kinds"), m.Kind)
		n.Evidence = append(n.Evidence, b.sentence(m.Quote, "practices", m.Text))
		addInferred(n, m.Inferred)
	}
	b.took("pilots.json", list, len(rows))
}

// sentence is the evidence of one sentence of the report.
func (b *builder) sentence(quote, field, value string) graph.Evidence {
	return graph.Evidence{
		Source: sourceID(reportSource), Quote: quote, Level: b.levels[reportSource], Field: field, Value: value,
		CollectedBy: b.collector("pilots"), CollectedAt: collectedAt,
	}
}

// addInferred notes what about n is not in its source.
func addInferred(n *graph.Node, text string) {
	if text == "" {
		return
	}
	if had := n.Fields.Text("inferred"); had != "" {
		if strings.Contains(had, text) {
			return
		}
		text = had + "；" + text
	}
	n.Fields["inferred"] = text
}
