package neo4jstore

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"zhitu/graph"
)

// Reader answers from the database itself, one bounded query for each hop, for
// a graph that is larger than a snapshot may be. Its calls are not one state:
// whoever needs that asks inside Settled.
type Reader struct{ store *Store }

var _ graph.Reader = (*Reader)(nil)

// Reader returns a reader of the store's database.
func (s *Store) Reader() *Reader { return &Reader{s} }

// maxIDs bounds the ids of one query.
const maxIDs = 10_000

// Nodes returns the nodes of ids that exist, in the order of ids.
func (r *Reader) Nodes(ctx context.Context, ids []graph.ID) ([]graph.Node, error) {
	return byIDs(ids, func(some []string) ([]*neo4j.Record, error) {
		return r.store.read(ctx, stmt("nodes"), map[string]any{"ids": some})
	}, func(rec *neo4j.Record) (graph.Node, graph.ID, error) {
		n, err := nodeRow(rec).node()
		return n, n.ID, err
	})
}

// Edges returns the edges of ids that exist, in the order of ids.
func (r *Reader) Edges(ctx context.Context, ids []graph.ID) ([]graph.Edge, error) {
	all, _ := edgeTypes(nil)
	return byIDs(ids, func(some []string) ([]*neo4j.Record, error) {
		return r.store.read(ctx, stmt("edges", "KINDS", all), map[string]any{"ids": some})
	}, func(rec *neo4j.Record) (graph.Edge, graph.ID, error) {
		e, err := edgeRow(rec).edge()
		return e, e.ID, err
	})
}

// byIDs looks ids up in pieces and puts what is found in their order.
func byIDs[T any](ids []graph.ID, ask func([]string) ([]*neo4j.Record, error),
	parse func(*neo4j.Record) (T, graph.ID, error),
) ([]T, error) {
	found := make(map[graph.ID]T, len(ids))
	for piece := range slices.Chunk(ids, maxIDs) {
		rows, err := ask(texts(piece))
		if err != nil {
			return nil, fmt.Errorf("%d ids: %w", len(ids), err)
		}
		for _, r := range rows {
			v, id, err := parse(r)
			if err != nil {
				return nil, err
			}
			found[id] = v
		}
	}
	list := make([]T, 0, len(found))
	for _, id := range ids {
		if v, ok := found[id]; ok {
			list = append(list, v)
		}
	}
	return list, nil
}

func texts(ids []graph.ID) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = string(id)
	}
	return list
}

// Touching yields the edges that touch ids and pass f, ordered by kind, from,
// to and id. More than the configured number is an error, never a shorter
// answer.
func (r *Reader) Touching(ctx context.Context, ids []graph.ID, f graph.EdgeFilter) iter.Seq2[graph.Edge, error] {
	return func(yield func(graph.Edge, error) bool) {
		edges, err := r.touching(ctx, ids, f)
		if err != nil {
			yield(graph.Edge{}, fmt.Errorf("edges of %d nodes: %w", len(ids), err))
			return
		}
		for _, e := range edges {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (r *Reader) touching(ctx context.Context, ids []graph.ID, f graph.EdgeFilter) ([]graph.Edge, error) {
	types, ok := edgeTypes(f.Kinds)
	if !ok || len(ids) == 0 {
		return nil, ctx.Err()
	}
	name := map[graph.Direction]string{graph.Both: "touching", graph.Out: "touching_out", graph.In: "touching_in"}[f.Direction]
	st := stmt(name, "KINDS", types)
	limit := r.store.cfg.MaxEdges
	seen := map[graph.ID]bool{}
	var edges []graph.Edge
	for piece := range slices.Chunk(ids, maxIDs) {
		rows, err := r.store.read(ctx, st, map[string]any{"ids": texts(piece), "limit": int64(limit) + 1})
		if err != nil {
			return nil, err
		}
		for _, rec := range rows {
			e, err := edgeRow(rec).edge()
			if err != nil {
				return nil, err
			}
			if !seen[e.ID] {
				seen[e.ID] = true
				edges = append(edges, e)
			}
		}
		if len(edges) > limit {
			return nil, fmt.Errorf("%w: more than %d edges in one step", graph.ErrUnavailable, limit)
		}
	}
	slices.SortFunc(edges, func(a, b graph.Edge) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.ID, b.ID))
	})
	return edges, nil
}

// OfKind yields the nodes of kind k ordered by id; of an unknown kind, none.
func (r *Reader) OfKind(ctx context.Context, k graph.NodeKind) iter.Seq2[graph.Node, error] {
	return func(yield func(graph.Node, error) bool) {
		l, err := nodeLabel(k)
		if err != nil {
			return
		}
		for n, err := range r.store.pagedNodes(ctx, stmt("of_kind", "KIND", l)) {
			if !yield(n, err) || err != nil {
				return
			}
		}
	}
}

// settleTries is how often Settled asks again because somebody wrote.
const settleTries = 5

// Settled calls ask until the head is the same before and after, so that all
// that ask read is the state at that number. ask must forget what it had when
// it is called again.
func (r *Reader) Settled(ctx context.Context, ask func(context.Context, graph.Seq) error) error {
	for range settleTries {
		before, _, err := r.store.Head(ctx)
		if err != nil {
			return err
		}
		if err := ask(ctx, before); err != nil {
			return err
		}
		after, _, err := r.store.Head(ctx)
		if err != nil {
			return err
		}
		if after == before {
			return nil
		}
	}
	return fmt.Errorf("%w: the graph changed during each of %d tries", graph.ErrUnavailable, settleTries)
}
