package answer

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"zhitu/graph"
)

// CausesParams asks for the failure chain of a problem.
type CausesParams struct {
	ID    graph.ID `path:"id" kind:"Problem" zh:"质量问题" doc:"the problem: the failure mode that is looked at"`
	Depth int      `query:"depth" default:"6" min:"1" max:"12" zh:"层数" doc:"how many steps along CAUSES, and along SUPPLIES downstream"`
	Limit int      `query:"limit" default:"500" min:"1" max:"10000" zh:"上限" doc:"problems, and nodes downstream, at most; more is said in truncated_by"`
}

// FailureChain is a problem as a failure mode (影响 ← 模式 ← 起因): what it
// leads to, what leads to it, what prevents and what detects it, and what lies
// downstream of where it occurs.
type FailureChain struct {
	Effects    []FailureItem `json:"effects"`
	Modes      []Mode        `json:"modes"`
	Causes     []FailureItem `json:"causes"`
	Prevention []Control     `json:"prevention"`
	Detection  []Control     `json:"detection"`
	Downstream []Downstream  `json:"downstream"`
	Links      []CauseLink   `json:"links"` // every CAUSES edge between the problems above
}

// Mode is the problem itself, with its FMEA ratings where they are recorded.
// RPN = S×O×D is auxiliary, and there only when all three are.
type Mode struct {
	ProblemRef
	S        int64    `json:"s,omitempty"`
	O        int64    `json:"o,omitempty"`
	D        int64    `json:"d,omitempty"`
	RPN      *int64   `json:"rpn,omitempty"`
	Paths    []Path   `json:"paths"`
	Evidence []*Cited `json:"evidence"`
}

// FailureItem is a cause or an effect: another problem of the graph at its
// depth, or at depth 0 what the record of the problem says in words.
type FailureItem struct {
	Problem  *ProblemRef `json:"problem"` // null: words only
	Text     string      `json:"text,omitempty"`
	Depth    int         `json:"depth"`
	Note     string      `json:"note,omitempty"` // how the last step leads on
	Paths    []Path      `json:"paths"`
	Evidence []*Cited    `json:"evidence"`
}

// Control prevents or detects: in the words of a record, or a standard that
// addresses the problem, or one of its direct causes, as process control,
// management or guide, or as test method.
type Control struct {
	Of        Ref          `json:"of"`
	Text      string       `json:"text,omitempty"`
	Standard  *Ref         `json:"standard"` // null: words only
	Mechanism []string     `json:"mechanism"`
	Verdict   string       `json:"verdict,omitempty"`
	Status    graph.Status `json:"status,omitempty"`
	Reason    string       `json:"reason,omitempty"`
	Paths     []Path       `json:"paths"`
	Evidence  []*Cited     `json:"evidence"`
}

// Downstream is a node that the problem reaches: stated by an AFFECTS edge, or
// derived along SUPPLIES from where it occurs. A stated one keeps depth 0
// unless supplies lead there too.
type Downstream struct {
	Ref
	Depth    int      `json:"depth"`
	Link     string   `json:"link"` // stated or derived
	Paths    []Path   `json:"paths"`
	Evidence []*Cited `json:"evidence"`
}

// CauseLink is one CAUSES edge.
type CauseLink struct {
	ID       graph.ID `json:"id"`
	From     graph.ID `json:"from"`
	To       graph.ID `json:"to"`
	Note     string   `json:"note,omitempty"`
	Evidence []*Cited `json:"evidence"`
}

func causesQuestion() Question {
	return declare(Question{
		Name: "causes", Zh: "起因链", Path: "/problems/:id/causes", Asks: []string{"E06"},
		Doc:   "The failure chain of a problem: causes, effects, controls, and what it reaches downstream",
		DocZh: "一个质量问题的起因链：起因、影响、预防与探测控制，以及波及的下游",
	}, causes)
}

