package answer

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"zhitu/graph"
)

// overlay is a Reader as it would be after some operations, over any Reader.
// Nothing is written; it lives as long as one answer.
type overlay struct {
	base  graph.Reader
	nodes map[graph.ID]*graph.Node // nil: deleted
	edges map[graph.ID]*graph.Edge // nil: deleted
}

// newOverlay checks ops by the schema table, and that the ends of edges will
// exist and may be joined; a deleted node takes its edges along.
func newOverlay(ctx context.Context, base graph.Reader, ops []graph.Op) (*overlay, error) {
	o := &overlay{base: base, nodes: map[graph.ID]*graph.Node{}, edges: map[graph.ID]*graph.Edge{}}
	for i, op := range ops {
		if err := o.apply(ctx, op); err != nil {
			return nil, at(err, fmt.Sprintf("operations/%d/", i))
		}
	}
	return o, nil
}

// at puts prefix before the field of every InvalidError in err.
func at(err error, prefix string) error {
	for _, e := range graph.InvalidErrors(err) {
		e.Field = prefix + e.Field
	}
	return err
}

func (o *overlay) apply(ctx context.Context, op graph.Op) error {
	switch {
	case op.PutNode != nil:
		n := *op.PutNode
		n.Conform()
		o.nodes[n.ID] = &n
		return n.Validate()
	case op.PutEdge != nil:
		e := *op.PutEdge
		e.Conform()
		o.edges[e.ID] = &e
		if err := e.Validate(); err != nil {
			return err
		}
		return o.checkEnds(ctx, e)
	case op.DeleteEdge != "":
		o.edges[op.DeleteEdge] = nil
		return nil
	case op.DeleteNode != "":
		for e, err := range o.Touching(ctx, []graph.ID{op.DeleteNode}, graph.EdgeFilter{}) {
			if err != nil {
				return err
			}
			o.edges[e.ID] = nil
		}
		o.nodes[op.DeleteNode] = nil
		return nil
	}
	return &graph.InvalidError{Code: "empty_operation", Want: "put_node | put_edge | delete_node | delete_edge"}
}

func (o *overlay) checkEnds(ctx context.Context, e graph.Edge) error {
	kinds := map[graph.ID]graph.NodeKind{}
	nodes, err := o.Nodes(ctx, []graph.ID{e.From, e.To})
	if err != nil {
		return err
	}
	for _, n := range nodes {
		kinds[n.ID] = n.Kind
	}
	for field, id := range map[string]graph.ID{"put_edge/from": e.From, "put_edge/to": e.To} {
		if kinds[id] == "" {
			return &graph.InvalidError{Field: field, Code: "no_such_node", Value: string(id)}
		}
	}
	if spec, _ := graph.EdgeSpecOf(e.Kind); !spec.Joins(kinds[e.From], kinds[e.To]) {
		return &graph.InvalidError{Field: "put_edge/edge_kind", Code: "kinds_not_joined", Value: fmt.Sprintf("%s → %s", kinds[e.From], kinds[e.To])}
	}
	return nil
}

// Nodes implements graph.Reader.
func (o *overlay) Nodes(ctx context.Context, ids []graph.ID) ([]graph.Node, error) {
	base, err := o.base.Nodes(ctx, ids)
	if err != nil {
		return nil, err
	}
	have := map[graph.ID]graph.Node{}
	for _, n := range base {
		have[n.ID] = n
	}
	out := make([]graph.Node, 0, len(ids))
	for _, id := range ids {
		n, ok := have[id]
		if mine, changed := o.nodes[id]; changed {
			if ok = mine != nil; ok {
				n = *mine
			}
		}
		if ok {
			out = append(out, n)
		}
	}
	return out, nil
}

// Edges implements graph.Reader.
func (o *overlay) Edges(ctx context.Context, ids []graph.ID) ([]graph.Edge, error) {
	base, err := o.base.Edges(ctx, ids)
	if err != nil {
		return nil, err
	}
	have := map[graph.ID]graph.Edge{}
	for _, e := range base {
		have[e.ID] = e
	}
	out := make([]graph.Edge, 0, len(ids))
	for _, id := range ids {
		e, ok := have[id]
		if mine, changed := o.edges[id]; changed {
			if ok = mine != nil; ok {
				e = *mine
			}
		}
		if ok {
			out = append(out, e)
		}
	}
	return out, nil
}

// Touching implements graph.Reader.
func (o *overlay) Touching(ctx context.Context, ids []graph.ID, f graph.EdgeFilter) iter.Seq2[graph.Edge, error] {
	return func(yield func(graph.Edge, error) bool) {
		var out []graph.Edge
		for e, err := range o.base.Touching(ctx, ids, f) {
			if err != nil {
				yield(graph.Edge{}, err)
				return
			}
			if _, changed := o.edges[e.ID]; !changed {
				out = append(out, e)
			}
		}
		for _, e := range o.edges {
			if e != nil && touches(e, ids, f) {
				out = append(out, *e)
			}
		}
		slices.SortFunc(out, compareEdges)
		for _, e := range out {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// compareEdges is the order of Reader.Touching.
func compareEdges(a, b graph.Edge) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.ID, b.ID))
}

func touches(e *graph.Edge, ids []graph.ID, f graph.EdgeFilter) bool {
	if len(f.Kinds) > 0 && !slices.Contains(f.Kinds, e.Kind) {
		return false
	}
	return f.Direction != graph.In && slices.Contains(ids, e.From) || f.Direction != graph.Out && slices.Contains(ids, e.To)
}

// OfKind implements graph.Reader.
func (o *overlay) OfKind(ctx context.Context, k graph.NodeKind) iter.Seq2[graph.Node, error] {
	return func(yield func(graph.Node, error) bool) {
		var added []graph.Node
		for _, n := range o.nodes {
			if n != nil && n.Kind == k {
				added = append(added, *n)
			}
		}
		slices.SortFunc(added, func(a, b graph.Node) int { return compareIDs(a.ID, b.ID) })
		for n, err := range o.base.OfKind(ctx, k) {
			if err != nil {
				yield(graph.Node{}, err)
				return
			}
			for len(added) > 0 && added[0].ID < n.ID {
				if !yield(added[0], nil) {
					return
				}
				added = added[1:]
			}
			if _, changed := o.nodes[n.ID]; !changed && !yield(n, nil) {
				return
			}
		}
		for _, n := range added {
			if !yield(n, nil) {
				return
			}
		}
	}
}
