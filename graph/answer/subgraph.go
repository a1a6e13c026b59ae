package answer

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"zhitu/graph"
)

// SubgraphParams asks for the whole map of a chain.
type SubgraphParams struct {
	ID    graph.ID `path:"id" kind:"Chain" zh:"产业链" doc:"the chain"`
	Limit int      `query:"limit" default:"500" min:"1" max:"10000" zh:"节点上限" doc:"nodes at most; counts say how many there are"`
	Depth int      `query:"depth" default:"3" min:"1" max:"3" zh:"深度" doc:"1: segments; 2: and what they hold; 3: and what its problems and the chain are tied to"`
	Width int      `query:"width" default:"0" min:"0" max:"10000" zh:"宽度" doc:"nodes of one kind at most; 0: no bound"`
}

// Subgraph is a chain with all that hangs on it, as far as limit lets it. Which
// nodes are kept does not depend on chance: by kind in the order of counts,
// problems by severity, the rest by how much of the subgraph they touch.
type Subgraph struct {
	Chain  Ref            `json:"chain"`
	Nodes  []SubgraphNode `json:"nodes"`
	Edges  []SubgraphEdge `json:"edges"`
	Counts SubgraphCounts `json:"counts"`
}

// SubgraphNode is one node with how it hangs on the chain.
type SubgraphNode struct {
	Ref
	State    graph.State  `json:"state"`
	Status   graph.Status `json:"status,omitempty"` // of standards and rules
	Position string       `json:"position,omitempty"`
	Category string       `json:"category,omitempty"`
	Severity int64        `json:"severity,omitempty"`
	Problem  string       `json:"problem_status,omitempty"`
	Paths    []Path       `json:"paths"` // from the chain
	Evidence []*Cited     `json:"evidence"`
}

// SubgraphEdge is one edge between two nodes that are shown.
type SubgraphEdge struct {
	ID       graph.ID       `json:"id"`
	EdgeKind graph.EdgeKind `json:"edge_kind"`
	From     graph.ID       `json:"from"`
	To       graph.ID       `json:"to"`
	State    graph.State    `json:"state"`
	Verdict  string         `json:"verdict,omitempty"`
	Strength string         `json:"strength,omitempty"`
	Evidence []*Cited       `json:"evidence"`
}

// SubgraphCounts says what is shown of what there is within depth.
type SubgraphCounts struct {
	Nodes []KindCount `json:"nodes"`
	Edges []KindCount `json:"edges"`
	Shown Shown       `json:"shown"`
	Total Shown       `json:"total"`
}

// KindCount is one kind of node or edge.
type KindCount struct {
	Kind  string `json:"kind"`
	Shown int    `json:"shown"`
	Total int    `json:"total"`
}

// Shown is a number of nodes and edges.
type Shown struct {
	Nodes int `json:"nodes"`
	Edges int `json:"edges"`
}

// subgraphOrder is which kinds are kept first.
var subgraphOrder = []graph.NodeKind{
	graph.Chain, graph.Segment, graph.Problem, graph.Process, graph.Product, graph.Standard, graph.Rule, graph.OrganizationKind,
	graph.Firm, graph.Characteristic, graph.Clause, graph.TestCapability, graph.Case, graph.Project, graph.Policy, graph.Bundle, graph.Expert,
}

func subgraphQuestion() Question {
	return declare(Question{
		Name: "subgraph", Zh: "产业链子图", Path: "/chains/:id/subgraph", Asks: []string{"E05"},
		Doc:   "Everything on the map of a chain, nodes and edges with counts, truncated openly",
		DocZh: "一条产业链的质量问题图谱：节点、边与计数，超过上限时写明截断",
	}, subgraph)
}

