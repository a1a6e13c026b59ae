package search

import (
	"context"
	"fmt"
	"slices"

	"zhitu/graph"
)

// A node belongs to a chain 产业链 because of what it hangs on: a problem on a
// segment of the chain, a standard on a problem. inheritance says over which
// edges the chains and positions of one node pass on to another. It is for
// filtering only and, like a tag, never evidence of coverage; it looks at
// public records of any date, because a filter is no statement about a day.
var inheritance = []struct {
	heir graph.NodeKind
	edge graph.EdgeKind
	dir  graph.Direction // from the heir to what it inherits from
}{
	{graph.Segment, graph.HasSegment, graph.In},
	{graph.Segment, graph.Broader, graph.Out},
	{graph.Process, graph.HasProcess, graph.In},
	{graph.Product, graph.MadeIn, graph.Out},
	{graph.Firm, graph.OperatesIn, graph.Out},
	{graph.Firm, graph.HasRole, graph.Out},
	{graph.Problem, graph.OccursAt, graph.Out},
	{graph.Characteristic, graph.Concerns, graph.In},
	{graph.Standard, graph.AppliesTo, graph.Out},
	{graph.Standard, graph.Addresses, graph.Out},
	{graph.Clause, graph.Addresses, graph.Out},
	{graph.Clause, graph.HasClause, graph.In},
	{graph.Rule, graph.AppliesTo, graph.Out},
	{graph.Rule, graph.Covers, graph.Out},
	{graph.Rule, graph.Implements, graph.Out},
	{graph.Bundle, graph.Offers, graph.In},
	{graph.OrganizationKind, graph.AppliesTo, graph.Out},
	{graph.TestCapability, graph.HasCapability, graph.In},
	{graph.Certificate, graph.Holds, graph.In},
	{graph.Policy, graph.AppliesTo, graph.Out},
	{graph.Policy, graph.Funds, graph.Out},
	{graph.Case, graph.AppliesTo, graph.Out},
	{graph.Case, graph.ResolvedIn, graph.In},
	{graph.Project, graph.AppliesTo, graph.Out},
	{graph.Project, graph.Targets, graph.Out},
	{graph.Expert, graph.AdvisesOn, graph.Out},
	{graph.MetricObservation, graph.ObservedFor, graph.Out},
}

// membership is where a node belongs.
type membership struct {
	chains    []string // node ids
	positions []string
}

// members computes memberships over one reader and remembers them, for one
// pass of indexing.
type members struct {
	reader graph.Reader
	outOf  map[graph.NodeKind][2][]graph.EdgeKind // by heir: kinds followed out, in
	known  map[graph.ID]membership
	code   map[graph.ID]string // region codes
}

func newMembers(r graph.Reader) *members {
	m := &members{
		reader: r, outOf: map[graph.NodeKind][2][]graph.EdgeKind{},
		known: map[graph.ID]membership{}, code: map[graph.ID]string{},
	}
	for _, row := range inheritance {
		kinds := m.outOf[row.heir]
		side := 0
		if row.dir == graph.In {
			side = 1
		}
		kinds[side] = append(kinds[side], row.edge)
		m.outOf[row.heir] = kinds
	}
	return m
}

// maxInheritance bounds the hops over which a membership passes; the longest
// way of the table is case, problem, process, segment, parent segment, chain.
const maxInheritance = 8

// of returns where n belongs.
func (m *members) of(ctx context.Context, n graph.Node) (membership, error) {
	return m.find(ctx, n, maxInheritance)
}

func (m *members) find(ctx context.Context, n graph.Node, hops int) (membership, error) {
	if known, ok := m.known[n.ID]; ok {
		return known, nil
	}
	var ms membership
	switch n.Kind {
	case graph.Chain:
		ms.chains = []string{string(n.ID)}
	case graph.Segment:
		if p := n.Fields.Text("position"); p != "" {
			ms.positions = []string{p}
		}
	}
	m.known[n.ID] = ms // ends a cycle
	sources, err := m.sources(ctx, n)
	if err != nil || hops == 0 {
		return ms, err
	}
	for _, s := range sources {
		from, err := m.find(ctx, s, hops-1)
		if err != nil {
			return ms, err
		}
		ms.chains = append(ms.chains, from.chains...)
		if n.Kind != graph.Segment || len(ms.positions) == 0 {
			ms.positions = append(ms.positions, from.positions...)
		}
	}
	slices.Sort(ms.chains)
	slices.Sort(ms.positions)
	ms.chains, ms.positions = slices.Compact(ms.chains), slices.Compact(ms.positions)
	m.known[n.ID] = ms
	return ms, nil
}

