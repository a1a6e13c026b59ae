package answer

import (
	"cmp"
	"slices"
	"strings"

	"zhitu/graph"
)

// Condition C6: who can certify under a rule at the date.

// managementSchemes are the schemes whose code, in an authorization, stands
// for each of their rules; for the product schemes a code alone leaves the
// scope open.
var managementSchemes = []string{
	"QMS", "EMS", "OHSMS", "ISMS", "ITSMS", "EnMS", "FSMS", "HACCP", "IATF16949", "SCSMS",
}

// authorization is one way in which an organization may certify under a rule.
type authorization struct {
	organization graph.ID
	verdict      graph.Tri
	reason       string        // a code of the catalogue; why it is not a plain yes
	undated      bool          // no dates are recorded
	via          []*graph.Edge // from the rule to the organization
	edge         *graph.Edge   // AUTHORIZED_FOR
}

// selfDeclared tells whether no certifier exists for rule because the maker
// declares conformity.
func (f *facts) selfDeclared(rule graph.ID) bool {
	return slices.Contains(f.nodes[rule].Fields.Texts("modes"), "self_declaration")
}

// certifiable is C6 as a whole.
func (f *facts) certifiable(rule graph.ID, region string) graph.Tri {
	if f.selfDeclared(rule) {
		return graph.Yes
	}
	t := graph.No
	for _, a := range f.authorizations(rule, region) {
		t = graph.Or(t, a.verdict)
	}
	return t
}

// authorizations returns every authorization that reaches rule: its own, of
// another version unless dated, of a detail rule that implements it, of its
// scheme. There is none for a rule under which the maker declares conformity.
// Order: organization, then edge id.
func (f *facts) authorizations(rule graph.ID, region string) []authorization {
	if f.selfDeclared(rule) {
		return nil
	}
	out := f.versionAuthorizations(rule, region)
	for _, impl := range f.into(rule, graph.Implements) {
		inForce := f.usable(impl.From)
		for _, a := range f.versionAuthorizations(impl.From, region) {
			a.via = append([]*graph.Edge{impl}, a.via...)
			if inForce < a.verdict {
				a.verdict, a.reason = inForce, "detail_"+string(f.status(impl.From).Status)
			}
			out = append(out, a)
		}
	}
	out = append(out, f.schemeAuthorizations(rule, region)...)
	if f.schemeCode(rule) == "EEC" {
		f.foreignOnly(out)
	}
	slices.SortStableFunc(out, func(a, b authorization) int {
		return cmp.Or(cmp.Compare(a.organization, b.organization), cmp.Compare(a.edge.ID, b.edge.ID))
	})
	return out
}

// versionAuthorizations are those of rule itself and, undated, of the versions
// that REPLACES links with it, those not in the graph on the date among them.
func (f *facts) versionAuthorizations(rule graph.ID, region string) []authorization {
	var out []authorization
	for _, v := range f.everyVersion(rule) {
		for _, e := range slices.Concat(f.into(v.id, graph.AuthorizedFor), f.later.authorized[v.id]) {
			a := f.authorization(e, region)
			if v.id != rule && !a.undated {
				continue
			}
			a.via = append(slices.Clone(v.path), e)
			out = append(out, a)
		}
	}
	return out
}

// schemeAuthorizations are those for the scheme of rule. For a detail rule they
// count only for the certifier whose own it is.
func (f *facts) schemeAuthorizations(rule graph.ID, region string) []authorization {
	var out []authorization
	detail := f.nodes[rule].Fields.Flag("detail")
	for _, in := range f.outOf(rule, graph.InScheme) {
		management := slices.Contains(managementSchemes, f.nodes[in.To].Fields.Text("code"))
		for _, e := range f.into(in.To, graph.AuthorizedFor) {
			if detail && !f.issuedBy(rule, e.From) {
				continue
			}
			a := f.authorization(e, region)
			a.via = []*graph.Edge{in, e}
			if !management && a.verdict == graph.Yes {
				a.verdict, a.reason = graph.ToReview, "scope_not_recorded"
			}
			out = append(out, a)
		}
	}
	return out
}

func (f *facts) issuedBy(rule, organization graph.ID) bool {
	return slices.ContainsFunc(f.outOf(rule, graph.IssuedBy), func(e *graph.Edge) bool { return e.To == organization })
}

// foreignOnly holds that EEC approval is given by a foreign authority.
func (f *facts) foreignOnly(list []authorization) {
	for i, a := range list {
		if !slices.Contains(f.nodes[a.organization].Fields.Texts("types"), "foreign_authority") {
			list[i].verdict, list[i].reason = graph.No, "not_foreign_authority"
		}
	}
}

func (f *facts) schemeCode(rule graph.ID) string {
	for _, e := range f.outOf(rule, graph.InScheme) {
		return f.nodes[e.To].Fields.Text("code")
	}
	return ""
}

// authorization judges one AUTHORIZED_FOR edge by its dates, region and
// evidence.
func (f *facts) authorization(e *graph.Edge, region string) authorization {
	a := authorization{organization: e.From, edge: e, verdict: graph.Yes}
	lower := func(t graph.Tri, reason string) {
		if t < a.verdict {
			a.verdict, a.reason = t, reason
		}
	}
	starts, ends := e.Fields.Span("starts_on"), e.Fields.Span("ends_on")
	a.undated = !starts.Known() && !ends.Known()
	if starts.Known() {
		lower(starts.Reached(f.view.AsOf()), "not_started")
	}
	if ends.Known() {
		lower(graph.Yes-ends.Passed(f.view.AsOf()), "expired")
	}
	if own := e.Fields.Text("region"); own != "" && region != "" && !regionsMeet(own, region) {
		lower(graph.No, "out_of_region")
	}
	best := 0
	for _, item := range e.Evidence {
		best = max(best, item.Level)
	}
	if best == 0 {
		lower(graph.ToReview, "evidence_level_0")
	}
	return a
}

// regionsMeet tells whether one of two region codes lies in the other:
// 130000 holds 131100 holds 131125.
func regionsMeet(a, b string) bool {
	trim := func(s string) string {
		for len(s) > 2 && strings.HasSuffix(s, "00") {
			s = s[:len(s)-2]
		}
		return s
	}
	a, b = trim(a), trim(b)
	return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
}

// version is a rule linked by REPLACES, and the edges that lead to it.
type version struct {
	id   graph.ID
	path []*graph.Edge
}

// versions returns rule and every version that REPLACES links with it, in
// either direction, nearest first.
func (f *facts) versions(rule graph.ID) []version {
	return f.linkedVersions(rule, func(id graph.ID) []*graph.Edge {
		return slices.Concat(f.into(id, graph.Replaces), f.outOf(id, graph.Replaces))
	})
}

func (f *facts) linkedVersions(rule graph.ID, linked func(graph.ID) []*graph.Edge) []version {
	out := []version{{id: rule}}
	seen := map[graph.ID]bool{rule: true}
	for i := 0; i < len(out); i++ {
		at := out[i]
		for _, e := range linked(at.id) {
			if next := e.Other(at.id); !seen[next] {
				seen[next] = true
				out = append(out, version{id: next, path: append(slices.Clone(at.path), e)})
			}
		}
	}
	return out
}
