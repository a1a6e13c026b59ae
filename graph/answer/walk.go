package answer

import (
	"cmp"
	"context"
	"slices"

	"zhitu/graph"
)

// Upstream is SUPPLIES against its direction, downstream along it. Depth is
// the fewest hops, 1 the direct neighbours only; the start never appears in
// its own answer, even when a cycle returns to it.

// WalkParams asks what lies upstream or downstream of a node.
type WalkParams struct {
	ID       graph.ID `path:"id" zh:"节点" doc:"segment, product, firm, or a problem: then of where it occurs"`
	Depth    int      `query:"depth" default:"1" min:"1" max:"12" zh:"层数" doc:"1: direct neighbours only"`
	EdgeKind []string `query:"edge_kind" default:"SUPPLIES" zh:"关系" doc:"edge kinds to follow"`
	Common   bool     `query:"common" zh:"只看共性问题" doc:"only nodes with common problems, and of their problems only these"`
	Limit    int      `query:"limit" default:"1000" min:"1" max:"10000" zh:"上限" doc:"nodes at most; more is said in truncated_by"`
}

// Levels is what a walk met, by depth.
type Levels struct {
	Start  []Ref   `json:"start"`
	Levels []Level `json:"levels"`
	Total  int     `json:"total"`
}

// Level is the nodes at one depth.
type Level struct {
	Depth int       `json:"depth"`
	Nodes []WalkHit `json:"nodes"`
}

// WalkHit is one node of a walk.
type WalkHit struct {
	Ref
	Problems []WalkProblem `json:"problems"`
	Degree   int           `json:"degree"` // edges of the followed kinds at it, both ways
	Path     Path          `json:"path"`   // from the start to it
	Evidence []*Cited      `json:"evidence"`
}

// WalkProblem is a problem that occurs at a node of a walk.
type WalkProblem struct {
	Ref
	Severity int64    `json:"severity,omitempty"`
	Types    []string `json:"types"`
	Firms    int      `json:"firms"` // that report it, as far as the caller may see
}

func upstreamQuestion() Question {
	return declare(Question{
		Name: "upstream", Zh: "上游", Path: "/nodes/:id/upstream", Asks: []string{"E02"},
		Doc: "What lies upstream of a node, by depth, with the problems there", DocZh: "一个节点的上游，按层数，带各处的质量问题",
	}, func(ctx context.Context, a *Asked, p WalkParams) (Levels, error) { return walk(ctx, a, p, graph.In) })
}

func downstreamQuestion() Question {
	return declare(Question{
		Name: "downstream", Zh: "下游", Path: "/nodes/:id/downstream", Asks: []string{"E06", "B07"},
		Doc: "What lies downstream of a node, by depth, with the problems there", DocZh: "一个节点的下游，按层数，带各处的质量问题",
	}, func(ctx context.Context, a *Asked, p WalkParams) (Levels, error) { return walk(ctx, a, p, graph.Out) })
}

func walk(ctx context.Context, a *Asked, p WalkParams, dir graph.Direction) (Levels, error) {
	kinds, err := edgeKinds(p.EdgeKind)
	if err != nil {
		return Levels{}, err
	}
	n, err := a.node(ctx, p.ID)
	if err != nil {
		return Levels{}, err
	}
	f := newFacts(a.View)
	f.nodes[n.ID] = n
	start := []graph.ID{n.ID}
	if n.Kind == graph.Problem {
		if start, err = f.expand(ctx, start, outward(graph.OccursAt)); err != nil {
			return Levels{}, err
		}
	}
	w := walker{facts: f, kinds: kinds, dir: dir, by: map[graph.ID]*graph.Edge{}, depth: map[graph.ID]int{}}
	levels, err := w.walk(ctx, a, start, p.Depth, p.Limit)
	if err != nil {
		return Levels{}, err
	}
	out := Levels{Start: f.refs(start), Levels: []Level{}}
	for i, ids := range levels {
		level, err := w.level(ctx, a, i+1, ids, p.Common)
		if err != nil {
			return Levels{}, err
		}
		if len(level.Nodes) > 0 {
			out.Levels = append(out.Levels, level)
			out.Total += len(level.Nodes)
		}
	}
	if out.Total == 0 {
		a.Warn("not_recorded", "")
	}
	return out, nil
}