func causes(ctx context.Context, a *Asked, p CausesParams) (FailureChain, error) {
	n, err := a.node(ctx, p.ID, graph.Problem)
	if err != nil {
		return FailureChain{}, err
	}
	f := newFacts(a.View)
	f.nodes[n.ID] = n
	c := causeFinder{asked: a, facts: f, problem: n}
	var out FailureChain
	if out.Causes, err = c.walk(ctx, p, graph.In, "cause_texts"); err != nil {
		return out, err
	}
	if out.Effects, err = c.walk(ctx, p, graph.Out, "effects"); err != nil {
		return out, err
	}
	if err := c.place(ctx, &out); err != nil {
		return out, err
	}
	if out.Prevention, out.Detection, err = c.controls(ctx, out.Causes); err != nil {
		return out, err
	}
	if out.Downstream, err = c.downstream(ctx, p); err != nil {
		return out, err
	}
	out.Links, err = c.links(ctx)
	for _, part := range []struct {
		name  string
		items int
	}{
		{"causes", len(out.Causes)}, {"effects", len(out.Effects)}, {"prevention", len(out.Prevention)},
		{"detection", len(out.Detection)}, {"downstream", len(out.Downstream)},
	} {
		if part.items == 0 {
			a.Warn("not_recorded", part.name)
		}
	}
	return out, err
}

// causeFinder gathers the parts of one failure chain.
type causeFinder struct {
	asked   *Asked
	facts   *facts
	problem *graph.Node
	met     []graph.ID // the other problems of the chain
}

// walk follows CAUSES; the words of the record come first, at depth 0.
func (c *causeFinder) walk(ctx context.Context, p CausesParams, dir graph.Direction, field string) ([]FailureItem, error) {
	items := []FailureItem{}
	for _, text := range c.problem.Fields.Texts(field) {
		items = append(items, FailureItem{
			Text: text, Paths: []Path{pathOf(c.problem.ID)}, Evidence: c.asked.cite(spokenFor(c.problem, field)),
		})
	}
	w := walker{facts: c.facts, kinds: []graph.EdgeKind{graph.Causes}, dir: dir, by: map[graph.ID]*graph.Edge{}, depth: map[graph.ID]int{}}
	levels, err := w.walk(ctx, c.asked, []graph.ID{c.problem.ID}, p.Depth, p.Limit)
	if err != nil {
		return nil, err
	}
	for i, ids := range levels {
		for _, id := range ids {
			edges := w.path(id)
			items = append(items, FailureItem{
				Problem: &ProblemRef{Ref: refOf(c.facts.nodes[id])}, Depth: i + 1, Note: edges[len(edges)-1].Fields.Text("note"),
				Paths: []Path{pathOf(c.problem.ID, edges...)}, Evidence: c.asked.cite(evidenceOf(edges)...),
			})
			c.met = append(c.met, id)
		}
	}
	return items, nil
}

// spokenFor returns the evidence of n that speaks for a field or for the whole.
func spokenFor(n *graph.Node, field string) []graph.Evidence {
	return slices.DeleteFunc(slices.Clone(n.Evidence), func(e graph.Evidence) bool { return e.Field != "" && e.Field != field })
}

func evidenceOf(edges []*graph.Edge) [][]graph.Evidence {
	lists := make([][]graph.Evidence, len(edges))
	for i, e := range edges {
		lists[i] = e.Evidence
	}
	return lists
}

