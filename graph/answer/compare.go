package answer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"zhitu/graph"
)

// CompareParams asks what differs between two chains, two regions, or one
// chain on two dates.
type CompareParams struct {
	A     graph.ID   `query:"a" zh:"甲" doc:"a chain or region"`
	B     graph.ID   `query:"b" zh:"乙" doc:"a chain or region"`
	Chain graph.ID   `query:"chain" kind:"Chain" zh:"产业链" doc:"with from and to: one chain on two dates; without it the whole graph"`
	From  graph.Date `query:"from" zh:"自" doc:"the earlier date"`
	To    graph.Date `query:"to" zh:"至" doc:"the later date"`
	Clock string     `query:"clock" enum:"valid,recorded" default:"valid" zh:"时钟" doc:"valid: the world on the dates; recorded: the graph as it was recorded by the end of them"`
	Limit int        `query:"limit" default:"1000" min:"1" max:"10000" zh:"上限" doc:"items per list at most"`
}

// Compared is what is only in A, only in B, and in both but different.
type Compared struct {
	A              Ref              `json:"a"`
	B              Ref              `json:"b"`
	Clock          string           `json:"clock,omitempty"`
	Counts         []CompareCount   `json:"counts"` // per kind
	OnlyA          []CompareItem    `json:"only_a"`
	OnlyB          []CompareItem    `json:"only_b"`
	Changed        []CompareChanged `json:"changed"`
	SharedProblems []SharedProblem  `json:"shared_problems"` // problems of A and B that resemble each other
	Transferable   []Transferable   `json:"transferable"`    // of these, solved on one side
}

// CompareCount is one kind of node or edge in figures.
type CompareCount struct {
	Kind   string `json:"kind"`
	OnlyA  int    `json:"only_a"`
	OnlyB  int    `json:"only_b"`
	Common int    `json:"common"`
}

// CompareItem is a node or edge on one side.
type CompareItem struct {
	ID   graph.ID `json:"id"`
	Kind string   `json:"kind"` // a node kind or edge kind
	Name string   `json:"name,omitempty"`
	From graph.ID `json:"from,omitempty"`
	To   graph.ID `json:"to,omitempty"`
}

// CompareChanged is something that is on both sides and differs.
type CompareChanged struct {
	CompareItem
	Field  string `json:"field"` // status, problem_status, class or a field of the record
	Before string `json:"before"`
	After  string `json:"after"`
}

// SharedProblem is a pair of problems with what they have in common.
type SharedProblem struct {
	A         Ref      `json:"a"`
	B         Ref      `json:"b"`
	Same      []string `json:"same"` // problem, standard, process, cause, characteristic
	Standards []Ref    `json:"standards"`
	SolvedA   bool     `json:"solved_a"`
	SolvedB   bool     `json:"solved_b"`
}

// Transferable is a pair of which one side is solved or has a case.
type Transferable struct {
	From  Ref   `json:"from"` // solved, or with a case
	To    Ref   `json:"to"`
	Cases []Ref `json:"cases"`
}

func compareQuestion() Question {
	return declare(Question{
		Name: "compare", Zh: "对比", Path: "/compare", Asks: []string{"E12", "P09", "P10"},
		Doc:   "What differs between two chains, two regions or two dates, and what one can learn from the other",
		DocZh: "两条链、两个区域或两个日期的图谱差在哪里，哪些问题可以互鉴",
	}, compare)
}

func compare(ctx context.Context, a *Asked, p CompareParams) (Compared, error) {
	dated := p.From != graph.Unknown && p.To != graph.Unknown
	if (p.A != "" && p.B != "") == dated {
		return Compared{}, &graph.InvalidError{Field: "a", Code: "one_of", Want: "a & b | from & to"}
	}
	if dated {
		return compareDates(ctx, a, p)
	}
	return comparePlaces(ctx, a, p)
}

// side is one side of a comparison: nodes and edges of a part of the graph.
type side struct {
	facts    *facts
	ref      Ref
	nodes    map[graph.ID]*graph.Node
	edges    map[graph.ID]*graph.Edge
	problems []graph.ID
}

