package answer

import (
	"context"
	"slices"

	"zhitu/graph"
	"zhitu/graph/chainmap"
)

// MapParams asks for the quality map of a chain 质量图谱.
type MapParams struct {
	ID      graph.ID `path:"id" kind:"Chain" zh:"产业链" doc:"the chain"`
	Level   int      `query:"level" default:"0" min:"0" max:"2" zh:"层次" doc:"0 overview, 1 a segment open, 2 its problems by name"`
	Segment graph.ID `query:"segment" kind:"Segment" zh:"环节" doc:"the open segment of levels 1 and 2"`
	Lang    string   `query:"lang" enum:"zh,en" default:"zh" zh:"语言" doc:"of the labels in the picture; names stay as recorded"`
}

func mapQuestion() Question {
	return declare(Question{
		Name: "map", Zh: "质量图谱", Path: "/chains/:id/map", Asks: []string{"E05"},
		Doc: "The quality map of a chain as geometry: lanes, segment cards, chips and ribbons", DocZh: "一条产业链的质量图谱：泳道、环节卡片、问题与供给带",
	}, chainMap)
}

func chainMap(ctx context.Context, a *Asked, p MapParams) (chainmap.Map, error) {
	model, err := chainModel(ctx, a, p.ID)
	if err != nil {
		return chainmap.Map{}, err
	}
	if p.Level > 0 && !slices.ContainsFunc(model.Segments, func(s chainmap.Segment) bool { return s.ID == string(p.Segment) }) {
		return chainmap.Map{}, &graph.InvalidError{Field: "segment", Code: "no_such_node", Value: string(p.Segment)}
	}
	m := chainmap.Layout(model, chainmap.Options{Level: p.Level, Segment: string(p.Segment)})
	if m.Hidden > 0 {
		a.Truncate("ribbons")
	}
	return m, nil
}

// chainModel gathers what the map of a chain shows.
func chainModel(ctx context.Context, a *Asked, chain graph.ID) (chainmap.Model, error) {
	ranking := &Asked{View: a.View, used: map[graph.ID]bool{}} // its limits are not the map's
	ranked, err := bottlenecks(ctx, ranking, BottlenecksParams{ID: chain, Top: 200})
	if err != nil {
		return chainmap.Model{}, err
	}
	f, problems, err := loadProblems(ctx, a, chain)
	if err != nil {
		return chainmap.Model{}, err
	}
	n, err := a.node(ctx, chain, graph.Chain)
	if err != nil {
		return chainmap.Model{}, err
	}
	segments, err := f.expand(ctx, []graph.ID{chain}, outward(graph.HasSegment))
	if err != nil {
		return chainmap.Model{}, err
	}
	if _, err := f.expand(ctx, segments, outward(graph.Supplies), inward(graph.MadeIn)); err != nil {
		return chainmap.Model{}, err
	}
	rank := map[graph.ID]int{}
	for i, s := range ranked.Segments {
		rank[s.ID] = i + 1
	}
	model := chainmap.Model{Title: n.Name}
	for _, id := range segments {
		model.Segments = append(model.Segments, f.mapSegment(a, id, rank[id], problems))
		for _, e := range f.outOf(id, graph.Supplies) {
			if slices.Contains(segments, e.To) {
				model.Links = append(model.Links, chainmap.Link{
					From: string(id), To: string(e.To), Weight: 1, Inferred: e.Fields.Text("inferred") != "",
				})
			}
		}
	}
	return model, nil
}

func (f *facts) mapSegment(a *Asked, id graph.ID, rank int, problems []graph.ID) chainmap.Segment {
	n := f.nodes[id]
	a.use(n)
	s := chainmap.Segment{
		ID: string(id), Name: n.Name, Position: n.Fields.Text("position"), Order: int(n.Fields.Int("order")), Rank: rank,
	}
	at := map[graph.ID][]string{} // product → its problems
	for _, p := range problems {
		if !slices.Contains(f.segments(p), id) {
			continue
		}
		a.use(f.nodes[p])
		s.Problems = append(s.Problems, f.mapProblem(p))
		for _, e := range f.outOf(p, graph.OccursAt) {
			at[e.To] = append(at[e.To], string(p))
		}
	}
	for _, e := range f.into(id, graph.MadeIn) {
		product := f.nodes[e.From]
		s.Products = append(s.Products, chainmap.Product{ID: string(product.ID), Name: product.Name, Problems: at[product.ID]})
	}
	return s
}

// mapProblem gives a problem its coverage mark: covered, partly (something
// addresses it, but a rung is missing), uncovered; unsure where a missing fact
// could turn the class.
func (f *facts) mapProblem(id graph.ID) chainmap.Problem {
	n := f.nodes[id]
	l := ladder{facts: f, problem: id}
	class, _ := l.class(atWorst)
	best, _ := l.class(atBest)
	p := chainmap.Problem{ID: string(id), Name: n.Name, Severity: int(n.Fields.Int("severity")), Unsure: class != best}
	switch class {
	case "":
		p.Coverage = "covered"
	case "no_standard", "withdrawn_only":
		p.Coverage = "uncovered"
	default:
		p.Coverage = "partly"
	}
	return p
}