// place fills in where the problems of the chain stand.
func (c *causeFinder) place(ctx context.Context, out *FailureChain) error {
	if err := c.facts.loadPlaces(ctx, append([]graph.ID{c.problem.ID}, c.met...)); err != nil {
		return err
	}
	for _, list := range [][]FailureItem{out.Causes, out.Effects} {
		for i, item := range list {
			if item.Problem != nil {
				c.asked.use(c.facts.nodes[item.Problem.ID])
				*list[i].Problem = c.facts.problemRef(item.Problem.ID)
			}
		}
	}
	n := c.problem
	mode := Mode{
		ProblemRef: c.facts.problemRef(n.ID), S: n.Fields.Int("fmea_severity"), O: n.Fields.Int("fmea_occurrence"),
		D: n.Fields.Int("fmea_detection"), Paths: []Path{pathOf(n.ID)}, Evidence: c.asked.cite(n.Evidence),
	}
	if rpn := mode.S * mode.O * mode.D; rpn > 0 {
		mode.RPN = &rpn
	}
	out.Modes = []Mode{mode}
	return nil
}

// controls lists what prevents and what detects: of the problem and, as
// prevention works on causes, of its direct causes.
func (c *causeFinder) controls(ctx context.Context, causes []FailureItem) (prevention, detection []Control, err error) {
	of := []graph.ID{c.problem.ID}
	for _, item := range causes {
		if item.Depth == 1 {
			of = append(of, item.Problem.ID)
		}
	}
	if err := c.facts.loadAddressing(ctx, of); err != nil {
		return nil, nil, err
	}
	prevention, detection = c.words(of, "prevention"), c.words(of[:1], "detection")
	for _, id := range of {
		prevention = append(prevention, c.standards(id, "PROC", "MGMT", "GUIDE")...)
	}
	detection = append(detection, c.standards(c.problem.ID, "TEST")...)
	return listOf(prevention), listOf(detection), nil
}

// loadAddressing loads the standards that address problems, and what decides
// their status.
func (f *facts) loadAddressing(ctx context.Context, problems []graph.ID) error {
	met, err := f.expand(ctx, problems, inward(graph.Addresses))
	if err != nil {
		return err
	}
	owners, err := f.expand(ctx, f.ofKind(met, graph.Clause), inward(graph.HasClause))
	if err != nil {
		return err
	}
	_, err = f.closure(ctx, append(f.ofKind(met, graph.Standard), owners...), inward(graph.Replaces))
	return err
}

func (c *causeFinder) words(of []graph.ID, field string) []Control {
	var out []Control
	for _, id := range of {
		n := c.facts.nodes[id]
		for _, text := range n.Fields.Texts(field) {
			out = append(out, Control{
				Of: refOf(n), Text: text, Mechanism: []string{}, Paths: []Path{pathOf(id)}, Evidence: c.asked.cite(spokenFor(n, field)),
			})
		}
	}
	return out
}

// standards lists the standards that address a problem by one of mechanisms,
// those left out that do not apply; applicable first, then in force first.
func (c *causeFinder) standards(problem graph.ID, mechanisms ...string) []Control {
	var out []Control
	s := solver{asked: c.asked, facts: c.facts, problem: problem}
	for _, j := range c.facts.judgements(problem) {
		if verdictOf(j.edge) == graph.No || !slices.ContainsFunc(mechanisms, func(m string) bool { return hasMechanism(j.edge, m) }) {
			continue
		}
		c.asked.use(c.facts.nodes[j.standard])
		judged, ref := s.judged(j.edge, j.standard, j.path()...), refOf(c.facts.nodes[j.standard])
		out = append(out, Control{
			Of: refOf(c.facts.nodes[problem]), Standard: &ref, Mechanism: listOf(j.edge.Fields.Texts("mechanism")),
			Verdict: judged.Verdict, Status: judged.Status, Reason: judged.Reason, Paths: judged.Paths, Evidence: judged.Evidence,
		})
	}
	slices.SortStableFunc(out, func(x, y Control) int {
		return cmp.Or(cmp.Compare(x.Verdict, y.Verdict), cmp.Compare(y.Status.Usable(), x.Status.Usable()), cmp.Compare(x.Standard.ID, y.Standard.ID))
	})
	return out
}

