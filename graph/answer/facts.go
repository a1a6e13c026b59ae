package answer

import (
	"context"
	"slices"

	"zhitu/graph"
)

// facts is the part of the graph that an answer needs, loaded from a View hop
// by hop (one read per hop whatever the number of nodes), so that everything
// computed from it is plain code over maps.
type facts struct {
	view  *graph.View
	nodes map[graph.ID]*graph.Node
	edges map[graph.ID]*graph.Edge
	out   map[nodeEdges][]*graph.Edge
	in    map[nodeEdges][]*graph.Edge
	done  map[nodeEdges]graph.Direction // which of out and in are loaded; Both is neither, see loaded

	editions map[graph.ID]*graph.Edition
	statuses map[graph.ID]graph.StatusReport
	later    laterRules // versions of rules that are not in the graph on the date
}

// nodeEdges names the edges of one kind at one node.
type nodeEdges struct {
	node graph.ID
	kind graph.EdgeKind
}

func newFacts(view *graph.View) *facts {
	return &facts{
		view: view, nodes: map[graph.ID]*graph.Node{}, edges: map[graph.ID]*graph.Edge{},
		out: map[nodeEdges][]*graph.Edge{}, in: map[nodeEdges][]*graph.Edge{}, done: map[nodeEdges]graph.Direction{},
		editions: map[graph.ID]*graph.Edition{}, statuses: map[graph.ID]graph.StatusReport{},
		later: newLaterRules(),
	}
}

// follow names edges to load: of a kind, in a direction.
type follow struct {
	kind graph.EdgeKind
	dir  graph.Direction
}

func outward(kinds ...graph.EdgeKind) []follow { return follows(graph.Out, kinds) }
func inward(kinds ...graph.EdgeKind) []follow  { return follows(graph.In, kinds) }

func follows(dir graph.Direction, kinds []graph.EdgeKind) []follow {
	list := make([]follow, len(kinds))
	for i, k := range kinds {
		list[i] = follow{k, dir}
	}
	return list
}

// expand loads the edges that fs name at ids, and the nodes at their other
// ends, and returns the ids of those nodes, each once, sorted.
func (f *facts) expand(ctx context.Context, ids []graph.ID, fs ...[]follow) ([]graph.ID, error) {
	met := map[graph.ID]bool{}
	for _, dir := range []graph.Direction{graph.Out, graph.In} {
		var kinds []graph.EdgeKind
		for _, list := range fs {
			for _, fo := range list {
				if fo.dir == dir {
					kinds = append(kinds, fo.kind)
				}
			}
		}
		if err := f.load(ctx, ids, dir, kinds); err != nil {
			return nil, err
		}
		for _, id := range ids {
			for _, k := range kinds {
				for _, e := range f.at(id, k, dir) {
					met[e.Other(id)] = true
				}
			}
		}
	}
	others := make([]graph.ID, 0, len(met))
	for id := range met {
		others = append(others, id)
	}
	slices.Sort(others)
	return others, f.loadNodes(ctx, others)
}

// load reads the edges of kinds at those of ids that are not loaded yet.
func (f *facts) load(ctx context.Context, ids []graph.ID, dir graph.Direction, kinds []graph.EdgeKind) error {
	if len(kinds) == 0 {
		return nil
	}
	var ask []graph.ID
	want := map[nodeEdges]bool{}
	for _, id := range ids {
		missing := false
		for _, k := range kinds {
			key := nodeEdges{id, k}
			if !f.loaded(key, dir) {
				want[key], missing = true, true
			}
		}
		if missing {
			ask = append(ask, id)
		}
	}
	if len(ask) == 0 {
		return nil
	}
	edges, err := f.view.Touching(ctx, ask, graph.EdgeFilter{Kinds: kinds, Direction: dir})
	if err != nil {
		return err
	}
	for key := range want {
		f.markLoaded(key, dir)
	}
	for i := range edges {
		f.keep(&edges[i], dir, want)
	}
	return nil
}

func (f *facts) keep(e *graph.Edge, dir graph.Direction, want map[nodeEdges]bool) {
	if have := f.edges[e.ID]; have != nil {
		e = have
	}
	f.edges[e.ID] = e
	if key := (nodeEdges{e.From, e.Kind}); dir == graph.Out && want[key] {
		f.out[key] = append(f.out[key], e)
	}
	if key := (nodeEdges{e.To, e.Kind}); dir == graph.In && want[key] {
		f.in[key] = append(f.in[key], e)
	}
}

