package answer

import (
	"context"
	"slices"

	"zhitu/graph"
)

// PathsParams asks how two nodes hang together.
type PathsParams struct {
	From      graph.ID `query:"from" required:"true" zh:"起点" doc:"node id"`
	To        graph.ID `query:"to" required:"true" zh:"终点" doc:"node id"`
	K         int      `query:"k" default:"3" min:"1" max:"50" zh:"条数" doc:"the k shortest paths"`
	MaxDepth  int      `query:"max_depth" default:"6" min:"1" max:"10" zh:"最大长度" doc:"edges at most"`
	EdgeKind  []string `query:"edge_kind" zh:"关系" doc:"edge kinds to follow; default all"`
	Direction string   `query:"direction" enum:"out,both" default:"out" zh:"方向" doc:"out follows the direction of edges; both ignores it"`
}

// PathsAnswer is the k shortest simple paths, by length, then by ids.
type PathsAnswer struct {
	Paths []FoundPath `json:"paths"`
}

// FoundPath is one path with all that stands on it.
type FoundPath struct {
	Path
	Length   int      `json:"length"`
	Names    []Ref    `json:"names"` // of the nodes, in order
	Hops     []Hop    `json:"hops"`
	Evidence []*Cited `json:"evidence"`
}

// Hop is one edge of a path, as it is followed.
type Hop struct {
	Edge     graph.ID       `json:"edge"`
	EdgeKind graph.EdgeKind `json:"edge_kind"`
	Forward  bool           `json:"forward"`
	Evidence []*Cited       `json:"evidence"`
}

// maxPathEdges bounds the edges that one search may look at; reaching it is
// said in truncated_by.
const maxPathEdges = 200_000

func pathsQuestion() Question {
	return declare(Question{
		Name: "paths", Zh: "路径", Path: "/paths", Asks: []string{"B01"},
		Doc: "The k shortest paths between two nodes, each hop with its evidence", DocZh: "两个节点之间最短的几条路径，每一步带证据",
	}, paths)
}

func paths(ctx context.Context, a *Asked, p PathsParams) (PathsAnswer, error) {
	kinds, err := edgeKinds(p.EdgeKind)
	if err != nil {
		return PathsAnswer{}, err
	}
	for _, end := range []struct {
		field string
		id    graph.ID
	}{{"from", p.From}, {"to", p.To}} {
		if _, err := a.node(ctx, end.id); err != nil {
			return PathsAnswer{}, err
		}
	}
	s := pathSearch{
		view: a.View, kinds: kinds, both: p.Direction == "both", to: p.To, k: p.K, budget: maxPathEdges,
		edges: map[graph.ID][]graph.Edge{}, back: map[graph.ID]int{},
	}
	if err := s.distances(ctx, p.From, p.MaxDepth); err != nil {
		return PathsAnswer{}, err
	}
	for length := 1; length <= p.MaxDepth && len(s.found) < p.K && !s.spent; length++ {
		if err := s.extend(ctx, []graph.ID{p.From}, nil, length); err != nil {
			return PathsAnswer{}, err
		}
	}
	if s.spent {
		a.Truncate("edges_visited")
	}
	if len(s.found) == 0 && !s.spent {
		a.Warn("not_recorded", "")
	}
	return s.answer(ctx, a)
}

// pathSearch enumerates simple paths by increasing length, pruned by the
// distance that each node still has to the end.
type pathSearch struct {
	view   *graph.View
	kinds  []graph.EdgeKind
	both   bool
	to     graph.ID
	k      int
	budget int
	spent  bool

	edges map[graph.ID][]graph.Edge // followed from a node, in Reader order
	back  map[graph.ID]int          // fewest hops from a node to the end
	found [][]graph.Edge
	nodes [][]graph.ID
}

