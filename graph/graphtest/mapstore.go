package graphtest

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"zhitu/graph"
)

// mapStore is the smallest Store there is: a Model behind a lock. It is the
// other end of a copy, and the proof that the contract can be met without a
// database (it runs RunStore itself).
type mapStore struct {
	mu     sync.Mutex
	model  *Model
	closed bool
}

func newMapStore() *mapStore { return &mapStore{model: NewModel()} }

func (s *mapStore) get(ctx context.Context) (*Model, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, fmt.Errorf("%w: closed", graph.ErrUnavailable)
	}
	return s.model, ctx.Err()
}

func (s *mapStore) Scan(ctx context.Context) iter.Seq2[graph.Record, error] {
	return func(yield func(graph.Record, error) bool) {
		m, err := s.get(ctx)
		if err == nil {
			for _, r := range m.Records() {
				if err = ctx.Err(); err != nil {
					break
				}
				if !yield(r, nil) {
					return
				}
			}
		}
		if err != nil {
			yield(graph.Record{}, err)
		}
	}
}

func (s *mapStore) Changes(ctx context.Context, after graph.Seq) iter.Seq2[graph.Entry, error] {
	return func(yield func(graph.Entry, error) bool) {
		m, err := s.get(ctx)
		if err == nil {
			for _, e := range m.log[min(after, m.Head()):] {
				if err = ctx.Err(); err != nil {
					break
				}
				if !yield(e, nil) {
					return
				}
			}
		}
		if err != nil {
			yield(graph.Entry{}, err)
		}
	}
}

func (s *mapStore) Head(ctx context.Context) (graph.Seq, graph.Epoch, error) {
	m, err := s.get(ctx)
	if err != nil {
		return 0, "", err
	}
	return m.Head(), "map", nil
}

// Append changes a copy, so that readers need no lock and a refusal leaves no
// trace.
func (s *mapStore) Append(ctx context.Context, expected graph.Seq, entries []graph.Entry) error {
	if _, err := s.get(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.model.Head() != expected {
		return graph.ErrBehind
	}
	next := s.model.Clone()
	for _, e := range entries {
		if e.Seq != next.Head()+1 {
			return fmt.Errorf("entry %d after %d", e.Seq, next.Head())
		}
		for _, known := range next.log {
			if known.Command == e.Command {
				return graph.ErrBehind
			}
		}
		for _, c := range e.Changes {
			if _, there := next.of(c.IsEdge())[c.ID()]; there == c.Before.IsZero() {
				return graph.ErrBehind
			}
		}
		next.take(e)
	}
	s.model = next
	return nil
}

func (s *mapStore) Ready(ctx context.Context) error {
	if _, err := s.get(ctx); err != nil {
		return fmt.Errorf("%w: %w", graph.ErrUnavailable, err)
	}
	return nil
}

func (s *mapStore) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}
