package answer

import (
	"cmp"
	"context"
	"slices"

	"zhitu/graph"
)

// InterventionParams asks what to solve first.
type InterventionParams struct {
	ID       graph.ID `path:"id" kind:"Chain" zh:"产业链" doc:"the chain"`
	Severity int      `query:"severity" default:"4" min:"1" max:"5" zh:"严重度" doc:"a problem of at least this severity blocks its segment"`
	Depth    int      `query:"depth" default:"12" min:"0" max:"12" zh:"层数" doc:"how far upstream of the chain leaders"`
}

// Intervention is the smallest set of problems to solve so that no supply path
// of a chain leader is blocked. A problem blocks its segment while it is open,
// severe enough and not covered; it is settled when it is solved, or when it
// has recorded causes and all of them are settled.
type Intervention struct {
	Leaders  []Ref               `json:"leaders"`
	Blocking []graph.ID          `json:"blocking"` // problems that block a segment of a supply path
	Solve    []InterventionItem  `json:"solve"`
	Levels   []InterventionLevel `json:"levels"`  // the same by distance upstream of the leaders
	Settled  []graph.ID          `json:"settled"` // blocking ones that need no work of their own
	Optimal  bool                `json:"optimal"`
}

// InterventionItem is one problem to solve.
type InterventionItem struct {
	ProblemRef
	Class   string     `json:"class"`
	Settles []graph.ID `json:"settles"` // blocking problems that it settles, itself included
}

// InterventionLevel is the problems at one distance; 0 is the leaders' own
// segments.
type InterventionLevel struct {
	Depth    int        `json:"depth"`
	Segments []Ref      `json:"segments"`
	Problems []graph.ID `json:"problems"`
}

func interventionQuestion() Question {
	return declare(Question{
		Name: "intervention", Zh: "最小攻关集", Path: "/chains/:id/intervention",
		Doc:   "The smallest set of problems to solve so that no supply path of a chain leader is blocked",
		DocZh: "最少攻关哪几个问题，链主的供给路径就不再受阻",
	}, intervention)
}

func intervention(ctx context.Context, a *Asked, p InterventionParams) (Intervention, error) {
	f, problems, err := loadProblems(ctx, a, p.ID)
	if err != nil {
		return Intervention{}, err
	}
	if _, err := f.closure(ctx, problems, inward(graph.Causes)); err != nil {
		return Intervention{}, err
	}
	out := Intervention{Leaders: []Ref{}, Blocking: []graph.ID{}, Solve: []InterventionItem{}, Levels: []InterventionLevel{}, Settled: []graph.ID{}}
	levels, err := leaderLevels(ctx, a, f, p, &out)
	if err != nil {
		return out, err
	}
	if len(out.Leaders) == 0 {
		a.Warn("not_recorded", "chain_leader")
	}
	depth := map[graph.ID]int{}
	for d, segments := range levels {
		for _, s := range segments {
			depth[s] = d
		}
	}
	class := map[graph.ID]string{}
	for _, id := range problems {
		if f.blocks(id, p.Severity, depth, class) {
			out.Blocking = append(out.Blocking, id)
		}
	}
	solve, optimal := leastSettling(out.Blocking, f.causesOf)
	out.Optimal = optimal
	if !optimal {
		a.Warn("not_proven_minimal", "")
	}
	if err := f.loadPlaces(ctx, solve); err != nil {
		return out, err
	}
	f.explainIntervention(a, &out, solve, class, levels, depth)
	return out, nil
}

// leaderLevels walks upstream of the segments in which chain leaders operate.
func leaderLevels(ctx context.Context, a *Asked, f *facts, p InterventionParams, out *Intervention) ([][]graph.ID, error) {
	if _, err := f.expand(ctx, []graph.ID{p.ID}, inward(graph.HasRole)); err != nil {
		return nil, err
	}
	var leaders []graph.ID
	for _, e := range f.into(p.ID, graph.HasRole) {
		if e.Fields.Text("role") == "chain_leader" {
			leaders = append(leaders, e.From)
		}
	}
	slices.Sort(leaders)
	leaders = slices.Compact(leaders)
	for _, id := range leaders {
		a.use(f.nodes[id])
		out.Leaders = append(out.Leaders, refOf(f.nodes[id]))
	}
	start, err := f.expand(ctx, leaders, outward(graph.OperatesIn))
	if err != nil {
		return nil, err
	}
	w := walker{facts: f, kinds: []graph.EdgeKind{graph.Supplies}, dir: graph.In, by: map[graph.ID]*graph.Edge{}, depth: map[graph.ID]int{}}
	upstream, err := w.walk(ctx, a, start, p.Depth, 10_000)
	return append([][]graph.ID{start}, upstream...), err
}

