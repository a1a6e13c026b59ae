package api

import (
	"context"
	"fmt"

	"zhitu/graph"
)

// eyes show entries of the log as one caller may see them, for one request.
//
// An entry holds whole records, so each of them is judged as it was: a version
// that was hidden is left out, and so is every version of a record that is
// hidden today. An entry of which nothing is left is not there; of one that has
// lost something, what was written about the whole (reason, command, import) is
// left out too.
type eyes struct {
	a      *API
	caller graph.Caller
	ends   map[graph.ID][]graph.Entry // histories of deleted ends
}

func (a *API) eyesOf(ctx context.Context) *eyes {
	return &eyes{a: a, caller: identityOf(ctx).Caller, ends: map[graph.ID][]graph.Entry{}}
}

// entry returns e as the caller may see it, and whether there is anything to
// see.
func (y *eyes) entry(ctx context.Context, e graph.Entry) (graph.Entry, bool, error) {
	e.Hash, e.OpenSince = "", 0 // the ledger's own affairs
	if y.caller.Everything {
		return e, true, nil
	}
	visible := make([]graph.Change, 0, len(e.Changes))
	whole := true
	for _, c := range e.Changes {
		shown, err := y.change(ctx, e.Seq, c)
		if err != nil {
			return graph.Entry{}, false, fmt.Errorf("entry %d: %w", e.Seq, err)
		}
		whole = whole && shown == c
		if !shown.Before.IsZero() || !shown.After.IsZero() {
			visible = append(visible, shown)
		}
	}
	e.Changes = visible
	if !whole {
		e.Reason, e.Command, e.Import, e.Closing = "", "", "", false
	}
	return e, len(visible) > 0, nil
}

// change takes the versions that the caller may not see out of c.
func (y *eyes) change(ctx context.Context, seq graph.Seq, c graph.Change) (graph.Change, error) {
	var shown graph.Change
	if y.hiddenToday(c) {
		return shown, nil
	}
	for _, r := range []struct {
		from graph.Record
		to   *graph.Record
	}{{c.Before, &shown.Before}, {c.After, &shown.After}} {
		ok, err := y.sees(ctx, seq, r.from)
		if err != nil {
			return shown, err
		}
		if ok {
			*r.to = r.from
		}
	}
	return shown, nil
}

func (y *eyes) hiddenToday(c graph.Change) bool {
	s := y.a.ledger.Snapshot()
	h, exists := s.Head(c.ID())
	if c.IsEdge() {
		h, exists = s.EdgeHead(c.ID())
	}
	return exists && !y.caller.Sees(h.Visibility, h.Owner)
}

// sees tells whether the caller may see a version; an edge with both its ends.
func (y *eyes) sees(ctx context.Context, seq graph.Seq, r graph.Record) (bool, error) {
	if r.IsZero() {
		return false, nil
	}
	h, err := r.Head()
	if err != nil {
		return false, err
	}
	if !y.caller.Sees(h.Visibility, h.Owner) || isSystem(h.NodeKind) {
		return false, nil
	}
	if !h.IsEdge {
		return true, nil
	}
	for _, end := range []graph.ID{h.From, h.To} {
		ok, err := y.seesEnd(ctx, seq, end)
		if err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

// seesEnd judges a node by what it is today, or, when it is gone, by the
// version that it was at seq.
func (y *eyes) seesEnd(ctx context.Context, seq graph.Seq, id graph.ID) (bool, error) {
	if h, ok := y.a.ledger.Snapshot().Head(id); ok {
		return y.caller.Sees(h.Visibility, h.Owner), nil
	}
	entries, known := y.ends[id]
	if !known {
		var err error
		if entries, err = y.a.ledger.History(ctx, id); err != nil {
			return false, err
		}
		y.ends[id] = entries
	}
	for i := len(entries) - 1; i >= 0; i-- {
		if entries[i].Seq > seq || len(entries[i].Changes) == 0 {
			continue
		}
		r := entries[i].Changes[0].After
		if r.IsZero() {
			r = entries[i].Changes[0].Before
		}
		h, err := r.Head()
		return err == nil && y.caller.Sees(h.Visibility, h.Owner), err
	}
	return false, nil
}
