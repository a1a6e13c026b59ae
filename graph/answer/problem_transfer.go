package answer

import (
	"cmp"
	"context"
	"math"
	"slices"

	"zhitu/graph"
)

// ProblemTransferParams asks where a problem like this one was solved.
type ProblemTransferParams struct {
	ID    graph.ID `path:"id" kind:"Problem" zh:"质量问题" doc:"the problem to be solved"`
	Limit int      `query:"limit" default:"20" min:"1" max:"1000" zh:"上限" doc:"problems at most"`
}

// ProblemTransfer is the solved problems of other chains that have something
// in common with this one, the most alike first. The terms of an item sum to
// its score.
type ProblemTransfer struct {
	Problem ProblemRef         `json:"problem"`
	Items   []TransferItem     `json:"items"`
	Total   int                `json:"total"`
	Weights map[string]float64 `json:"weights"`
}

// TransferItem is one solved problem: what it shares, what it does not, and
// the cases in which it was solved.
type TransferItem struct {
	Problem  ProblemRef        `json:"problem"`
	SolvedBy string            `json:"solved_by"` // status: it is recorded as solved; case: a case resolved it
	Score    float64           `json:"score"`     // 0–1
	Terms    []SimilarityTerm  `json:"terms"`
	Same     []SharedThing     `json:"same"`
	Differs  []DifferingAspect `json:"differs"`
	Cases    []CaseStory       `json:"cases"`
	Paths    []Path            `json:"paths"` // from this problem over what is shared
	Evidence []*Cited          `json:"evidence"`
}

// SimilarityTerm is how alike two problems are in one aspect: the part that is
// shared of all that either has, what is rare weighing more.
type SimilarityTerm struct {
	Aspect       string  `json:"aspect"` // causes, standards, process, characteristics, category
	Value        float64 `json:"value"`
	Weight       float64 `json:"weight"`
	Contribution float64 `json:"contribution"`
}

// SharedThing is one thing that both have.
type SharedThing struct {
	Aspect string `json:"aspect"`
	Ref    *Ref   `json:"ref"` // null: the same words
	Text   string `json:"text,omitempty"`
}

// DifferingAspect is what only one of the two has.
type DifferingAspect struct {
	Aspect string   `json:"aspect"`
	Here   []string `json:"here"`
	There  []string `json:"there"`
}

// similarityWeights sum to 1. Category alone makes nothing alike: it is
// counted only beside something shared.
var similarityWeights = []struct {
	aspect string
	weight float64
}{
	{"causes", 0.3}, {"standards", 0.25}, {"process", 0.2}, {"characteristics", 0.15}, {"category", 0.1},
}

func problemTransferQuestion() Question {
	return declare(Question{
		Name: "problem-transfer", Zh: "经验移植", Path: "/problems/:id/transfer", Asks: []string{"E12", "B08"},
		Doc:   "Solved problems of other chains that are like this one: what is the same, what differs, how they were solved",
		DocZh: "别的产业链有没有破解过相似的问题：相同在哪、不同在哪、怎么破解的",
	}, problemTransfer)
}

func problemTransfer(ctx context.Context, a *Asked, p ProblemTransferParams) (ProblemTransfer, error) {
	if _, err := a.node(ctx, p.ID, graph.Problem); err != nil {
		return ProblemTransfer{}, err
	}
	s := similarity{asked: a, facts: newFacts(a.View), profiles: map[graph.ID]profile{}, found: map[string]map[string]int{}}
	if err := s.load(ctx); err != nil {
		return ProblemTransfer{}, err
	}
	out := ProblemTransfer{Problem: s.facts.problemRef(p.ID), Items: []TransferItem{}, Weights: map[string]float64{}}
	for _, w := range similarityWeights {
		out.Weights[w.aspect] = w.weight
	}
	for _, other := range s.problems {
		if by := s.solvedElsewhere(p.ID, other); by != "" {
			if item, alike := s.compare(p.ID, other); alike {
				item.SolvedBy = by
				out.Items = append(out.Items, item)
			}
		}
	}
	slices.SortFunc(out.Items, func(x, y TransferItem) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.Problem.ID, y.Problem.ID))
	})
	out.Total = len(out.Items)
	out.Items = cut(a, "limit", out.Items, p.Limit)
	if out.Total == 0 {
		return out, a.whyEmpty(ctx, true, "", func(probe *Asked, filtered bool) (int, error) {
			return countTransfer(ctx, probe, p.ID, filtered)
		})
	}
	return out, s.cases(ctx, out.Items)
}

