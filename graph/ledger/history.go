package ledger

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"zhitu/graph"
)

// graves are the entries that deleted records, which nothing in the graph
// points to any more. They are found by reading the log once, when a history is
// first asked for, and from there on in what has been added.
type graves struct {
	mu   sync.Mutex
	upTo graph.Seq
	at   map[key][]graph.Seq
}

func (g *graves) dig(ctx context.Context, l *Ledger, end graph.Seq) error {
	if g.upTo >= end {
		return nil
	}
	if g.at == nil {
		g.at = map[key][]graph.Seq{}
	}
	for e, err := range l.store.Changes(ctx, g.upTo) {
		if err != nil {
			return fmt.Errorf("log after %d: %w", g.upTo, err)
		}
		for _, c := range e.Changes {
			if c.After.IsZero() {
				g.at[keyOf(c)] = append(g.at[keyOf(c)], e.Seq)
			}
		}
		if g.upTo = e.Seq; g.upTo >= end {
			break
		}
	}
	return nil
}

func (g *graves) of(ctx context.Context, l *Ledger, k key, end graph.Seq) ([]graph.Seq, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.dig(ctx, l, end); err != nil {
		return nil, err
	}
	return slices.Clone(g.at[k]), nil
}

// History returns the entries that changed node id, oldest first, each with
// that change alone: what else it did is not the node's history, and may not be
// for everybody. An id that never was has none.
func (l *Ledger) History(ctx context.Context, id graph.ID) ([]graph.Entry, error) {
	return l.history(ctx, key{false, id})
}

// EdgeHistory is History for an edge.
func (l *Ledger) EdgeHistory(ctx context.Context, id graph.ID) ([]graph.Entry, error) {
	return l.history(ctx, key{true, id})
}

// history goes back from what there is now: a record bears the number of its
// last change, and the record before it in that entry that of the one before.
// Each life that ended has a grave to go back from.
func (l *Ledger) history(ctx context.Context, k key) ([]graph.Entry, error) {
	w := l.view.Load().world
	ends, err := l.graves.of(ctx, l, k, w.newest.Seq())
	if err != nil {
		return nil, fmt.Errorf("history of %s: %w", k.id, err)
	}
	ends = slices.DeleteFunc(ends, func(seq graph.Seq) bool { return seq > w.newest.Seq() || w.imports.entry(seq) != "" })
	if h, err := k.in(w.published).Head(); err == nil {
		ends = append(ends, h.Seq)
	}
	var out []graph.Entry
	for _, seq := range slices.Backward(ends) {
		for seq > 0 {
			e, c, err := l.changeIn(ctx, k, seq)
			if err != nil {
				return nil, fmt.Errorf("history of %s: %w", k.id, err)
			}
			e.Changes = []graph.Change{c}
			out = append(out, e)
			seq = 0
			if h, err := c.Before.Head(); err == nil {
				seq = h.Seq
			}
		}
	}
	slices.Reverse(out)
	return out, nil
}

func (l *Ledger) changeIn(ctx context.Context, k key, seq graph.Seq) (graph.Entry, graph.Change, error) {
	e, err := l.entry(ctx, seq)
	if err != nil {
		return e, graph.Change{}, err
	}
	i := slices.IndexFunc(e.Changes, func(c graph.Change) bool { return keyOf(c) == k })
	if i < 0 {
		return e, graph.Change{}, fmt.Errorf("entry %d does not change it: %w", seq, graph.ErrUnavailable)
	}
	return e, e.Changes[i], nil
}
