package answer

import (
	"context"
	"fmt"

	"zhitu/graph"
)

// Statuses returns the status on the date of the view of those of ids that are
// standards or rules of it; others are left out. Search shows and filters by
// what it says, so that a hit and an answer never disagree.
func Statuses(ctx context.Context, view *graph.View, ids []graph.ID) (map[graph.ID]graph.Status, error) {
	f := newFacts(view)
	if err := f.loadNodes(ctx, ids); err != nil {
		return nil, fmt.Errorf("statuses: %w", err)
	}
	dated := append(f.ofKind(ids, graph.Standard), f.ofKind(ids, graph.Rule)...)
	if _, err := f.closure(ctx, dated, inward(graph.Replaces), outward(graph.Implements)); err != nil {
		return nil, fmt.Errorf("statuses: %w", err)
	}
	out := make(map[graph.ID]graph.Status, len(dated))
	for _, id := range dated {
		out[id] = f.status(id).Status
	}
	return out, nil
}