// countTransfer counts the problems that were solved elsewhere: alike ones, or
// any.
func countTransfer(ctx context.Context, a *Asked, id graph.ID, filtered bool) (int, error) {
	s := similarity{asked: a, facts: newFacts(a.View), profiles: map[graph.ID]profile{}, found: map[string]map[string]int{}}
	if err := s.load(ctx); err != nil {
		return 0, err
	}
	n := 0
	for _, other := range s.problems {
		if s.solvedElsewhere(id, other) != "" {
			if _, alike := s.compare(id, other); alike || !filtered {
				n++
			}
		}
	}
	return n, nil
}

// profile is what problems are compared by: for each aspect the things that a
// problem has, by node id or, since each chain has its own processes and
// characteristics, by plain words.
type profile map[string]map[string]trait

// trait is one thing that a problem has, with the edges that lead there; none,
// where only words say so.
type trait struct {
	name string
	node graph.ID // none: words
	path []*graph.Edge
}

// similarity compares problems.
type similarity struct {
	asked    *Asked
	facts    *facts
	problems []graph.ID
	profiles map[graph.ID]profile
	found    map[string]map[string]int // aspect, thing: how many problems have it
}

func (s *similarity) load(ctx context.Context) error {
	f := s.facts
	ids, err := f.problemsOf(ctx, s.asked, "")
	if err != nil {
		return err
	}
	s.problems = ids
	if _, err := f.expand(ctx, ids, inward(graph.Causes), outward(graph.OccursAt, graph.Concerns, graph.ResolvedIn)); err != nil {
		return err
	}
	if err := f.loadAddressing(ctx, ids); err != nil {
		return err
	}
	if err := f.loadPlaces(ctx, ids); err != nil {
		return err
	}
	for _, id := range ids {
		s.profile(id)
	}
	return nil
}

// profile gathers what a problem is compared by.
func (s *similarity) profile(id graph.ID) {
	f, n, p := s.facts, s.facts.nodes[id], profile{}
	for _, w := range similarityWeights {
		p[w.aspect] = map[string]trait{}
	}
	for _, e := range f.into(id, graph.Causes) {
		p["causes"][string(e.From)] = trait{f.nodes[e.From].Name, e.From, []*graph.Edge{e}}
	}
	for _, text := range n.Fields.Texts("cause_texts") {
		p["causes"][plain(text)] = trait{name: text}
	}
	for _, j := range f.judgements(id) {
		if _, have := p["standards"][string(j.standard)]; !have && verdictOf(j.edge) != graph.No {
			p["standards"][string(j.standard)] = trait{cmp.Or(codeOf(f.nodes[j.standard]), f.nodes[j.standard].Name), j.standard, j.path()}
		}
	}
	if text := n.Fields.Text("process_text"); text != "" {
		p["process"][plain(text)] = trait{name: text}
	}
	for _, e := range f.outOf(id, graph.OccursAt) {
		if f.nodes[e.To].Kind == graph.Process {
			p["process"][plain(f.nodes[e.To].Name)] = trait{f.nodes[e.To].Name, e.To, []*graph.Edge{e}}
		}
	}
	for _, e := range f.outOf(id, graph.Concerns) {
		p["characteristics"][plain(f.nodes[e.To].Name)] = trait{f.nodes[e.To].Name, e.To, []*graph.Edge{e}}
	}
	if c := n.Fields.Text("category"); c != "" {
		p["category"][c] = trait{name: c}
	}
	s.profiles[id] = p
	for aspect, things := range p {
		if s.found[aspect] == nil {
			s.found[aspect] = map[string]int{}
		}
		for thing := range things {
			s.found[aspect][thing]++
		}
	}
}

// solvedElsewhere tells how a problem of another chain was solved, "" when it
// is of the same chains or not solved. Dates made up for illustration solve
// nothing.
func (s *similarity) solvedElsewhere(here, there graph.ID) string {
	if here == there {
		return ""
	}
	own, others := s.facts.chains(here), s.facts.chains(there)
	if len(others) > 0 && !slices.ContainsFunc(others, func(c graph.ID) bool { return !slices.Contains(own, c) }) {
		return ""
	}
	switch {
	case problemStatus(s.facts.nodes[there], s.asked.View.AsOf()) == "solved":
		return "status"
	case len(s.facts.outOf(there, graph.ResolvedIn)) > 0:
		return "case"
	}
	return ""
}

// rarity weighs a thing by how few problems have it.
func (s *similarity) rarity(aspect, thing string) float64 {
	return math.Log(1 + float64(len(s.problems))/float64(s.found[aspect][thing]))
}