// distances walks back from the end, until the start is met and one level
// more for every longer path that may be wanted.
func (s *pathSearch) distances(ctx context.Context, from graph.ID, maxDepth int) error {
	s.back[s.to] = 0
	dir := graph.In
	if s.both {
		dir = graph.Both
	}
	frontier := []graph.ID{s.to}
	for d := 1; d <= maxDepth && len(frontier) > 0; d++ {
		edges, err := s.view.Touching(ctx, frontier, graph.EdgeFilter{Kinds: s.kinds, Direction: dir})
		if err != nil {
			return err
		}
		if s.budget -= len(edges); s.budget < 0 {
			s.spent = true
			return nil
		}
		var next []graph.ID
		for _, e := range edges {
			ends := []graph.ID{e.From}
			if s.both {
				ends = append(ends, e.To)
			}
			for _, id := range ends {
				if _, seen := s.back[id]; !seen {
					s.back[id] = d
					next = append(next, id)
				}
			}
		}
		slices.Sort(next)
		frontier = next
	}
	return nil
}

// extend adds to found every simple path of exactly length more edges.
func (s *pathSearch) extend(ctx context.Context, nodes []graph.ID, edges []graph.Edge, length int) error {
	at := nodes[len(nodes)-1]
	if length == 0 {
		if at == s.to {
			s.found = append(s.found, slices.Clone(edges))
			s.nodes = append(s.nodes, slices.Clone(nodes))
		}
		return nil
	}
	if rest, ok := s.back[at]; !ok || rest > length {
		return nil
	}
	steps, err := s.from(ctx, at)
	if err != nil {
		return err
	}
	for _, e := range steps {
		next := e.Other(at)
		rest, ok := s.back[next]
		if !ok || rest > length-1 || slices.Contains(nodes, next) || next == s.to && length > 1 {
			continue
		}
		if err := s.extend(ctx, append(nodes, next), append(edges, e), length-1); err != nil {
			return err
		}
		if len(s.found) >= s.k || s.spent {
			return nil
		}
	}
	return nil
}

// from returns the edges that lead on from id, ordered by the node that they
// lead to, then by edge id.
func (s *pathSearch) from(ctx context.Context, id graph.ID) ([]graph.Edge, error) {
	if edges, ok := s.edges[id]; ok {
		return edges, nil
	}
	dir := graph.Out
	if s.both {
		dir = graph.Both
	}
	edges, err := s.view.Touching(ctx, []graph.ID{id}, graph.EdgeFilter{Kinds: s.kinds, Direction: dir})
	if err != nil {
		return nil, err
	}
	if s.budget -= len(edges); s.budget < 0 {
		s.spent = true
	}
	slices.SortFunc(edges, func(x, y graph.Edge) int {
		if d := compareIDs(x.Other(id), y.Other(id)); d != 0 {
			return d
		}
		return compareIDs(x.ID, y.ID)
	})
	s.edges[id] = edges
	return edges, nil
}

func (s *pathSearch) answer(ctx context.Context, a *Asked) (PathsAnswer, error) {
	out := PathsAnswer{Paths: []FoundPath{}}
	f := newFacts(a.View)
	for i, edges := range s.found {
		if err := f.loadNodes(ctx, s.nodes[i]); err != nil {
			return out, err
		}
		p := FoundPath{Path: Path{Nodes: s.nodes[i], Edges: []graph.ID{}}, Length: len(edges), Names: f.refs(s.nodes[i])}
		var evidence [][]graph.Evidence
		for j, e := range edges {
			p.Edges = append(p.Edges, e.ID)
			p.Hops = append(p.Hops, Hop{Edge: e.ID, EdgeKind: e.Kind, Forward: e.From == s.nodes[i][j], Evidence: a.cite(e.Evidence)})
			evidence = append(evidence, e.Evidence)
		}
		for _, id := range s.nodes[i] {
			a.use(f.nodes[id])
		}
		p.Evidence = a.cite(evidence...)
		out.Paths = append(out.Paths, p)
	}
	return out, nil
}
