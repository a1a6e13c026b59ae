package seed

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"zhitu/graph"
)

// fixtureFile is the file of the invented graph, its member expected left to
// the tests that compare with it.
type fixtureFile struct {
	Synthetic bool
	About     string
	Segments  []struct{ ID, Name, Position string }
	Supplies  [][2]string
	Problems  []struct{ ID, Name, Segment string }
	Rules     map[string]fixtureRule `json:"certifications"`
	Bundles   map[string][]string
	Firms     map[string]fixtureFirm
	Mandatory map[string][]string
	Expected  any
}

type fixtureRule struct {
	Mandatory          bool
	Covers             map[string]string
	Requires, Eligible []string
}

type fixtureFirm struct {
	Name            string
	Problems, Holds []string
}

// The chain, bundle, product and certifier of the fixture. The file has no
// product and no certifier; without them nothing could be compulsory for a
// firm or certified by anybody.
const (
	fixtureChain     graph.ID = "chain:ev-fixture"
	fixtureBundle    graph.ID = "bundle:ev-fixture"
	fixtureProduct   graph.ID = "product:ev-fixture-vehicle"
	fixtureCertifier graph.ID = "organization:ev-fixture"
	fixtureSince              = "2020-01-01" // every rule of the fixture is in force from here on
)

// Fixture returns an invented chain with known answers, fixture_ev_synthetic.json,
// as operations. Ids are those of the file in lower case. Every record is
// marked synthetic. Added to the file, so that the answers can be asked of it:
// rules in force since 2020, one certifier for all of them, and a product that
// the compulsory rule covers and that the firms make for which the file calls
// it compulsory.
func Fixture() ([]graph.Op, error) {
	var f fixtureFile
	if err := decode(Data(), "fixture_ev_synthetic.json", &f); err != nil {
		return nil, err
	}
	b := &fixtureBuilder{builder: newBuilder(&files{}), file: f}
	b.frame()
	b.problems()
	for _, name := range slices.Sorted(maps.Keys(f.Rules)) {
		b.rule(name, f.Rules[name])
	}
	for _, name := range slices.Sorted(maps.Keys(f.Bundles)) {
		b.put(graph.Bundle, fixtureBundle, name)
		b.join(graph.Offers, fixtureChain, fixtureBundle)
		for _, member := range f.Bundles[name] {
			b.join(graph.Bundles, fixtureBundle, seedID("rule", member))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(f.Firms)) {
		b.firm(id, f.Firms[id])
	}
	ops, err := b.ops()
	if err != nil {
		return nil, err
	}
	return ops, check(ops)
}

type fixtureBuilder struct {
	*builder
	file fixtureFile
}

// by is what every record of the fixture rests on. Its level is not 0, which
// would leave every authorization to review.
func (b *fixtureBuilder) by() []graph.Evidence {
	return []graph.Evidence{{Level: 1, CollectedBy: "fixture_ev_synthetic.json", CollectedAt: collectedAt}}
}

func (b *fixtureBuilder) put(kind graph.NodeKind, id graph.ID, name string, pairs ...any) {
	b.node(graph.Node{ID: id, Kind: kind, Name: name, Fields: with(fields(pairs...), "synthetic", true), Evidence: b.by()})
}

func (b *fixtureBuilder) join(kind graph.EdgeKind, from, to graph.ID, pairs ...any) {
	b.edge(graph.Edge{Kind: kind, From: from, To: to, Fields: with(fields(pairs...), "synthetic", true), Evidence: b.by()})
}

// frame makes the chain with its segments and their supplies, the product and
// the certifier.
func (b *fixtureBuilder) frame() {
	b.put(graph.Chain, fixtureChain, "合成·电动车小链", "slug", "ev-fixture", "description", b.file.About)
	for i, s := range b.file.Segments {
		position, ok := codeOf("position", s.Position)
		if !ok {
			b.fail("fixture: the position %q is not in the vocabulary", s.Position)
		}
		id := seedID("segment", s.ID)
		b.put(graph.Segment, id, s.Name, "position", position, "order", i+1)
		b.join(graph.HasSegment, fixtureChain, id, "order", i+1)
	}
	for _, s := range b.file.Supplies {
		b.join(graph.Supplies, seedID("segment", s[0]), seedID("segment", s[1]))
	}
	b.put(graph.Product, fixtureProduct, "合成·整车")
	b.put(graph.OrganizationKind, fixtureCertifier, "合成·认证机构", "types", []string{"certifier"})
}

func (b *fixtureBuilder) problems() {
	for _, p := range b.file.Problems {
		b.put(graph.Problem, seedID("problem", p.ID), p.Name)
		b.join(graph.OccursAt, seedID("problem", p.ID), seedID("segment", p.Segment))
	}
}

func (b *fixtureBuilder) rule(name string, r fixtureRule) {
	id := seedID("rule", name)
	eligibility, firms := "", []string(nil)
	if len(r.Eligible) > 0 {
		eligibility = "仅限：" + strings.Join(r.Eligible, "、")
	}
	for _, firm := range r.Eligible {
		firms = append(firms, string(seedID("firm", firm)))
	}
	b.node(graph.Node{
		ID: id, Kind: graph.Rule, Name: name, ValidFrom: validFrom(fixtureSince), ValidTo: graph.Open, Evidence: b.by(),
		Fields: fields(
			"compulsory", r.Mandatory, "issued", fixtureSince, "effective", fixtureSince, "eligibility", eligibility,
			"eligible_firms", firms, "synthetic", true,
		),
	})
	b.join(graph.AuthorizedFor, fixtureCertifier, id, "authorization_type", "approved")
	for _, p := range slices.Sorted(maps.Keys(r.Covers)) {
		strength, ok := codeOf("strength", r.Covers[p])
		if !ok {
			b.fail("fixture: the strength %q is not in the vocabulary", r.Covers[p])
		}
		b.join(graph.Covers, id, seedID("problem", p), "strength", strength, "applicability_verdict", "applicable")
	}
	for _, other := range r.Requires {
		b.join(graph.Requires, id, seedID("rule", other))
	}
	for _, compulsory := range b.file.Mandatory {
		if slices.Contains(compulsory, name) {
			b.join(graph.Covers, id, fixtureProduct, "applicability_verdict", "applicable", "compulsory_from", fixtureSince)
			return
		}
	}
}

// firm makes a firm with its problems and certificates, and as a maker of the
// product when something is compulsory for it.
func (b *fixtureBuilder) firm(name string, f fixtureFirm) {
	id := seedID("firm", name)
	b.put(graph.Firm, id, cmp.Or(f.Name, name), "consent_to_show_name", true)
	for _, p := range f.Problems {
		b.join(graph.ReportedBy, seedID("problem", p), id)
	}
	for _, rule := range f.Holds {
		held := seedID("certificate", name+"-"+rule)
		b.put(graph.Certificate, held, name+" "+rule, "certificate_status", "valid", "starts_on", fixtureSince)
		b.join(graph.Holds, id, held)
		b.join(graph.Under, held, seedID("rule", rule))
	}
	if len(b.file.Mandatory[name]) > 0 {
		b.join(graph.Makes, id, fixtureProduct)
	}
}