func edgeKinds(names []string) ([]graph.EdgeKind, error) {
	kinds := make([]graph.EdgeKind, 0, len(names))
	for _, name := range names {
		if _, ok := graph.EdgeSpecOf(graph.EdgeKind(name)); !ok {
			return nil, &graph.InvalidError{Field: "edge_kind", Code: "unknown_kind", Value: name}
		}
		kinds = append(kinds, graph.EdgeKind(name))
	}
	return kinds, nil
}

// walker is a breadth-first walk that remembers by which edge each node was
// met first: the least edge in Reader order, so the path is the same always.
type walker struct {
	facts *facts
	kinds []graph.EdgeKind
	dir   graph.Direction
	by    map[graph.ID]*graph.Edge
	depth map[graph.ID]int
}

func (w *walker) walk(ctx context.Context, a *Asked, start []graph.ID, depth, limit int) ([][]graph.ID, error) {
	for _, id := range start {
		w.depth[id] = 0
	}
	var levels [][]graph.ID
	frontier, met := start, 0
	for d := 1; d <= depth && len(frontier) > 0; d++ {
		if _, err := w.facts.expand(ctx, frontier, follows(w.dir, w.kinds)); err != nil {
			return nil, err
		}
		var next []graph.ID
		for _, id := range frontier {
			for _, k := range w.kinds {
				for _, e := range w.facts.at(id, k, w.dir) {
					other := e.Other(id)
					if _, seen := w.depth[other]; !seen {
						w.depth[other], w.by[other] = d, e
						next = append(next, other)
					}
				}
			}
		}
		slices.Sort(next)
		if met+len(next) > limit {
			a.Truncate("limit")
			return append(levels, next[:limit-met]), nil
		}
		met += len(next)
		levels = append(levels, next)
		frontier = next
	}
	return levels, nil
}

func (w *walker) level(ctx context.Context, a *Asked, depth int, ids []graph.ID, common bool) (Level, error) {
	level := Level{Depth: depth, Nodes: []WalkHit{}}
	f := w.facts
	both := slices.Concat(follows(graph.In, w.kinds), follows(graph.Out, w.kinds))
	met, err := f.expand(ctx, ids, inward(graph.OccursAt), both)
	if err != nil {
		return level, err
	}
	if _, err := f.expand(ctx, f.ofKind(met, graph.Problem), outward(graph.ReportedBy)); err != nil {
		return level, err
	}
	for _, id := range ids {
		n := f.nodes[id]
		hit := WalkHit{Ref: refOf(n), Problems: w.problems(a, id, common), Degree: w.degree(id)}
		if common && len(hit.Problems) == 0 {
			continue
		}
		a.use(n)
		edges := w.path(id)
		hit.Path = pathFrom(edges, id, w.dir)
		var evidence [][]graph.Evidence
		for _, e := range edges {
			evidence = append(evidence, e.Evidence)
		}
		hit.Evidence = a.cite(evidence...)
		level.Nodes = append(level.Nodes, hit)
	}
	return level, nil
}

// path returns the edges from the start to id.
func (w *walker) path(id graph.ID) []*graph.Edge {
	var edges []*graph.Edge
	for w.depth[id] > 0 {
		e := w.by[id]
		edges = append(edges, e)
		id = e.Other(id)
	}
	slices.Reverse(edges)
	return edges
}

func pathFrom(edges []*graph.Edge, end graph.ID, dir graph.Direction) Path {
	if len(edges) == 0 {
		return Path{Nodes: []graph.ID{end}, Edges: []graph.ID{}}
	}
	start := edges[0].From
	if dir == graph.In {
		start = edges[0].To
	}
	return pathOf(start, edges...)
}

func (w *walker) degree(id graph.ID) int {
	n := 0
	for _, k := range w.kinds {
		n += len(w.facts.outOf(id, k)) + len(w.facts.into(id, k))
	}
	return n
}

func (w *walker) problems(a *Asked, id graph.ID, common bool) []WalkProblem {
	out := []WalkProblem{}
	for _, e := range w.facts.into(id, graph.OccursAt) {
		n := w.facts.nodes[e.From]
		types := listOf(n.Fields.Texts("types"))
		if common && !slices.Contains(types, "common") && !n.Fields.Flag("declared_common") {
			continue
		}
		a.use(n)
		out = append(out, WalkProblem{Ref: refOf(n), Severity: n.Fields.Int("severity"), Types: types, Firms: len(w.facts.reporters(n.ID))})
	}
	slices.SortFunc(out, func(x, y WalkProblem) int {
		return cmp.Or(cmp.Compare(y.Severity, x.Severity), cmp.Compare(x.ID, y.ID))
	})
	return out
}