// compare compares two problems; alike is false when they share nothing but
// the category.
func (s *similarity) compare(here, there graph.ID) (TransferItem, bool) {
	item := TransferItem{Problem: s.facts.problemRef(there), Same: []SharedThing{}, Differs: []DifferingAspect{}, Cases: []CaseStory{}, Paths: []Path{}}
	var evidence [][]graph.Evidence
	alike, score := false, 0.0
	for _, w := range similarityWeights {
		mine, theirs := s.profiles[here][w.aspect], s.profiles[there][w.aspect]
		shared, value := s.shared(w.aspect, mine, theirs)
		alike = alike || len(shared) > 0 && w.aspect != "category"
		for _, thing := range shared {
			item.Same = append(item.Same, s.sharedThing(w.aspect, mine[thing], theirs[thing]))
			if to, back := mine[thing].path, theirs[thing].path; to != nil && back != nil {
				item.Paths = append(item.Paths, over(here, there, to, back)...)
				evidence = append(evidence, append(evidenceOf(to), evidenceOf(back)...)...)
			}
		}
		if d := s.differing(w.aspect, mine, theirs); len(d.Here)+len(d.There) > 0 {
			item.Differs = append(item.Differs, d)
		}
		term := SimilarityTerm{Aspect: w.aspect, Value: four(value), Weight: w.weight, Contribution: four(four(value) * w.weight)}
		item.Terms = append(item.Terms, term)
		score += term.Contribution
	}
	item.Score = four(score)
	item.Evidence = s.asked.cite(evidence...)
	return item, alike
}

func four(x float64) float64 { return math.Round(x*1e4) / 1e4 }

// shared returns what both have, sorted, and the part of all that it makes.
func (s *similarity) shared(aspect string, mine, theirs map[string]trait) ([]string, float64) {
	var both []string
	part, whole := 0.0, 0.0
	for _, thing := range union(mine, theirs) {
		weight := s.rarity(aspect, thing)
		whole += weight
		_, here := mine[thing]
		_, there := theirs[thing]
		if here && there {
			both = append(both, thing)
			part += weight
		}
	}
	if whole == 0 {
		return both, 0
	}
	return both, part / whole
}

// union returns the keys of both maps, each once, sorted.
func union(a, b map[string]trait) []string {
	var all []string
	for _, m := range []map[string]trait{a, b} {
		for k := range m {
			all = append(all, k)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// sharedThing names what is shared, as a node when it is one and the same.
func (s *similarity) sharedThing(aspect string, mine, theirs trait) SharedThing {
	if mine.node == "" || mine.node != theirs.node {
		return SharedThing{Aspect: aspect, Text: mine.name}
	}
	n := s.facts.nodes[mine.node]
	s.asked.use(n)
	ref := refOf(n)
	return SharedThing{Aspect: aspect, Ref: &ref}
}

// over is the path from one problem to the other through the node that both
// lead to, or the two paths to two nodes of one name.
func over(here, there graph.ID, to, back []*graph.Edge) []Path {
	out, home := pathOf(here, to...), pathOf(there, back...)
	if out.Nodes[len(out.Nodes)-1] != home.Nodes[len(home.Nodes)-1] {
		return []Path{out, home}
	}
	for i := len(back) - 1; i >= 0; i-- {
		out.Nodes = append(out.Nodes, home.Nodes[i])
		out.Edges = append(out.Edges, home.Edges[i])
	}
	return []Path{out}
}

// differing lists what only one of the two has, by name.
func (s *similarity) differing(aspect string, mine, theirs map[string]trait) DifferingAspect {
	d := DifferingAspect{Aspect: aspect, Here: []string{}, There: []string{}}
	for _, thing := range union(mine, theirs) {
		own, here := mine[thing]
		other, there := theirs[thing]
		switch {
		case !there:
			d.Here = append(d.Here, own.name)
		case !here:
			d.There = append(d.There, other.name)
		}
	}
	return d
}

// cases adds to the items that are shown the cases in which they were solved.
func (s *similarity) cases(ctx context.Context, items []TransferItem) error {
	for i := range items {
		s.asked.use(s.facts.nodes[items[i].Problem.ID])
		c, err := newCaseFinder(ctx, s.asked, CasesParams{Problem: items[i].Problem.ID})
		if err != nil {
			return err
		}
		for _, id := range c.cases {
			items[i].Cases = append(items[i].Cases, c.story(id))
		}
	}
	return nil
}
