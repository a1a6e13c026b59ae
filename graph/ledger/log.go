package ledger

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"

	"zhitu/graph"
	"zhitu/graph/snapshot"
)

// Changes yields the entries after seq, in order, up to the last that followers
// may know of when it is called: with Wait it is the feed of the index and of
// other systems. An error is the last pair.
func (l *Ledger) Changes(ctx context.Context, after graph.Seq) iter.Seq2[graph.Entry, error] {
	end := l.view.Load().seen()
	return func(yield func(graph.Entry, error) bool) {
		if after >= end {
			return
		}
		for e, err := range l.store.Changes(ctx, after) {
			if !yield(e, err) || err != nil || e.Seq == end {
				return
			}
		}
	}
}

// entry reads one entry of the log.
func (l *Ledger) entry(ctx context.Context, seq graph.Seq) (graph.Entry, error) {
	for e, err := range l.store.Changes(ctx, seq-1) {
		if err != nil {
			return graph.Entry{}, fmt.Errorf("entry %d: %w", seq, err)
		}
		if e.Seq == seq {
			return e, nil
		}
		break
	}
	return graph.Entry{}, fmt.Errorf("entry %d: %w", seq, graph.ErrNotFound)
}

func everyEntry(graph.Entry) bool { return true }

// entries reads the entries after after up to end, which are all there, and
// returns those that keep holds for.
func (l *Ledger) entries(ctx context.Context, after, end graph.Seq, keep func(graph.Entry) bool) ([]graph.Entry, error) {
	if after >= end {
		return nil, nil
	}
	var out []graph.Entry
	for e, err := range l.store.Changes(ctx, after) {
		if err != nil {
			return nil, fmt.Errorf("log after %d: %w", after, err)
		}
		if keep(e) {
			out = append(out, e)
		}
		if e.Seq >= end {
			return out, nil
		}
	}
	return nil, fmt.Errorf("log after %d: %w: it ends before %d", after, graph.ErrUnavailable, end)
}

// How many older states are kept: a replay usually asks for the same few.
const keptStates = 4

// older keeps some older states, the one that was asked for last in front.
type older struct {
	mu     sync.Mutex
	states []*snapshot.Snapshot
}

func (o *older) find(seq graph.Seq) *snapshot.Snapshot {
	o.mu.Lock()
	defer o.mu.Unlock()
	i := slices.IndexFunc(o.states, func(s *snapshot.Snapshot) bool { return s.Seq() == seq })
	if i < 0 {
		return nil
	}
	s := o.states[i]
	copy(o.states[1:i+1], o.states[:i])
	o.states[0] = s
	return s
}

func (o *older) keep(s *snapshot.Snapshot) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.states = append([]*snapshot.Snapshot{s}, o.states[:min(len(o.states), keptStates-1)]...)
}

// At returns what readers saw at number seq, or ErrNotFound beyond the head.
func (l *Ledger) At(ctx context.Context, seq graph.Seq) (*snapshot.Snapshot, error) {
	w := l.view.Load().world
	switch {
	case seq < 0 || seq > w.newest.Seq():
		return nil, fmt.Errorf("state at %d: %w", seq, graph.ErrNotFound)
	case seq == w.published.Seq():
		return w.published, nil
	}
	if s := l.older.find(seq); s != nil {
		return s, nil
	}
	s, err := l.stateAt(ctx, w, seq)
	if err != nil {
		return nil, fmt.Errorf("state at %d: %w", seq, err)
	}
	l.older.keep(s)
	return s, nil
}

// stateAt takes back, from the newest state, every later entry and those of
// imports that were open at seq.
func (l *Ledger) stateAt(ctx context.Context, w world, seq graph.Seq) (*snapshot.Snapshot, error) {
	hidden, err := l.hiddenAt(ctx, seq)
	if err != nil {
		return nil, err
	}
	later, err := l.entries(ctx, seq, w.newest.Seq(), everyEntry)
	if err != nil {
		return nil, err
	}
	return takeBack(w.newest, append(hidden, later...), seq)
}

// hiddenAt returns the entries up to seq of imports that were open at seq.
func (l *Ledger) hiddenAt(ctx context.Context, seq graph.Seq) ([]graph.Entry, error) {
	if seq == 0 {
		return nil, nil
	}
	e, err := l.entry(ctx, seq)
	if err != nil || e.OpenSince == 0 {
		return nil, err
	}
	entries, err := l.entries(ctx, e.OpenSince-1, seq, func(e graph.Entry) bool { return e.Import != "" })
	if err != nil {
		return nil, err
	}
	var open imports
	for _, e := range entries {
		open = open.after(e)
	}
	return slices.DeleteFunc(entries, func(e graph.Entry) bool { return open.entry(e.Seq) == "" }), nil
}
