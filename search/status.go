package search

import (
	"context"
	"fmt"
	"sync"

	"zhitu/graph"
)

// StatusFunc tells the statuses of standards and rules on the date of a view.
// Those that it does not know are left out.
type StatusFunc func(ctx context.Context, view *graph.View, ids []graph.ID) (map[graph.ID]graph.Status, error)

// statuses remembers what a StatusFunc said. A status is a function of the
// date, so the index stores none: it is asked for what a search found, through
// the View, and kept for the views of one number, date and caller that see no
// more than everybody.
type statuses struct {
	ask   StatusFunc
	mu    sync.Mutex
	seq   graph.Seq
	asOf  graph.Date
	known map[graph.ID]graph.Status
}

func (s *statuses) of(ctx context.Context, view *graph.View, ids []graph.ID) (map[graph.ID]graph.Status, error) {
	if s.ask == nil || len(ids) == 0 {
		return nil, nil
	}
	caller := view.Scope().Caller
	common := !caller.Everything && caller.Organization == "" && len(caller.Chains) == 0 && !view.Scope().Records
	out := make(map[graph.ID]graph.Status, len(ids))
	var missing []graph.ID
	if common {
		missing = s.recall(view, ids, out)
	} else {
		missing = ids
	}
	if len(missing) == 0 {
		return out, nil
	}
	fresh, err := s.ask(ctx, view, missing)
	if err != nil {
		return nil, fmt.Errorf("status of %d standards and rules: %w", len(missing), err)
	}
	for id, st := range fresh {
		out[id] = st
	}
	if common {
		s.remember(view, missing, fresh)
	}
	return out, nil
}

// recall puts what is known into out and returns the rest.
func (s *statuses) recall(view *graph.View, ids []graph.ID, out map[graph.ID]graph.Status) (missing []graph.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seq != view.Seq() || s.asOf != view.AsOf() {
		return ids
	}
	for _, id := range ids {
		st, ok := s.known[id]
		if !ok {
			missing = append(missing, id)
		} else if st != "" {
			out[id] = st
		}
	}
	return missing
}

func (s *statuses) remember(view *graph.View, asked []graph.ID, fresh map[graph.ID]graph.Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seq != view.Seq() || s.asOf != view.AsOf() || s.known == nil {
		s.seq, s.asOf, s.known = view.Seq(), view.AsOf(), map[graph.ID]graph.Status{}
	}
	for _, id := range asked {
		s.known[id] = fresh[id]
	}
}
