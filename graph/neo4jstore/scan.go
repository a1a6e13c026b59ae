package neo4jstore

import (
	"context"
	"fmt"
	"iter"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"zhitu/graph"
)

// Pages of a scan. Edges are read one type after the other and merged, so a
// page of every type is in memory at once.
const (
	pageNodes = 5000
	pageEdges = 1000
)

// Scan yields all nodes, then all edges, each ordered by id: pages of nodes by
// the index of ids, and pages of every type of edge, merged.
func (s *Store) Scan(ctx context.Context) iter.Seq2[graph.Record, error] {
	return func(yield func(graph.Record, error) bool) {
		for n, err := range s.pagedNodes(ctx, stmt("scan_nodes")) {
			if err != nil {
				yield(graph.Record{}, fmt.Errorf("scanning nodes: %w", err))
				return
			}
			if !yield(graph.EncodeNode(n), nil) {
				return
			}
		}
		for e, err := range s.mergedEdges(ctx) {
			if err != nil {
				yield(graph.Record{}, fmt.Errorf("scanning edges: %w", err))
				return
			}
			if !yield(graph.EncodeEdge(e), nil) {
				return
			}
		}
	}
}

// pagedNodes yields the nodes of a paged statement in the order of its index,
// which is that of bytes, ids being ASCII.
func (s *Store) pagedNodes(ctx context.Context, st statement) iter.Seq2[graph.Node, error] {
	return paged(pageNodes, func(after graph.ID) ([]*neo4j.Record, error) {
		return s.read(ctx, st, map[string]any{"after": string(after), "limit": int64(pageNodes)})
	}, func(r *neo4j.Record) (graph.Node, graph.ID, error) {
		n, err := nodeRow(r).node()
		return n, n.ID, err
	}, ctx.Err)
}

func (s *Store) pagedEdges(ctx context.Context, st statement) iter.Seq2[graph.Edge, error] {
	return paged(pageEdges, func(after graph.ID) ([]*neo4j.Record, error) {
		return s.read(ctx, st, map[string]any{"after": string(after), "limit": int64(pageEdges)})
	}, func(r *neo4j.Record) (graph.Edge, graph.ID, error) {
		e, err := edgeRow(r).edge()
		return e, e.ID, err
	}, ctx.Err)
}

// paged asks for page after page, each beginning after the last id of the one
// before. Nothing is open in the server while the consumer works.
func paged[T any](size int, ask func(graph.ID) ([]*neo4j.Record, error),
	parse func(*neo4j.Record) (T, graph.ID, error), over func() error,
) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var after graph.ID
		var none T
		for {
			rows, err := ask(after)
			if err != nil {
				yield(none, err)
				return
			}
			for _, r := range rows {
				v, id, err := parse(r)
				if err == nil {
					err = over()
				}
				if err != nil {
					yield(none, err)
					return
				}
				if after = id; !yield(v, nil) {
					return
				}
			}
			if len(rows) < size {
				return
			}
		}
	}
}

// source is one type of edge in a merge.
type source struct {
	next func() (graph.Edge, error, bool)
	edge graph.Edge
}

// mergedEdges yields the edges of every type in the order of their ids.
func (s *Store) mergedEdges(ctx context.Context) iter.Seq2[graph.Edge, error] {
	return func(yield func(graph.Edge, error) bool) {
		var sources []*source
		for _, spec := range graph.Edges() {
			l, err := edgeType(spec.Kind)
			if err != nil {
				yield(graph.Edge{}, err)
				return
			}
			next, stop := iter.Pull2(s.pagedEdges(ctx, stmt("scan_edges", "KIND", l)))
			defer stop()
			src := &source{next: next}
			more, err := src.advance()
			if err != nil {
				yield(graph.Edge{}, err)
				return
			}
			if more {
				sources = append(sources, src)
			}
		}
		merge(sources, yield)
	}
}

func (src *source) advance() (more bool, err error) {
	src.edge, err, more = src.next()
	return more && err == nil, err
}

// merge takes the least of the sources until none is left. They are some
// forty: looking at each is as fast as a heap.
func merge(sources []*source, yield func(graph.Edge, error) bool) {
	for len(sources) > 0 {
		least := 0
		for i, src := range sources {
			if src.edge.ID < sources[least].edge.ID {
				least = i
			}
		}
		if !yield(sources[least].edge, nil) {
			return
		}
		more, err := sources[least].advance()
		if err != nil {
			yield(graph.Edge{}, err)
			return
		}
		if !more {
			sources = append(sources[:least], sources[least+1:]...)
		}
	}
}

func nodeRow(r *neo4j.Record) row {
	props, _, _ := neo4j.GetRecordValue[map[string]any](r, "record")
	labels, _, _ := neo4j.GetRecordValue[[]any](r, "labels")
	return row{props: props, labels: listOf[string](labels)}
}

func edgeRow(r *neo4j.Record) row {
	props, _, _ := neo4j.GetRecordValue[map[string]any](r, "record")
	kind, _, _ := neo4j.GetRecordValue[string](r, "kind")
	from, _, _ := neo4j.GetRecordValue[string](r, "from")
	to, _, _ := neo4j.GetRecordValue[string](r, "to")
	return row{props: props, kind: kind, from: from, to: to}
}
