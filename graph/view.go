package graph

import (
	"context"
	"fmt"
	"iter"
	"slices"
)

// View is a Reader narrowed to what is valid on a date and what a caller may
// see, at one sequence number. Answers, search, chainmap and exports take a
// View, never a bare Reader: nobody can forget either.
//
// An edge is in the view only if both its ends are. A View remembers which
// nodes it admits and is not for concurrent use; it lives as long as one
// request.
type View struct {
	reader   Reader
	seq      Seq
	scope    Scope
	admitted map[ID]bool
}

// NewView returns the view of r, which is at seq, through scope.
func NewView(r Reader, seq Seq, scope Scope) *View {
	return &View{reader: r, seq: seq, scope: scope, admitted: map[ID]bool{}}
}

// Seq returns the sequence number that the view shows.
func (v *View) Seq() Seq { return v.seq }

// AsOf returns the date that the view shows.
func (v *View) AsOf() Date { return v.scope.AsOf }

// Scope returns what narrows the view.
func (v *View) Scope() Scope { return v.scope }

// Reader returns what the view narrows, for an overlay to stand on: whoever
// takes it must put the same Scope over the result.
func (v *View) Reader() Reader { return v.reader }

// At returns the same graph and caller on another date.
func (v *View) At(d Date) *View {
	s := v.scope
	s.AsOf = d
	return NewView(v.reader, v.seq, s)
}

// Records returns the same graph and caller as a view of records as such, of
// any validity and state.
func (v *View) Records() *View {
	s := v.scope
	s.Records = true
	return NewView(v.reader, v.seq, s)
}

// Node returns one node of the view, or ErrNotFound: for one that is hidden
// exactly as for one that does not exist.
func (v *View) Node(ctx context.Context, id ID) (Node, error) {
	nodes, err := v.Nodes(ctx, []ID{id})
	if err != nil {
		return Node{}, err
	}
	if len(nodes) == 0 {
		return Node{}, fmt.Errorf("node %s: %w", id, ErrNotFound)
	}
	return nodes[0], nil
}

// Edge returns one edge of the view, or ErrNotFound.
func (v *View) Edge(ctx context.Context, id ID) (Edge, error) {
	edges, err := v.reader.Edges(ctx, []ID{id})
	if err != nil {
		return Edge{}, err
	}
	edges, err = v.admitEdges(ctx, edges)
	if err != nil {
		return Edge{}, err
	}
	if len(edges) == 0 {
		return Edge{}, fmt.Errorf("edge %s: %w", id, ErrNotFound)
	}
	return edges[0], nil
}

// Nodes returns those of ids that are in the view, in the order of ids.
func (v *View) Nodes(ctx context.Context, ids []ID) ([]Node, error) {
	nodes, err := v.reader.Nodes(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("%d nodes: %w", len(ids), err)
	}
	return slices.DeleteFunc(nodes, func(n Node) bool {
		ok := v.scope.Admits(n.Head())
		v.admitted[n.ID] = ok
		return !ok
	}), nil
}

// Touching returns every edge of the view that touches any of ids and passes
// f, in the order of Reader.Touching.
func (v *View) Touching(ctx context.Context, ids []ID, f EdgeFilter) ([]Edge, error) {
	var edges []Edge
	for e, err := range v.reader.Touching(ctx, ids, f) {
		if err != nil {
			return nil, fmt.Errorf("edges of %d nodes: %w", len(ids), err)
		}
		edges = append(edges, e)
	}
	return v.admitEdges(ctx, edges)
}

// OfKind yields every node of kind k in the view ordered by id.
func (v *View) OfKind(ctx context.Context, k NodeKind) iter.Seq2[Node, error] {
	return func(yield func(Node, error) bool) {
		for n, err := range v.reader.OfKind(ctx, k) {
			if err != nil {
				yield(Node{}, fmt.Errorf("nodes of kind %s: %w", k, err))
				return
			}
			if v.scope.Admits(n.Head()) && !yield(n, nil) {
				return
			}
		}
	}
}

