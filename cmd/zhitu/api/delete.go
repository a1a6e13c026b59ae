package api

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"zhitu/graph"
	"zhitu/graph/answer"
)

// removal asks for a record to be deleted, or what that would change.
type removal struct {
	write
	ID      graph.ID `path:"id"`
	Preview bool     `query:"preview"`
	IfMatch string   `header:"If-Match"`
}

// removed is the answer to a removal or to its preview.
type removed struct {
	Seq     graph.Seq `json:"seq"` // of the entry; of a preview, what it was computed on
	Preview *preview  `json:"preview,omitempty"`
}

// preview is what a removal would change: the records that would go, and every
// problem whose class on the gap ladder would be another.
type preview struct {
	Nodes   []graph.ID     `json:"nodes"`
	Edges   []graph.ID     `json:"edges"`
	Answers []changedClass `json:"answers"`
}

// changedClass is one problem before and after; null is covered.
type changedClass struct {
	Problem graph.ID `json:"problem"`
	Name    string   `json:"name"`
	Before  classes  `json:"before"`
	After   classes  `json:"after"`
}

type classes struct {
	Class       *string `json:"class"`
	ClassAtBest *string `json:"class_at_best"`
}

func (a *API) deleteNode(ctx context.Context, req removal) (removed, error) {
	if req.Preview {
		return a.previewRemoval(ctx, graph.Op{DeleteNode: req.ID})
	}
	versions, err := ifMatch(req.IfMatch)
	if err != nil {
		return removed{}, err
	}
	current, exists := a.ledger.Snapshot().Head(req.ID)
	res, err := a.applyOne(ctx, req.write, graph.Op{DeleteNode: req.ID, IfVersion: oneOf(versions, current)})
	return removed{Seq: res.Seq}, goneIsNotStale(err, exists)
}

func (a *API) deleteEdge(ctx context.Context, req removal) (removed, error) {
	if req.Preview {
		return a.previewRemoval(ctx, graph.Op{DeleteEdge: req.ID})
	}
	versions, err := ifMatch(req.IfMatch)
	if err != nil {
		return removed{}, err
	}
	current, exists := a.ledger.Snapshot().EdgeHead(req.ID)
	res, err := a.applyOne(ctx, req.write, graph.Op{DeleteEdge: req.ID, IfVersion: oneOf(versions, current)})
	return removed{Seq: res.Seq}, goneIsNotStale(err, exists)
}

// previewRemoval climbs the gap ladder of every problem twice, with the record
// and without it.
func (a *API) previewRemoval(ctx context.Context, op graph.Op) (removed, error) {
	before, err := a.view(ctx, graph.Unknown, nil)
	if err != nil {
		return removed{}, err
	}
	p := &preview{Nodes: []graph.ID{}, Edges: []graph.ID{}}
	if err := p.goes(ctx, before.Records(), op); err != nil {
		return removed{}, err
	}
	s, err := a.ledger.At(ctx, before.Seq())
	if err != nil {
		return removed{}, err
	}
	over, err := s.With([]graph.Op{op})
	if err != nil {
		return removed{}, fmt.Errorf("preview: %w", err)
	}
	after := graph.NewView(over, before.Seq(), before.Scope())
	p.Answers, err = compareClasses(ctx, before, after, op.DeleteNode)
	return removed{Seq: before.Seq(), Preview: p}, err
}

// goes lists the records that op takes away, cascades included.
func (p *preview) goes(ctx context.Context, v *graph.View, op graph.Op) error {
	if op.DeleteEdge != "" {
		e, err := v.Edge(ctx, op.DeleteEdge)
		p.Edges = append(p.Edges, e.ID)
		return err
	}
	n, err := v.Node(ctx, op.DeleteNode)
	if err != nil {
		return err
	}
	p.Nodes = append(p.Nodes, n.ID)
	edges, err := v.Touching(ctx, []graph.ID{n.ID}, graph.EdgeFilter{})
	for _, e := range edges {
		p.Edges = append(p.Edges, e.ID)
	}
	slices.Sort(p.Edges)
	return err
}

// compareClasses returns the problems that two views put on different rungs,
// but for gone, which has no rung any more.
func compareClasses(ctx context.Context, before, after *graph.View, gone graph.ID) ([]changedClass, error) {
	was, err := gapsOf(ctx, before)
	if err != nil {
		return nil, err
	}
	is, err := gapsOf(ctx, after)
	if err != nil {
		return nil, err
	}
	all := map[graph.ID]string{}
	for _, gaps := range []map[graph.ID]answer.Gap{was, is} {
		for id, g := range gaps {
			all[id] = g.Problem.Name
		}
	}
	delete(all, gone)
	out := []changedClass{}
	for id, name := range all {
		c := changedClass{Problem: id, Name: name, Before: classesOf(was, id), After: classesOf(is, id)}
		if text(c.Before.Class) != text(c.After.Class) || text(c.Before.ClassAtBest) != text(c.After.ClassAtBest) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(x, y changedClass) int { return compareIDs(x.Problem, y.Problem) })
	return out, nil
}

func gapsOf(ctx context.Context, v *graph.View) (map[graph.ID]answer.Gap, error) {
	q, ok := answer.Find("gaps")
	if !ok {
		return nil, errors.New("no question of gaps")
	}
	params, err := q.Bind(nil, nil, nil)
	if err != nil {
		return nil, err
	}
	env, err := q.Ask(ctx, v, params)
	if err != nil {
		return nil, err
	}
	gaps, ok := env.Answer.(answer.Gaps)
	if !ok {
		return nil, fmt.Errorf("gaps answered %T", env.Answer)
	}
	out := make(map[graph.ID]answer.Gap, len(gaps.Items))
	for _, g := range gaps.Items {
		out[g.Problem.ID] = g
	}
	return out, nil
}

func classesOf(gaps map[graph.ID]answer.Gap, id graph.ID) classes {
	g, ok := gaps[id]
	if !ok {
		return classes{}
	}
	return classes{Class: &g.Class, ClassAtBest: g.ClassAtBest}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func compareIDs(a, b graph.ID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