// sources returns the nodes that n inherits from.
func (m *members) sources(ctx context.Context, n graph.Node) ([]graph.Node, error) {
	kinds := m.outOf[n.Kind]
	var ids []graph.ID
	for side, dir := range []graph.Direction{graph.Out, graph.In} {
		if len(kinds[side]) == 0 {
			continue
		}
		filter := graph.EdgeFilter{Kinds: kinds[side], Direction: dir}
		for e, err := range m.reader.Touching(ctx, []graph.ID{n.ID}, filter) {
			if err != nil {
				return nil, fmt.Errorf("chains of %s: %w", n.ID, err)
			}
			if public(e.Head()) && e.Other(n.ID) != n.ID {
				ids = append(ids, e.Other(n.ID))
			}
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	slices.Sort(ids)
	nodes, err := m.reader.Nodes(ctx, slices.Compact(ids))
	if err != nil {
		return nil, fmt.Errorf("chains of %s: %w", n.ID, err)
	}
	return slices.DeleteFunc(nodes, func(n graph.Node) bool { return !public(n.Head()) }), nil
}

// public tells whether a record may contribute to what everybody sees.
func public(h graph.Head) bool {
	return h.Visibility == graph.Public && h.State != graph.Retired && h.State != graph.Merged
}

// regions returns the codes of the regions that n lies in: those that its
// LOCATED_IN edges and its own fields name, with the city and the province
// above each, so that a filter by province finds the county.
func (m *members) regions(ctx context.Context, n graph.Node) ([]string, error) {
	var codes []string
	if n.Kind == graph.Region {
		codes = append(codes, n.Fields.Text("code"))
	}
	codes = append(codes, n.Fields.Texts("regions")...)
	if r := n.Fields.Text("region"); r != "" {
		codes = append(codes, r)
	}
	filter := graph.EdgeFilter{Kinds: []graph.EdgeKind{graph.LocatedIn}, Direction: graph.Out}
	for e, err := range m.reader.Touching(ctx, []graph.ID{n.ID}, filter) {
		if err != nil {
			return nil, fmt.Errorf("regions of %s: %w", n.ID, err)
		}
		if !public(e.Head()) {
			continue
		}
		code, err := m.regionCode(ctx, e.To)
		if err != nil {
			return nil, err
		}
		if code != "" {
			codes = append(codes, code)
		}
	}
	for _, c := range slices.Clone(codes) {
		if len(c) == 6 {
			codes = append(codes, c[:4]+"00", c[:2]+"0000")
		}
	}
	slices.Sort(codes)
	return slices.DeleteFunc(slices.Compact(codes), func(c string) bool { return c == "" }), nil
}

func (m *members) regionCode(ctx context.Context, id graph.ID) (string, error) {
	if code, ok := m.code[id]; ok {
		return code, nil
	}
	nodes, err := m.reader.Nodes(ctx, []graph.ID{id})
	if err != nil {
		return "", fmt.Errorf("region %s: %w", id, err)
	}
	code := ""
	if len(nodes) == 1 && public(nodes[0].Head()) {
		code = nodes[0].Fields.Text("code")
	}
	m.code[id] = code
	return code, nil
}

// heirs returns ids and every node whose membership may rest on one of them.
func (m *members) heirs(ctx context.Context, ids []graph.ID) ([]graph.ID, error) {
	seen := map[graph.ID]bool{}
	for _, id := range ids {
		seen[id] = true
	}
	frontier := ids
	for range maxInheritance {
		var next []graph.ID
		for _, dir := range []graph.Direction{graph.Out, graph.In} {
			// What an heir follows out, we follow in.
			filter := graph.EdgeFilter{Kinds: inheritedOver(dir), Direction: reverse(dir)}
			for e, err := range m.reader.Touching(ctx, frontier, filter) {
				if err != nil {
					return nil, fmt.Errorf("what belongs to %d nodes: %w", len(frontier), err)
				}
				heir := e.From
				if dir == graph.In {
					heir = e.To
				}
				if !seen[heir] {
					seen[heir] = true
					next = append(next, heir)
				}
			}
		}
		if len(next) == 0 {
			break
		}
		slices.Sort(next)
		frontier = next
	}
	out := make([]graph.ID, 0, len(seen))
	for id := range seen {
		out = append(out, id)
	}
	slices.Sort(out)
	return out, nil
}

func reverse(d graph.Direction) graph.Direction {
	if d == graph.Out {
		return graph.In
	}
	return graph.Out
}

func inheritedOver(dir graph.Direction) []graph.EdgeKind {
	var kinds []graph.EdgeKind
	for _, row := range inheritance {
		if row.dir == dir && !slices.Contains(kinds, row.edge) {
			kinds = append(kinds, row.edge)
		}
	}
	return kinds
}

// passesOn tells whether a membership passes over edges of kind k.
func passesOn(k graph.EdgeKind) bool {
	return slices.ContainsFunc(inheritedOver(graph.Out), func(o graph.EdgeKind) bool { return o == k }) ||
		slices.ContainsFunc(inheritedOver(graph.In), func(o graph.EdgeKind) bool { return o == k })
}