// downstream lists what AFFECTS states and what SUPPLIES derives; the first
// is never replaced by the second.
func (c *causeFinder) downstream(ctx context.Context, p CausesParams) ([]Downstream, error) {
	start, err := c.startsAt(ctx)
	if err != nil {
		return nil, err
	}
	f := c.facts
	w := walker{facts: f, kinds: []graph.EdgeKind{graph.Supplies}, dir: graph.Out, by: map[graph.ID]*graph.Edge{}, depth: map[graph.ID]int{}}
	levels, err := w.walk(ctx, c.asked, slices.Sorted(maps.Keys(start)), p.Depth, p.Limit)
	if err != nil {
		return nil, err
	}
	found := map[graph.ID]*Downstream{}
	add := func(id graph.ID, depth int, link string, edges []*graph.Edge) {
		d := found[id]
		if d == nil {
			c.asked.use(f.nodes[id])
			d = &Downstream{Ref: refOf(f.nodes[id]), Link: link, Evidence: []*Cited{}}
			found[id] = d
		}
		d.Depth = depth
		d.Paths = append(d.Paths, pathOf(c.problem.ID, edges...))
		d.Evidence = append(d.Evidence, c.asked.cite(evidenceOf(edges)...)...)
	}
	for _, e := range f.outOf(c.problem.ID, graph.Affects) {
		link := "stated"
		if e.Fields.Flag("derived") {
			link = "derived"
		}
		add(e.To, 0, link, []*graph.Edge{e})
	}
	for i, ids := range levels {
		for _, id := range ids {
			edges := w.path(id)
			from := pathFrom(edges, id, graph.Out).Nodes[0]
			add(id, i+1, "derived", slices.Concat(start[from], edges))
		}
	}
	return byDepth(found), nil
}

func byDepth(found map[graph.ID]*Downstream) []Downstream {
	out := make([]Downstream, 0, len(found))
	for _, d := range found {
		out = append(out, *d)
	}
	slices.SortFunc(out, func(x, y Downstream) int {
		return cmp.Or(cmp.Compare(x.Depth, y.Depth), cmp.Compare(x.ID, y.ID))
	})
	return out
}

// startsAt returns where the problem occurs with the edges that lead there;
// supplies leave from the segment of a process.
func (c *causeFinder) startsAt(ctx context.Context) (map[graph.ID][]*graph.Edge, error) {
	f := c.facts
	if _, err := f.expand(ctx, []graph.ID{c.problem.ID}, outward(graph.OccursAt, graph.Affects)); err != nil {
		return nil, err
	}
	start := map[graph.ID][]*graph.Edge{}
	for _, o := range f.outOf(c.problem.ID, graph.OccursAt) {
		start[o.To] = []*graph.Edge{o}
	}
	for _, o := range f.outOf(c.problem.ID, graph.OccursAt) {
		for _, h := range f.into(o.To, graph.HasProcess) {
			if f.nodes[h.From].Kind == graph.Segment && start[h.From] == nil {
				start[h.From] = []*graph.Edge{o, h}
			}
		}
	}
	return start, nil
}

func (c *causeFinder) links(ctx context.Context) ([]CauseLink, error) {
	out := []CauseLink{}
	chain := map[graph.ID]bool{c.problem.ID: true}
	for _, id := range c.met {
		chain[id] = true
	}
	ids := slices.Sorted(maps.Keys(chain))
	if _, err := c.facts.expand(ctx, ids, outward(graph.Causes)); err != nil {
		return nil, err
	}
	for _, id := range ids {
		for _, e := range c.facts.outOf(id, graph.Causes) {
			if chain[e.To] {
				out = append(out, CauseLink{ID: e.ID, From: e.From, To: e.To, Note: e.Fields.Text("note"), Evidence: c.asked.cite(e.Evidence)})
			}
		}
	}
	slices.SortFunc(out, func(x, y CauseLink) int {
		return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To), cmp.Compare(x.ID, y.ID))
	})
	return out, nil
}