// blocks tells whether problem is open, severe, uncovered and on a supply path.
func (f *facts) blocks(id graph.ID, severity int, depth map[graph.ID]int, class map[graph.ID]string) bool {
	n := f.nodes[id]
	if status := problemStatus(n, f.view.AsOf()); status == "solved" || status == "rejected" || n.Fields.Int("severity") < int64(severity) {
		return false
	}
	class[id], _ = ladder{facts: f, problem: id}.class(atWorst)
	return class[id] != "" && slices.ContainsFunc(f.segments(id), func(s graph.ID) bool { _, on := depth[s]; return on })
}

// causesOf returns the recorded causes of a problem that are still open.
func (f *facts) causesOf(id graph.ID) []graph.ID {
	var out []graph.ID
	for _, e := range f.into(id, graph.Causes) {
		if status := problemStatus(f.nodes[e.From], f.view.AsOf()); status != "solved" && status != "rejected" {
			out = append(out, e.From)
		}
	}
	return out
}

// settled returns what solving the problems in solve settles: they, and every
// problem all of whose causes are settled.
func settled(solve map[graph.ID]bool, ask []graph.ID, causes func(graph.ID) []graph.ID) map[graph.ID]bool {
	known := map[graph.ID]bool{}
	var is func(id graph.ID, seen map[graph.ID]bool) bool
	is = func(id graph.ID, seen map[graph.ID]bool) bool {
		if solve[id] || known[id] {
			return true
		}
		list := causes(id)
		if len(list) == 0 || seen[id] {
			return false
		}
		seen[id] = true
		for _, c := range list {
			if !is(c, seen) {
				delete(seen, id)
				return false
			}
		}
		delete(seen, id)
		known[id] = true
		return true
	}
	for _, id := range ask {
		is(id, map[graph.ID]bool{})
	}
	for id, chosen := range solve {
		if chosen {
			known[id] = true
		}
	}
	return known
}

const maxInterventionWork = 50_000

// leastSettling finds the smallest set that settles all of blocking; among
// equals the first in order of ids. It branches on the first problem that is
// not settled: solve it, or settle every one of its causes.
func leastSettling(blocking []graph.ID, causes func(graph.ID) []graph.ID) ([]graph.ID, bool) {
	best := slices.Clone(blocking)
	work, optimal := 0, true
	var search func(solve []graph.ID, open []graph.ID)
	search = func(solve, open []graph.ID) {
		if work++; work > maxInterventionWork {
			optimal = false
			return
		}
		in := map[graph.ID]bool{}
		for _, id := range solve {
			in[id] = true
		}
		done := settled(in, open, causes)
		open = slices.DeleteFunc(slices.Clone(open), func(id graph.ID) bool { return done[id] })
		if len(open) == 0 {
			sorted := slices.Sorted(slices.Values(solve))
			if len(sorted) < len(best) || len(sorted) == len(best) && slices.Compare(sorted, best) < 0 {
				best = sorted
			}
			return
		}
		if len(solve)+1 > len(best) {
			return
		}
		first, rest := open[0], open[1:]
		search(append(slices.Clone(solve), first), rest)
		if list := causes(first); len(list) > 0 && !slices.Contains(list, first) {
			search(solve, append(slices.Clone(list), rest...))
		}
	}
	search(nil, blocking)
	return best, optimal
}

func (f *facts) explainIntervention(a *Asked, out *Intervention, solve []graph.ID, class map[graph.ID]string, levels [][]graph.ID, depth map[graph.ID]int) {
	chosen := map[graph.ID]bool{}
	for _, id := range solve {
		chosen[id] = true
	}
	for _, id := range out.Blocking {
		if !chosen[id] {
			out.Settled = append(out.Settled, id)
		}
	}
	at := map[int][]graph.ID{}
	for _, id := range solve {
		a.use(f.nodes[id])
		item := InterventionItem{ProblemRef: f.problemRef(id), Class: class[id], Settles: []graph.ID{}}
		without := map[graph.ID]bool{}
		for other := range chosen {
			without[other] = other != id
		}
		left := settled(without, out.Blocking, f.causesOf)
		for _, b := range out.Blocking {
			if !left[b] {
				item.Settles = append(item.Settles, b)
			}
		}
		out.Solve = append(out.Solve, item)
		nearest := len(levels)
		for _, s := range f.segments(id) {
			if d, on := depth[s]; on {
				nearest = min(nearest, d)
			}
		}
		at[nearest] = append(at[nearest], id)
	}
	for d, segments := range levels {
		if len(at[d]) > 0 {
			out.Levels = append(out.Levels, InterventionLevel{Depth: d, Segments: f.refs(segments), Problems: at[d]})
		}
	}
	if rest := at[len(levels)]; len(rest) > 0 { // causes outside the supply paths
		out.Levels = append(out.Levels, InterventionLevel{Depth: len(levels), Segments: []Ref{}, Problems: rest})
	}
	slices.SortFunc(out.Solve, func(x, y InterventionItem) int {
		return cmp.Or(cmp.Compare(y.Severity, x.Severity), cmp.Compare(x.ID, y.ID))
	})
}
