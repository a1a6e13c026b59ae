package answer

import (
	"cmp"
	"context"
	"slices"

	"zhitu/graph"
)

// OverviewParams asks for the whole graph at a glance.
type OverviewParams struct{}

// Overview counts what the graph holds, chain by chain, and shows beside it,
// never added, what the programme reports of itself.
type Overview struct {
	Chains   []ChainOverview `json:"chains"`
	Totals   Totals          `json:"totals"`
	Reported []Reported      `json:"reported"`
}

// ChainOverview is one chain in figures. Covered: a rule covers the problem in
// the chain (C1–C6, direct). Standards and rules are the distinct ends of
// ADDRESSES and COVERS, not 不适用, to its problems; certifiers and
// laboratories those that solutions lists for them.
type ChainOverview struct {
	Chain        Ref `json:"chain"`
	Segments     int `json:"segments"`
	Firms        int `json:"firms"`
	Problems     int `json:"problems"`
	Covered      int `json:"covered"`
	Solved       int `json:"solved"`
	Standards    int `json:"standards"`
	Rules        int `json:"rules"`
	Certifiers   int `json:"certifiers"`
	Laboratories int `json:"laboratories"`
	// Severity counts the problems of each level, 5 first; the last is of those
	// whose level is not recorded.
	Severity [6]int `json:"severity"`
}

// Totals are the records of the graph that the caller may see, of any validity
// and state.
type Totals struct {
	Nodes map[graph.NodeKind]int `json:"nodes"`
	Edges map[graph.EdgeKind]int `json:"edges"`
}

// Reported is a figure that a source states: a metric, never a count of nodes.
type Reported struct {
	ID      graph.ID `json:"id"`
	Subject Ref      `json:"subject"`
	Metric  string   `json:"metric"`
	Name    string   `json:"name"`
	Value   *float64 `json:"value"`
	Low     *float64 `json:"value_low,omitempty"`
	High    *float64 `json:"value_high,omitempty"`
	Text    string   `json:"value_text,omitempty"`
	Unit    string   `json:"unit,omitempty"`
	Basis   string   `json:"basis,omitempty"`
	Bound   string   `json:"bound,omitempty"`
	Period  string   `json:"period,omitempty"`
	Quote   string   `json:"quote,omitempty"`
	Source  graph.ID `json:"source,omitempty"`
	Path    Path     `json:"path"`
	Cited   []*Cited `json:"evidence"`
}

func overviewQuestion() Question {
	return declare(Question{
		Name: "overview", Zh: "总览", Path: "/overview", Asks: []string{"P02"},
		Doc:   "How many segments, firms, problems, standards, rules, certifiers and laboratories each chain has",
		DocZh: "各产业链的环节、企业、问题、标准、规则、机构各有多少，与方案报告的总数分列",
	}, overview)
}

func overview(ctx context.Context, a *Asked, _ OverviewParams) (Overview, error) {
	out := Overview{Chains: []ChainOverview{}}
	f, _, err := loadProblems(ctx, a, "")
	if err != nil {
		return out, err
	}
	for n, err := range a.View.OfKind(ctx, graph.Chain) {
		if err != nil {
			return out, err
		}
		a.use(&n)
		f.nodes[n.ID] = &n
		row, err := f.chainOverview(ctx, a, &n)
		if err != nil {
			return out, err
		}
		out.Chains = append(out.Chains, row)
	}
	out.Totals.Nodes, out.Totals.Edges, err = a.View.Records().Count(ctx)
	if err != nil {
		return out, err
	}
	out.Reported, err = f.reported(ctx, a)
	return out, err
}

func (f *facts) chainOverview(ctx context.Context, a *Asked, chain *graph.Node) (ChainOverview, error) {
	row := ChainOverview{Chain: refOf(chain)}
	segments, err := f.expand(ctx, []graph.ID{chain.ID}, outward(graph.HasSegment))
	if err != nil {
		return row, err
	}
	firms, err := f.expand(ctx, segments, inward(graph.OperatesIn))
	if err != nil {
		return row, err
	}
	roles, err := f.expand(ctx, []graph.ID{chain.ID}, inward(graph.HasRole))
	if err != nil {
		return row, err
	}
	firms = append(firms, roles...)
	slices.Sort(firms)
	problems, err := f.problemsOf(ctx, a, chain.ID)
	if err != nil {
		return row, err
	}
	row.Segments, row.Firms, row.Problems = len(segments), len(slices.Compact(firms)), len(problems)
	ends := map[graph.ID]bool{}
	for _, p := range problems {
		a.use(f.nodes[p])
		row.Severity[severityPlace(f.nodes[p])]++
		if f.covered(p, directOnly, "") == graph.Yes {
			row.Covered++
		}
		if problemStatus(f.nodes[p], a.View.AsOf()) == "solved" {
			row.Solved++
		}
		f.solutionEnds(p, ends)
	}
	for id := range ends {
		switch n := f.nodes[id]; n.Kind {
		case graph.Standard:
			row.Standards++
		case graph.Rule:
			row.Rules++
		}
	}
	row.Certifiers, row.Laboratories = f.whoHelps(a, problems)
	return row, nil
}

