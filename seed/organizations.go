package seed

import (
	"slices"

	"zhitu/graph"
)

// organizations makes the certifiers, laboratories and foreign authorities,
// what they are authorized for and what they can test.
func (b *builder) organizations() {
	const file = "organizations.json"
	rows := b.files.organizations.Organizations
	ambiguous := map[string]bool{}
	for _, o := range rows {
		id, evidence := seedID("organization", o.ID), b.evidence("organizations", o.Evidence)
		names := joined(nil, slices.Concat(o.ShortNames, o.Names))
		n := b.node(graph.Node{
			ID: id, Kind: graph.OrganizationKind, Name: o.Name,
			Aliases:  slices.DeleteFunc(slices.Clone(names), func(s string) bool { return s == o.Name }),
			Fields:   fields("types", o.Types, "approval_no", o.ApprovalNo, "accreditation", o.Accreditation, "verified", o.Verified),
			Evidence: evidence,
		})
		for _, name := range append([]string{o.Name}, n.Aliases...) {
			if other, ok := b.orgs[name]; ok && other != id {
				ambiguous[name] = true
			}
			b.orgs[name] = id
		}
		b.locate(file, id, o.Region, evidence)
		b.ofChains(file, id, o.Chains)
		for _, a := range o.AuthorizedFor {
			b.authorization(id, a)
		}
		b.took(file, "authorized_for", len(o.AuthorizedFor))
		for _, c := range o.Capabilities {
			b.capability(o, c)
		}
		b.took(file, "capabilities", len(o.Capabilities))
	}
	for name := range ambiguous {
		delete(b.orgs, name)
	}
	b.took(file, "organizations", len(rows))
}

// authorization joins an organization with a rule, by its number or name, or
// with a whole scheme, by its code: what that stands for is judged when asked.
func (b *builder) authorization(org graph.ID, a authorizationRow) {
	to, isRule := b.rules[a.Rule]
	if !isRule {
		var ok bool
		if to, ok = b.lookup(b.schemes, "rule or scheme", "organizations.json", a.Rule); !ok {
			return
		}
	}
	b.edge(graph.Edge{
		Kind: graph.AuthorizedFor, From: org, To: to,
		Fields: fields(
			"authorization_type", a.Type, "scope", a.Scope, "starts_on", a.From, "ends_on", a.To, "verified", a.Verified,
		),
		Evidence: b.evidence("organizations", a.Evidence),
	})
}

// capability makes what a laboratory can test: a characteristic, mostly by the
// method of a standard.
func (b *builder) capability(o organizationRow, c capabilityRow) {
	const file = "organizations.json"
	org, ch := seedID("organization", o.ID), seedID("characteristic", c.Characteristic)
	if !b.mustNode(file, ch) {
		return
	}
	evidence := b.evidence("organizations", nil)
	name := o.Name + "：" + b.nodes[ch].Name
	if c.Method != "" {
		name += "（" + c.Method + "）"
	}
	n := b.node(graph.Node{
		ID: hashedID("capability", o.ID, c.Characteristic, c.Method), Kind: graph.TestCapability, Name: name,
		Fields: fields("verified", c.Verified), Evidence: evidence,
	})
	join := func(kind graph.EdgeKind, from, to graph.ID) {
		b.edge(graph.Edge{Kind: kind, From: from, To: to, Fields: fields("verified", c.Verified), Evidence: evidence})
	}
	join(graph.HasCapability, org, n.ID)
	join(graph.Tests, n.ID, ch)
	if c.Method == "" {
		return
	}
	if method, ok := b.lookup(b.standards, "standard", file, c.Method); ok {
		join(graph.ByMethod, n.ID, method)
	}
}