// comparePlaces compares two chains, or the chains of two regions.
func comparePlaces(ctx context.Context, a *Asked, p CompareParams) (Compared, error) {
	f := newFacts(a.View)
	var sides [2]*side
	for i, id := range []graph.ID{p.A, p.B} {
		if !slices.Contains([]byte(id), ':') {
			id = "chain:" + id
		}
		n, err := a.node(ctx, id, graph.Chain, graph.Region)
		if err != nil {
			return Compared{}, err
		}
		f.nodes[n.ID] = n
		chains := []graph.ID{n.ID}
		if n.Kind == graph.Region {
			met, err := f.expand(ctx, chains, inward(graph.LocatedIn))
			if err != nil {
				return Compared{}, err
			}
			chains = f.ofKind(met, graph.Chain)
		}
		if sides[i], err = f.sideOf(ctx, a, refOf(n), chains); err != nil {
			return Compared{}, err
		}
	}
	out := compareSides(a, sides[0], sides[1], p.Limit)
	out.SharedProblems, out.Transferable = f.resemblances(sides[0], sides[1])
	return out, nil
}

// sideOf loads the part of the graph that belongs to chains: segments,
// processes, products, problems, and what addresses and covers these.
func (f *facts) sideOf(ctx context.Context, a *Asked, ref Ref, chains []graph.ID) (*side, error) {
	s := &side{facts: f, ref: ref, nodes: map[graph.ID]*graph.Node{}, edges: map[graph.ID]*graph.Edge{}}
	for _, chain := range chains {
		ids, err := f.problemsOf(ctx, a, chain)
		if err != nil {
			return nil, err
		}
		s.problems = append(s.problems, ids...)
	}
	slices.Sort(s.problems)
	s.problems = slices.Compact(s.problems)
	if err := f.loadCoverage(ctx, s.problems); err != nil {
		return nil, err
	}
	if err := f.loadPlaces(ctx, s.problems); err != nil {
		return nil, err
	}
	segments, err := f.expand(ctx, chains, outward(graph.HasSegment, graph.Offers), inward(graph.AppliesTo, graph.Funds))
	if err != nil {
		return nil, err
	}
	if _, err := f.expand(ctx, segments, outward(graph.Supplies, graph.HasProcess), inward(graph.MadeIn)); err != nil {
		return nil, err
	}
	if _, err := f.expand(ctx, s.problems, outward(graph.ResolvedIn, graph.Causes), inward(graph.Causes)); err != nil {
		return nil, err
	}
	s.collect(chains)
	return s, nil
}

// collect takes every loaded edge that touches a chain, one of its segments or
// one of its problems, with both ends.
func (s *side) collect(chains []graph.ID) {
	f := s.facts
	core := map[graph.ID]bool{}
	for _, id := range slices.Concat(chains, s.problems) {
		core[id] = true
	}
	for _, chain := range chains {
		for _, e := range f.outOf(chain, graph.HasSegment) {
			core[e.To] = true
		}
	}
	for id, e := range f.edges {
		if core[e.From] || core[e.To] {
			s.edges[id] = e
			for _, end := range []graph.ID{e.From, e.To} {
				if n := f.nodes[end]; n != nil {
					s.nodes[end] = n
				}
			}
		}
	}
}

func compareSides(asked *Asked, a, b *side, limit int) Compared {
	out := Compared{
		A: a.ref, B: b.ref, OnlyA: []CompareItem{}, OnlyB: []CompareItem{}, Changed: []CompareChanged{},
		SharedProblems: []SharedProblem{}, Transferable: []Transferable{},
	}
	counts := map[string]*CompareCount{}
	count := func(kind string) *CompareCount {
		if counts[kind] == nil {
			counts[kind] = &CompareCount{Kind: kind}
		}
		return counts[kind]
	}
	itemsA, itemsB := a.items(), b.items()
	for _, id := range slices.Sorted(maps.Keys(itemsA)) {
		if _, both := itemsB[id]; both {
			count(itemsA[id].Kind).Common++
			continue
		}
		count(itemsA[id].Kind).OnlyA++
		out.OnlyA = append(out.OnlyA, itemsA[id])
	}
	for _, id := range slices.Sorted(maps.Keys(itemsB)) {
		if _, both := itemsA[id]; !both {
			count(itemsB[id].Kind).OnlyB++
			out.OnlyB = append(out.OnlyB, itemsB[id])
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		out.Counts = append(out.Counts, *counts[kind])
	}
	out.Counts = listOf(out.Counts)
	for _, n := range a.nodes {
		asked.use(n)
	}
	for _, n := range b.nodes {
		asked.use(n)
	}
	for _, list := range []*[]CompareItem{&out.OnlyA, &out.OnlyB} {
		slices.SortStableFunc(*list, func(x, y CompareItem) int { return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.ID, y.ID)) })
		if len(*list) > limit {
			*list = (*list)[:limit]
			asked.Truncate("limit")
		}
	}
	return out
}