// done holds Out, In, or Both once both are loaded; an absent key is neither.
func (f *facts) loaded(key nodeEdges, dir graph.Direction) bool {
	have, any := f.done[key]
	return any && (have == graph.Both || have == dir)
}

func (f *facts) markLoaded(key nodeEdges, dir graph.Direction) {
	if have, any := f.done[key]; any && have != dir {
		dir = graph.Both
	}
	f.done[key] = dir
}

func (f *facts) loadNodes(ctx context.Context, ids []graph.ID) error {
	var ask []graph.ID
	for _, id := range ids {
		if _, known := f.nodes[id]; !known {
			ask = append(ask, id)
		}
	}
	if len(ask) == 0 {
		return nil
	}
	nodes, err := f.view.Nodes(ctx, ask)
	if err != nil {
		return err
	}
	for i := range nodes {
		f.nodes[nodes[i].ID] = &nodes[i]
	}
	return nil
}

// closure expands ids along fs until nothing new is met, and returns the start
// and all that was met.
func (f *facts) closure(ctx context.Context, ids []graph.ID, fs ...[]follow) ([]graph.ID, error) {
	seen := map[graph.ID]bool{}
	all := slices.Clone(ids)
	for _, id := range ids {
		seen[id] = true
	}
	for frontier := ids; len(frontier) > 0; {
		met, err := f.expand(ctx, frontier, fs...)
		if err != nil {
			return nil, err
		}
		frontier = slices.DeleteFunc(met, func(id graph.ID) bool { return seen[id] })
		for _, id := range frontier {
			seen[id] = true
		}
		all = append(all, frontier...)
	}
	slices.Sort(all)
	return all, nil
}

func (f *facts) at(id graph.ID, k graph.EdgeKind, dir graph.Direction) []*graph.Edge {
	if dir == graph.In {
		return f.in[nodeEdges{id, k}]
	}
	return f.out[nodeEdges{id, k}]
}

func (f *facts) outOf(id graph.ID, k graph.EdgeKind) []*graph.Edge { return f.out[nodeEdges{id, k}] }
func (f *facts) into(id graph.ID, k graph.EdgeKind) []*graph.Edge  { return f.in[nodeEdges{id, k}] }

// ofKind keeps those of ids whose node is of kind k.
func (f *facts) ofKind(ids []graph.ID, k graph.NodeKind) []graph.ID {
	var out []graph.ID
	for _, id := range ids {
		if n := f.nodes[id]; n != nil && n.Kind == k {
			out = append(out, id)
		}
	}
	return out
}

// edition returns what decides the status of a standard or rule. REPLACES must
// be loaded inward, transitively.
func (f *facts) edition(id graph.ID) *graph.Edition {
	if e := f.editions[id]; e != nil {
		return e
	}
	n := f.nodes[id]
	e := &graph.Edition{
		ID: id, Issued: n.Fields.Span("issued"), Effective: n.Fields.Span("effective"), Withdrawn: n.Fields.Span("withdrawn"),
	}
	f.editions[id] = e // before the successors: REPLACES has cycles in real data
	for _, r := range f.into(id, graph.Replaces) {
		e.Successors = append(e.Successors, graph.Succession{
			By: f.edition(r.From), Part: r.Fields.Flag("part"),
			ProduceUntil: r.Fields.Span("transition_produce_until"), SellUntil: r.Fields.Span("transition_sell_until"),
		})
	}
	return e
}

// status returns the status of a standard or rule on the date of the view. A
// detail rule is in force only while the version that it implements is: once
// that has ended, it has that version's status.
func (f *facts) status(id graph.ID) graph.StatusReport {
	if r, ok := f.statuses[id]; ok {
		return r
	}
	r := graph.StatusAt(f.edition(id), f.view.AsOf())
	f.statuses[id] = r
	if n := f.nodes[id]; n.Kind == graph.Rule && n.Fields.Flag("detail") {
		for _, e := range f.outOf(id, graph.Implements) {
			if version := f.status(e.To); ended(version.Status) || version.Status.Usable() < r.Status.Usable() {
				r = version
			}
		}
		f.statuses[id] = r
	}
	return r
}

// ended tells whether something was in force once and is no more.
func ended(s graph.Status) bool { return s == graph.StatusWithdrawn || s == graph.StatusReplaced }

// usable tells whether a standard or rule may be relied on at the date.
func (f *facts) usable(id graph.ID) graph.Tri { return f.status(id).Status.Usable() }
