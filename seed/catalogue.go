package seed

import (
	"zhitu/graph"
)

// catalogueRows says of products which class they are of, which compulsory
// rule covers them and which mandatory standard binds them. What is not here
// is not recorded, which is not the same as not in the catalogue.
func (b *builder) catalogueRows() {
	const file = "catalogue.json"
	c, own := b.files.catalogue, b.evidence("catalogue", nil)
	for _, r := range c.Classes {
		id := productID(r.Product)
		if !b.mustNode(file, id) || !b.madeIn(file, id, r.Chain) {
			continue
		}
		n := b.nodes[id]
		n.Fields = with(n.Fields, "gbt4754", r.Gbt4754, "note", r.Note, "verified", r.Verified)
		e := own[0]
		e.Field, e.Value = "gbt4754", r.Gbt4754
		n.Evidence = append(n.Evidence, e)
	}
	b.took(file, "product_classes", len(c.Classes))
	for _, r := range c.Covers {
		from, ok := b.rule(file, r.Rule)
		to := productID(r.Product)
		if !ok || !b.mustNode(file, to) {
			continue
		}
		if r.Verdict == "applicable" {
			b.nodes[to].Fields["in_catalogue"] = "yes"
		}
		b.edge(graph.Edge{
			Kind: graph.Covers, From: from, To: to, State: judged(r.Verified, r.Reason),
			Fields: fields(
				"applicability_verdict", r.Verdict, "applicability_reason", r.Reason, "compulsory_from", r.CompulsoryFrom, "verified", r.Verified,
			),
			Evidence: own,
		})
	}
	b.took(file, "covers_products", len(c.Covers))
	for _, r := range c.Binds {
		from, ok := b.lookup(b.standards, "standard", file, r.Standard)
		to := productID(r.Product)
		if ok && b.mustNode(file, to) {
			b.edge(graph.Edge{
				Kind: graph.AppliesTo, From: from, To: to, Fields: fields("reason", r.Reason, "verified", r.Verified), Evidence: own,
			})
		}
	}
	b.took(file, "mandatory_for", len(c.Binds))
}

// madeIn holds a row that names a chain to the chain that makes the product.
func (b *builder) madeIn(file string, product graph.ID, slug string) bool {
	for _, s := range b.files.dossiers[slug].Segments {
		for _, name := range s.Products {
			if productID(name) == product {
				return true
			}
		}
	}
	b.fail("%s: no segment of the chain %q makes %s", file, slug, product)
	return false
}