// items are nodes under "n", edges under "e": their ids may coincide.
func (s *side) items() map[string]CompareItem {
	out := make(map[string]CompareItem, len(s.nodes)+len(s.edges))
	for id, n := range s.nodes {
		out["n"+string(id)] = CompareItem{ID: id, Kind: string(n.Kind), Name: n.Name}
	}
	for id, e := range s.edges {
		out["e"+string(id)] = CompareItem{ID: id, Kind: string(e.Kind), From: e.From, To: e.To}
	}
	return out
}

// resemblances pairs the problems of two sides that are the same node, or that
// share a standard, a process, a characteristic or a cause.
func (f *facts) resemblances(a, b *side) ([]SharedProblem, []Transferable) {
	shared, transferable := []SharedProblem{}, []Transferable{}
	traitsB := map[graph.ID]map[string][]graph.ID{}
	for _, id := range b.problems {
		traitsB[id] = f.traits(id)
	}
	for _, x := range a.problems {
		traits := f.traits(x)
		for _, y := range b.problems {
			pair := f.pair(x, y, traits, traitsB[y])
			if len(pair.Same) == 0 {
				continue
			}
			shared = append(shared, pair)
			if x != y {
				transferable = append(transferable, f.transfers(pair)...)
			}
		}
	}
	slices.SortStableFunc(shared, func(p, q SharedProblem) int { return len(q.Same) - len(p.Same) })
	return shared, transferable
}

// traits are what a problem has that another may share, by what it is.
func (f *facts) traits(id graph.ID) map[string][]graph.ID {
	out := map[string][]graph.ID{}
	for _, j := range f.judgements(id) {
		if verdictOf(j.edge) != graph.No && directOnly.has(j.edge) == graph.Yes {
			out["standard"] = append(out["standard"], j.standard)
		}
	}
	for _, e := range f.outOf(id, graph.OccursAt) {
		if f.nodes[e.To].Kind == graph.Process {
			out["process"] = append(out["process"], graph.ID(f.nodes[e.To].Name))
		}
	}
	for _, e := range f.outOf(id, graph.Concerns) {
		out["characteristic"] = append(out["characteristic"], graph.ID(f.nodes[e.To].Name))
	}
	for _, e := range f.into(id, graph.Causes) {
		out["cause"] = append(out["cause"], e.From)
	}
	for _, text := range f.nodes[id].Fields.Texts("cause_texts") {
		out["cause"] = append(out["cause"], graph.ID(plain(text)))
	}
	return out
}

func (f *facts) pair(x, y graph.ID, a, b map[string][]graph.ID) SharedProblem {
	p := SharedProblem{A: refOf(f.nodes[x]), B: refOf(f.nodes[y]), Same: []string{}, Standards: []Ref{}}
	if x == y {
		p.Same = append(p.Same, "problem")
	}
	for _, what := range []string{"standard", "process", "characteristic", "cause"} {
		found := false
		for _, id := range a[what] {
			if slices.Contains(b[what], id) {
				found = true
				if what == "standard" {
					p.Standards = append(p.Standards, refOf(f.nodes[id]))
				}
			}
		}
		if found {
			p.Same = append(p.Same, what)
		}
	}
	p.SolvedA, p.SolvedB = f.solved(x), f.solved(y)
	return p
}