// Walk returns the distinct nodes at depth 1, 2 … depth, as Walker.Walk does,
// over any Reader.
func (v *View) Walk(ctx context.Context, start []ID, f EdgeFilter, depth, limit int) (levels [][]ID, truncated bool, err error) {
	if w, ok := v.reader.(Walker); ok {
		return w.Walk(ctx, start, f, v.scope, depth, limit)
	}
	return v.walk(ctx, start, f, depth, limit)
}

func (v *View) walk(ctx context.Context, start []ID, f EdgeFilter, depth, limit int) ([][]ID, bool, error) {
	seen := map[ID]bool{}
	for _, id := range start {
		seen[id] = true
	}
	frontier, met := start, 0
	var levels [][]ID
	for range depth {
		edges, err := v.Touching(ctx, frontier, f)
		if err != nil {
			return nil, false, err
		}
		next := nextLevel(edges, frontier, f.Direction, seen)
		if limit > 0 && met+len(next) > limit {
			next = next[:limit-met]
			if len(next) > 0 {
				levels = append(levels, next)
			}
			return levels, true, nil
		}
		if len(next) == 0 {
			return levels, false, nil
		}
		met += len(next)
		levels = append(levels, next)
		frontier = next
	}
	return levels, false, nil
}

// Count returns how many records of each kind the view shows, system kinds
// left out.
func (v *View) Count(ctx context.Context) (map[NodeKind]int, map[EdgeKind]int, error) {
	if c, ok := v.reader.(Counter); ok {
		return c.Count(ctx, v.scope)
	}
	nodes, edges := map[NodeKind]int{}, map[EdgeKind]int{}
	for _, spec := range nodeTable {
		if spec.System {
			continue
		}
		var ids []ID
		for n, err := range v.OfKind(ctx, spec.Kind) {
			if err != nil {
				return nil, nil, err
			}
			ids = append(ids, n.ID)
		}
		if len(ids) > 0 {
			nodes[spec.Kind] = len(ids)
		}
		for chunk := range slices.Chunk(ids, 1000) {
			out, err := v.Touching(ctx, chunk, EdgeFilter{Direction: Out})
			if err != nil {
				return nil, nil, err
			}
			for _, e := range out {
				edges[e.Kind]++
			}
		}
	}
	return nodes, edges, nil
}

// nextLevel returns the nodes that edges lead to from frontier and that were
// not seen before, ordered by id, and marks them as seen.
func nextLevel(edges []Edge, frontier []ID, dir Direction, seen map[ID]bool) []ID {
	from := make(map[ID]bool, len(frontier))
	for _, id := range frontier {
		from[id] = true
	}
	var next []ID
	meet := func(id ID) {
		if !seen[id] {
			seen[id] = true
			next = append(next, id)
		}
	}
	for _, e := range edges {
		if dir != In && from[e.From] {
			meet(e.To)
		}
		if dir != Out && from[e.To] {
			meet(e.From)
		}
	}
	slices.Sort(next)
	return next
}

// admitEdges keeps the edges that scope admits and whose ends it admits.
func (v *View) admitEdges(ctx context.Context, edges []Edge) ([]Edge, error) {
	edges = slices.DeleteFunc(edges, func(e Edge) bool { return !v.scope.Admits(e.Head()) })
	var ask []ID
	for _, e := range edges {
		for _, id := range []ID{e.From, e.To} {
			if _, known := v.admitted[id]; !known {
				v.admitted[id] = false
				ask = append(ask, id)
			}
		}
	}
	if err := v.judge(ctx, ask); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(edges, func(e Edge) bool { return !v.admitted[e.From] || !v.admitted[e.To] }), nil
}

// judge finds out which of ids the view admits; an id that does not exist is
// not admitted.
func (v *View) judge(ctx context.Context, ids []ID) error {
	if len(ids) == 0 {
		return nil
	}
	if w, ok := v.reader.(Walker); ok {
		heads, err := w.Heads(ctx, ids)
		if err != nil {
			return fmt.Errorf("heads of %d nodes: %w", len(ids), err)
		}
		for _, h := range heads {
			v.admitted[h.ID] = v.scope.Admits(h)
		}
		return nil
	}
	_, err := v.Nodes(ctx, ids)
	return err
}