func subgraph(ctx context.Context, a *Asked, p SubgraphParams) (Subgraph, error) {
	chain, err := a.node(ctx, p.ID, graph.Chain)
	if err != nil {
		return Subgraph{}, err
	}
	m := subgraphMaker{asked: a, facts: newFacts(a.View), by: map[graph.ID]*graph.Edge{chain.ID: nil}}
	m.facts.nodes[chain.ID] = chain
	if err := m.gather(ctx, chain.ID, p.Depth); err != nil {
		return Subgraph{}, err
	}
	all := slices.Sorted(maps.Keys(m.by))
	edges, err := a.View.Touching(ctx, all, graph.EdgeFilter{Direction: graph.Out})
	if err != nil {
		return Subgraph{}, err
	}
	edges = slices.DeleteFunc(edges, func(e graph.Edge) bool { _, in := m.by[e.To]; return !in })
	kept := m.choose(all, edges, p)
	if err := m.loadStatus(ctx, kept); err != nil {
		return Subgraph{}, err
	}
	out := Subgraph{Chain: refOf(chain), Nodes: []SubgraphNode{}, Edges: []SubgraphEdge{}}
	shown := map[graph.ID]bool{}
	for _, id := range kept {
		shown[id] = true
		out.Nodes = append(out.Nodes, m.node(id))
	}
	for i := range edges {
		if e := &edges[i]; shown[e.From] && shown[e.To] {
			out.Edges = append(out.Edges, m.edge(e))
		}
	}
	out.Counts = m.counts(all, edges, out)
	if len(all) == 1 {
		a.Warn("not_recorded", "segments")
	}
	return out, nil
}

// subgraphMaker walks from a chain outward; by remembers over which edge each
// node was met first.
type subgraphMaker struct {
	asked *Asked
	facts *facts
	by    map[graph.ID]*graph.Edge
}

// gather meets the nodes of the subgraph, layer by layer.
func (m *subgraphMaker) gather(ctx context.Context, chain graph.ID, depth int) error {
	segments, err := m.meet(ctx, []graph.ID{chain}, outward(graph.HasSegment))
	if err != nil || depth == 1 {
		return err
	}
	held, err := m.meet(ctx, append(segments, chain),
		outward(graph.HasProcess), inward(graph.OccursAt, graph.MadeIn, graph.OperatesIn, graph.HasRole))
	if err != nil {
		return err
	}
	more, err := m.meet(ctx, m.facts.ofKind(held, graph.Process), inward(graph.OccursAt))
	if err != nil || depth == 2 {
		return err
	}
	problems := append(m.facts.ofKind(held, graph.Problem), m.facts.ofKind(more, graph.Problem)...)
	slices.Sort(problems)
	tied, err := m.meet(ctx, problems,
		outward(graph.Concerns, graph.ResolvedIn), inward(graph.Addresses, graph.Covers, graph.Targets, graph.AdvisesOn))
	if err != nil {
		return err
	}
	if _, err := m.meet(ctx, []graph.ID{chain}, outward(graph.Offers), inward(graph.AppliesTo, graph.Funds, graph.AdvisesOn)); err != nil {
		return err
	}
	if _, err := m.meet(ctx, m.facts.ofKind(tied, graph.Clause), inward(graph.HasClause)); err != nil {
		return err
	}
	return m.gatherOrganizations(ctx, tied)
}

// gatherOrganizations meets who can test what the problems concern, and who
// may certify under the rules that cover them.
func (m *subgraphMaker) gatherOrganizations(ctx context.Context, tied []graph.ID) error {
	able, err := m.meet(ctx, m.facts.ofKind(tied, graph.Characteristic), inward(graph.Tests))
	if err != nil {
		return err
	}
	if _, err := m.meet(ctx, able, inward(graph.HasCapability)); err != nil {
		return err
	}
	rules := m.facts.ofKind(tied, graph.Rule)
	details, err := m.meet(ctx, rules, inward(graph.Implements))
	if err != nil {
		return err
	}
	_, err = m.meet(ctx, append(rules, details...), inward(graph.AuthorizedFor))
	return err
}

// meet expands ids and returns what was not met before, each with the edge
// that led there, the least in the order of the loader.
func (m *subgraphMaker) meet(ctx context.Context, ids []graph.ID, fs ...[]follow) ([]graph.ID, error) {
	met, err := m.facts.expand(ctx, ids, fs...)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		for _, list := range fs {
			for _, fo := range list {
				for _, e := range m.facts.at(id, fo.kind, fo.dir) {
					if _, known := m.by[e.Other(id)]; !known {
						m.by[e.Other(id)] = e
					}
				}
			}
		}
	}
	return met, nil
}