// severityPlace is where a problem stands in ChainOverview.Severity.
func severityPlace(n *graph.Node) int {
	if level := n.Fields.Int("severity"); level >= 1 && level <= 5 {
		return int(5 - level)
	}
	return 5
}

// solutionEnds adds the standards and rules at the other ends of ADDRESSES and
// COVERS of problem that are not 不适用.
func (f *facts) solutionEnds(problem graph.ID, ends map[graph.ID]bool) {
	for _, j := range f.judgements(problem) {
		if verdictOf(j.edge) != graph.No {
			ends[j.standard] = true
		}
	}
	for _, e := range f.into(problem, graph.Covers) {
		if verdictOf(e) != graph.No {
			ends[e.From] = true
		}
	}
}

// whoHelps counts the certifiers and laboratories that solutions lists for
// problems.
func (f *facts) whoHelps(a *Asked, problems []graph.ID) (certifiers, laboratories int) {
	orgs, labs := map[graph.ID]bool{}, map[graph.ID]bool{}
	for _, p := range problems {
		// A solver of its own book: its evidence is not part of this answer.
		s := solver{asked: &Asked{View: a.View, used: map[graph.ID]bool{}}, facts: f, problem: p}
		var rejected []Rejected
		standards := s.standards(&rejected)
		_, links := s.rules(&rejected)
		for _, c := range s.certifiers(links) {
			orgs[c.ID] = true
		}
		for _, l := range s.laboratories(standards) {
			labs[l.ID] = true
		}
	}
	return len(orgs), len(labs)
}

// reported lists the observations of programmes and chains.
func (f *facts) reported(ctx context.Context, a *Asked) ([]Reported, error) {
	out := []Reported{}
	var subjects []graph.ID
	for _, kind := range []graph.NodeKind{graph.Programme, graph.Chain} {
		for n, err := range a.View.OfKind(ctx, kind) {
			if err != nil {
				return nil, err
			}
			f.nodes[n.ID] = &n
			subjects = append(subjects, n.ID)
		}
	}
	if _, err := f.expand(ctx, subjects, inward(graph.ObservedFor)); err != nil {
		return nil, err
	}
	for _, id := range subjects {
		for _, e := range f.into(id, graph.ObservedFor) {
			out = append(out, f.observation(a, e))
		}
	}
	slices.SortFunc(out, func(x, y Reported) int {
		return cmp.Or(-cmp.Compare(x.Subject.Kind, y.Subject.Kind), cmp.Compare(x.Subject.ID, y.Subject.ID),
			cmp.Compare(x.Metric, y.Metric), cmp.Compare(x.ID, y.ID))
	})
	return out, nil
}

func (f *facts) observation(a *Asked, e *graph.Edge) Reported {
	n := f.nodes[e.From]
	a.use(n)
	r := Reported{
		ID: n.ID, Subject: refOf(f.nodes[e.To]), Metric: n.Fields.Text("metric"), Name: n.Name, Value: numberOf(n, "value"),
		Low: numberOf(n, "value_low"), High: numberOf(n, "value_high"), Text: n.Fields.Text("value_text"),
		Unit: n.Fields.Text("unit"), Basis: n.Fields.Text("basis"), Bound: n.Fields.Text("bound"),
		Period: n.Fields.Text("period"), Path: pathOf(e.To, e), Cited: a.cite(n.Evidence),
	}
	for _, item := range n.Evidence {
		r.Quote, r.Source = cmp.Or(r.Quote, item.Quote), cmp.Or(r.Source, item.Source)
	}
	return r
}

func numberOf(n *graph.Node, field string) *float64 {
	if x, ok := n.Fields.Number(field); ok {
		return &x
	}
	return nil
}