func (f *facts) solved(id graph.ID) bool {
	return problemStatus(f.nodes[id], f.view.AsOf()) == "solved" || len(f.outOf(id, graph.ResolvedIn)) > 0
}

func (f *facts) transfers(p SharedProblem) []Transferable {
	var out []Transferable
	for _, way := range []struct {
		from, to Ref
		ok       bool
	}{{p.A, p.B, p.SolvedA && !p.SolvedB}, {p.B, p.A, p.SolvedB && !p.SolvedA}} {
		if !way.ok {
			continue
		}
		t := Transferable{From: way.from, To: way.to, Cases: []Ref{}}
		for _, e := range f.outOf(way.from.ID, graph.ResolvedIn) {
			t.Cases = append(t.Cases, refOf(f.nodes[e.To]))
		}
		out = append(out, t)
	}
	return out
}

// compareDates compares one chain, or the whole graph, on two dates: the world
// on each (valid), or what was recorded by the end of each (recorded).
func compareDates(ctx context.Context, a *Asked, p CompareParams) (Compared, error) {
	var sides [2]*side
	for i, d := range []graph.Date{p.From, p.To} {
		view := a.View.At(d)
		if p.Clock == "recorded" {
			past, err := a.past(ctx, d)
			if err != nil {
				return Compared{}, err
			}
			view = past
		}
		s, err := dateSide(ctx, &Asked{View: view, used: map[graph.ID]bool{}}, p.Chain)
		if err != nil {
			return Compared{}, err
		}
		s.ref = Ref{ID: p.Chain, Name: d.String()}
		sides[i] = s
	}
	out := compareSides(a, sides[0], sides[1], p.Limit)
	out.Clock = p.Clock
	out.Changed = changedBetween(sides[0], sides[1], p.Clock)
	if len(out.Changed) > p.Limit {
		out.Changed = out.Changed[:p.Limit]
		a.Truncate("limit")
	}
	return out, nil
}

// dateSide is the side of a chain that may not exist on the date, or of every
// chain.
func dateSide(ctx context.Context, a *Asked, chain graph.ID) (*side, error) {
	f := newFacts(a.View)
	var chains []graph.ID
	for n, err := range a.View.OfKind(ctx, graph.Chain) {
		if err != nil {
			return nil, err
		}
		if chain == "" || n.ID == chain {
			f.nodes[n.ID] = &n
			chains = append(chains, n.ID)
		}
	}
	return f.sideOf(ctx, a, Ref{}, chains)
}

// changedBetween lists what is on both sides and differs: on the valid clock
// computed status and gap class, on the recorded clock the record's version.
func changedBetween(a, b *side, clock string) []CompareChanged {
	out := []CompareChanged{}
	add := func(n *graph.Node, field, before, after string) {
		if before != after {
			out = append(out, CompareChanged{CompareItem{ID: n.ID, Kind: string(n.Kind), Name: n.Name}, field, before, after})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(a.nodes)) {
		n, m := a.nodes[id], b.nodes[id]
		if m == nil {
			continue
		}
		if clock == "recorded" {
			add(m, "version", fmt.Sprint(n.Version), fmt.Sprint(m.Version))
			continue
		}
		switch n.Kind {
		case graph.Standard, graph.Rule:
			add(m, "status", string(a.facts.status(id).Status), string(b.facts.status(id).Status))
		case graph.Problem:
			add(m, "problem_status", problemStatus(n, a.facts.view.AsOf()), problemStatus(m, b.facts.view.AsOf()))
			before, _ := ladder{facts: a.facts, problem: id}.class(atWorst)
			after, _ := ladder{facts: b.facts, problem: id}.class(atWorst)
			add(m, "class", before, after)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(a.edges)) {
		e, m := a.edges[id], b.edges[id]
		if clock == "recorded" && m != nil && e.Version != m.Version {
			item := CompareItem{ID: id, Kind: string(e.Kind), From: e.From, To: e.To}
			out = append(out, CompareChanged{item, "version", fmt.Sprint(e.Version), fmt.Sprint(m.Version)})
		}
	}
	return out
}
