package search

import (
	"context"
	"slices"

	"zhitu/graph"
)

// Members returns the nodes of view that belong to chain: the chain and all
// that a filter by chain finds, but as the caller of view sees it and at its
// number, which the index may not have reached.
func Members(ctx context.Context, view *graph.View, chain graph.ID) (map[graph.ID]bool, error) {
	seen := map[graph.ID]bool{chain: true}
	kinds := map[graph.ID]graph.NodeKind{}
	frontier := []graph.ID{chain}
	for range maxInheritance {
		var edges []graph.Edge
		for _, dir := range []graph.Direction{graph.Out, graph.In} {
			// What an heir follows out, we follow in.
			found, err := view.Touching(ctx, frontier, graph.EdgeFilter{Kinds: inheritedOver(dir), Direction: reverse(dir)})
			if err != nil {
				return nil, err
			}
			edges = append(edges, slices.DeleteFunc(found, func(e graph.Edge) bool { return e.State == graph.Retired })...)
		}
		if err := learnKinds(ctx, view, edges, kinds); err != nil {
			return nil, err
		}
		next := heirsOver(edges, kinds, frontier, seen)
		if len(next) == 0 {
			break
		}
		frontier = next
	}
	return seen, nil
}

// learnKinds notes the kinds of the ends of edges.
func learnKinds(ctx context.Context, view *graph.View, edges []graph.Edge, kinds map[graph.ID]graph.NodeKind) error {
	var ids []graph.ID
	for _, e := range edges {
		for _, id := range []graph.ID{e.From, e.To} {
			if _, known := kinds[id]; !known {
				kinds[id] = ""
				ids = append(ids, id)
			}
		}
	}
	nodes, err := view.Nodes(ctx, ids)
	for _, n := range nodes {
		kinds[n.ID] = n.Kind
	}
	return err
}

// heirsOver returns the nodes that inherit from frontier over edges, and marks
// them as seen.
func heirsOver(edges []graph.Edge, kinds map[graph.ID]graph.NodeKind, frontier []graph.ID, seen map[graph.ID]bool) []graph.ID {
	from := map[graph.ID]bool{}
	for _, id := range frontier {
		from[id] = true
	}
	var next []graph.ID
	for _, e := range edges {
		for _, row := range inheritance {
			heir, source := e.From, e.To
			if row.dir == graph.In {
				heir, source = e.To, e.From
			}
			if row.edge == e.Kind && row.heir == kinds[heir] && from[source] && !seen[heir] {
				seen[heir] = true
				next = append(next, heir)
			}
		}
	}
	slices.Sort(next)
	return next
}