// choose ranks the nodes and keeps as many as the limits let.
func (m *subgraphMaker) choose(all []graph.ID, edges []graph.Edge, p SubgraphParams) []graph.ID {
	degree := map[graph.ID]int{}
	for _, e := range edges {
		degree[e.From]++
		degree[e.To]++
	}
	ranked := slices.Clone(all)
	slices.SortStableFunc(ranked, func(x, y graph.ID) int {
		n, o := m.facts.nodes[x], m.facts.nodes[y]
		return cmp.Or(
			cmp.Compare(slices.Index(subgraphOrder, n.Kind), slices.Index(subgraphOrder, o.Kind)),
			cmp.Compare(n.Fields.Int("order"), o.Fields.Int("order")),
			cmp.Compare(o.Fields.Int("severity"), n.Fields.Int("severity")),
			cmp.Compare(degree[y], degree[x]), cmp.Compare(x, y),
		)
	})
	if p.Width > 0 {
		count := map[graph.NodeKind]int{}
		ranked = slices.DeleteFunc(ranked, func(id graph.ID) bool {
			kind := m.facts.nodes[id].Kind
			count[kind]++
			if count[kind] > p.Width {
				m.asked.Truncate("width")
			}
			return count[kind] > p.Width
		})
	}
	return cut(m.asked, "limit", ranked, p.Limit)
}

// loadStatus loads what decides the status of the standards and rules shown.
func (m *subgraphMaker) loadStatus(ctx context.Context, kept []graph.ID) error {
	f := m.facts
	dated := append(f.ofKind(kept, graph.Standard), f.ofKind(kept, graph.Rule)...)
	_, err := f.closure(ctx, dated, inward(graph.Replaces), outward(graph.Implements))
	return err
}

func (m *subgraphMaker) node(id graph.ID) SubgraphNode {
	n := m.facts.nodes[id]
	m.asked.use(n)
	out := SubgraphNode{
		Ref: refOf(n), State: n.State, Position: n.Fields.Text("position"), Category: n.Fields.Text("category"),
		Severity: n.Fields.Int("severity"), Paths: []Path{m.path(id)}, Evidence: m.asked.cite(n.Evidence),
	}
	switch n.Kind {
	case graph.Standard, graph.Rule:
		out.Status = m.facts.status(id).Status
	case graph.Problem:
		out.Problem = problemStatus(n, m.asked.View.AsOf())
	}
	return out
}

// path returns the way from the chain to id.
func (m *subgraphMaker) path(id graph.ID) Path {
	var edges []*graph.Edge
	for e := m.by[id]; e != nil; e = m.by[id] {
		edges = append(edges, e)
		id = e.Other(id)
	}
	slices.Reverse(edges)
	return pathOf(id, edges...)
}

func (m *subgraphMaker) edge(e *graph.Edge) SubgraphEdge {
	return SubgraphEdge{
		ID: e.ID, EdgeKind: e.Kind, From: e.From, To: e.To, State: e.State, Verdict: e.Fields.Text("applicability_verdict"),
		Strength: e.Fields.Text("strength"), Evidence: m.asked.cite(e.Evidence),
	}
}

func (m *subgraphMaker) counts(all []graph.ID, edges []graph.Edge, out Subgraph) SubgraphCounts {
	nodes, links := counter{}, counter{}
	for _, id := range all {
		nodes.add(string(m.facts.nodes[id].Kind), 0, 1)
	}
	for _, n := range out.Nodes {
		nodes.add(string(n.Kind), 1, 0)
	}
	for _, e := range edges {
		links.add(string(e.Kind), 0, 1)
	}
	for _, e := range out.Edges {
		links.add(string(e.EdgeKind), 1, 0)
	}
	kinds := make([]string, len(subgraphOrder))
	for i, k := range subgraphOrder {
		kinds[i] = string(k)
	}
	edgeKinds := make([]string, 0, len(graph.Edges()))
	for _, s := range graph.Edges() {
		edgeKinds = append(edgeKinds, string(s.Kind))
	}
	return SubgraphCounts{
		Nodes: nodes.inOrder(kinds), Edges: links.inOrder(edgeKinds),
		Shown: Shown{len(out.Nodes), len(out.Edges)}, Total: Shown{len(all), len(edges)},
	}
}

// counter counts by kind.
type counter map[string]KindCount

func (c counter) add(kind string, shown, total int) {
	k := c[kind]
	c[kind] = KindCount{Kind: kind, Shown: k.Shown + shown, Total: k.Total + total}
}

func (c counter) inOrder(kinds []string) []KindCount {
	out := []KindCount{}
	for _, k := range kinds {
		if n, ok := c[k]; ok {
			out = append(out, n)
		}
	}
	return out
}
