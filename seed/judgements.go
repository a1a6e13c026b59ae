package seed

import (
	"zhitu/graph"
)

// judgements makes the edges that say which standard or rule helps against a
// problem, and which does not and why.
func (b *builder) judgements(name string) {
	d, file := b.files.dossiers[name], dossierFile(name)
	for _, a := range d.Addresses {
		from, ok := b.lookup(b.standards, "standard", file, a.Standard)
		to := seedID("problem", a.Problem)
		if !ok || !b.mustNode(file, to) {
			continue
		}
		b.edge(graph.Edge{
			Kind: graph.Addresses, From: from, To: to, State: judged(a.Verified, a.Reason),
			Fields: fields(
				"mechanism", a.Mechanism, "strength", a.Strength, "clause", a.Clause, "applicability_verdict", a.Verdict,
				"applicability_reason", a.Reason, "verified", a.Verified,
			),
			Evidence: b.evidence(name, a.Evidence),
		})
	}
	b.took(file, "addresses", len(d.Addresses))
	for _, c := range d.Covers {
		from, ok := b.rule(file, c.Rule)
		to := seedID("problem", c.Problem)
		if !ok || !b.mustNode(file, to) {
			continue
		}
		b.edge(graph.Edge{
			Kind: graph.Covers, From: from, To: to, State: judged(c.Verified, c.Reason),
			Fields: fields(
				"strength", c.Strength, "applicability_verdict", c.Verdict, "applicability_reason", c.Reason, "verified", c.Verified,
			),
			Evidence: b.evidence(name, c.Evidence),
		})
	}
	b.took(file, "covers", len(d.Covers))
}
