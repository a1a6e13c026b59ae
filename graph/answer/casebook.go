package answer

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"zhitu/graph"
)

// CasesParams asks who has solved something, and how.
type CasesParams struct {
	Problem graph.ID `query:"problem" kind:"Problem" zh:"质量问题" doc:"the problem that was resolved; default any"`
	Region  string   `query:"region" zh:"区域" doc:"region code or name: cases there in items, the others in elsewhere"`
	Limit   int      `query:"limit" default:"500" min:"1" max:"10000" zh:"上限" doc:"cases in each list at most"`
}

// Cases is the cases that are recorded, nearest first.
type Cases struct {
	Items     []CaseStory `json:"items"`     // in the region; all, where none is asked for
	Elsewhere []CaseStory `json:"elsewhere"` // outside it, or where the region is not recorded
	Regions   []string    `json:"regions"`
}

// CaseStory is one case: what was done with what, and what it changed.
type CaseStory struct {
	Ref
	Anonymous bool         `json:"anonymous"`
	Problems  []Ref        `json:"problems"` // that were resolved in it
	Chains    []Ref        `json:"chains"`
	Actions   []string     `json:"actions"`
	Used      []Ref        `json:"used"`       // standards, rules and test capabilities
	UsedTexts []string     `json:"used_texts"` // the same in the words of the source
	Metrics   []CaseMetric `json:"metrics"`
	Located   []Ref        `json:"located"`
	LocatedBy string       `json:"located_by,omitempty"` // own, or chain: of what it applies to
	Nearness  string       `json:"nearness,omitempty"`
	Paths     []Path       `json:"paths"`
	Evidence  []*Cited     `json:"evidence"`
}

// CaseMetric is what a case changed, as its source gives it.
type CaseMetric struct {
	ID      graph.ID `json:"id"`
	Metric  string   `json:"metric"`
	Before  *float64 `json:"before"`
	After   *float64 `json:"after"`
	Text    string   `json:"value_text,omitempty"`
	Unit    string   `json:"unit,omitempty"`
	Basis   string   `json:"basis,omitempty"`
	Bound   string   `json:"bound,omitempty"`
	Percent string   `json:"percent,omitempty"` // unspecified: points or relative, the source does not say
	Path    Path     `json:"path"`
}

func casesQuestion() Question {
	return declare(Question{
		Name: "cases", Zh: "案例", Path: "/cases", Asks: []string{"B08"},
		Doc:   "Who has solved a problem, by what actions, with which standards, and what it changed",
		DocZh: "谁解决过某个质量问题：措施、用到的标准和认证、指标前后，按区域由近及远",
	}, casebook)
}

func casebook(ctx context.Context, a *Asked, p CasesParams) (Cases, error) {
	c, err := newCaseFinder(ctx, a, p)
	if err != nil {
		return Cases{}, err
	}
	out := Cases{Items: []CaseStory{}, Elsewhere: []CaseStory{}, Regions: listOf(c.codes)}
	for _, id := range c.cases {
		story := c.story(id)
		if len(c.codes) == 0 || story.Nearness == inRegion {
			out.Items = append(out.Items, story)
		} else {
			out.Elsewhere = append(out.Elsewhere, story)
		}
	}
	for _, list := range []*[]CaseStory{&out.Items, &out.Elsewhere} {
		slices.SortFunc(*list, func(x, y CaseStory) int {
			return cmp.Or(cmp.Compare(nearRank(x.Nearness), nearRank(y.Nearness)), cmp.Compare(x.ID, y.ID))
		})
		*list = cut(a, "limit", *list, p.Limit)
	}
	if len(out.Items) > 0 {
		return out, nil
	}
	detail := strings.TrimSpace(string(p.Problem) + " " + p.Region)
	return out, a.whyEmpty(ctx, p.Region != "", detail, func(probe *Asked, filtered bool) (int, error) {
		then, err := newCaseFinder(ctx, probe, p)
		if err != nil || !filtered || p.Region == "" {
			return len(then.cases), err
		}
		return len(slices.DeleteFunc(then.cases, func(id graph.ID) bool { return then.story(id).Nearness != inRegion })), nil
	})
}

// minFirms is how many visible firms a region must have for an anonymous case
// to be shown there: with fewer, the firm could be recognized.
const minFirms = 3

// caseFinder finds the cases and what hangs on them.
type caseFinder struct {
	asked *Asked
	facts *facts
	codes []string
	cases []graph.ID
	firms map[graph.ID]int // in a region, as far as the caller may see
}

func newCaseFinder(ctx context.Context, a *Asked, p CasesParams) (*caseFinder, error) {
	c := &caseFinder{asked: a, facts: newFacts(a.View), firms: map[graph.ID]int{}}
	var err error
	if c.codes, err = regionCodes(ctx, a.View, p.Region); err != nil {
		return c, err
	}
	if p.Problem != "" {
		n, err := a.node(ctx, p.Problem, graph.Problem)
		if err != nil {
			return c, err
		}
		c.facts.nodes[n.ID] = n
		if c.cases, err = c.facts.expand(ctx, []graph.ID{n.ID}, outward(graph.ResolvedIn)); err != nil {
			return c, err
		}
	} else {
		for n, err := range a.View.OfKind(ctx, graph.Case) {
			if err != nil {
				return c, err
			}
			c.facts.nodes[n.ID] = &n
			c.cases = append(c.cases, n.ID)
		}
	}
	return c, c.load(ctx)
}

// load reads what the cases used and changed, and where they happened.
func (c *caseFinder) load(ctx context.Context) error {
	f := c.facts
	met, err := f.expand(ctx, c.cases,
		outward(graph.Used, graph.AppliesTo, graph.LocatedIn), inward(graph.ResolvedIn, graph.ObservedFor))
	if err != nil {
		return err
	}
	problems := f.ofKind(met, graph.Problem)
	if err := f.loadPlaces(ctx, problems); err != nil {
		return err
	}
	chains := f.ofKind(met, graph.Chain)
	for _, p := range problems {
		chains = append(chains, f.chains(p)...)
	}
	slices.Sort(chains)
	regions, err := f.expand(ctx, slices.Compact(chains), outward(graph.LocatedIn))
	if err != nil {
		return err
	}
	regions, err = f.closure(ctx, append(regions, f.ofKind(met, graph.Region)...), outward(graph.LocatedIn))
	if err != nil {
		return err
	}
	return c.countFirms(ctx, regions)
}

func (c *caseFinder) countFirms(ctx context.Context, regions []graph.ID) error {
	if !slices.ContainsFunc(c.cases, func(id graph.ID) bool { return c.facts.nodes[id].Fields.Flag("anonymous") }) {
		return nil
	}
	within, err := c.facts.closure(ctx, regions, inward(graph.LocatedIn))
	if err != nil {
		return err
	}
	for _, id := range c.facts.ofKind(within, graph.Region) {
		c.firms[id] = len(c.firmsIn(id, map[graph.ID]bool{}))
	}
	return nil
}

// firmsIn returns the firms in a region and in the regions within it.
func (c *caseFinder) firmsIn(region graph.ID, seen map[graph.ID]bool) map[graph.ID]bool {
	firms := map[graph.ID]bool{}
	if seen[region] { // some pseudo-regions are their own parent
		return firms
	}
	seen[region] = true
	for _, e := range c.facts.into(region, graph.LocatedIn) {
		switch c.facts.nodes[e.From].Kind {
		case graph.Firm:
			firms[e.From] = true
		case graph.Region:
			maps.Copy(firms, c.firmsIn(e.From, seen))
		}
	}
	return firms
}

func (c *caseFinder) story(id graph.ID) CaseStory {
	f, n := c.facts, c.facts.nodes[id]
	c.asked.use(n)
	story := CaseStory{
		Ref: refOf(n), Anonymous: n.Fields.Flag("anonymous"), Problems: []Ref{}, Actions: listOf(n.Fields.Texts("actions")),
		Used: []Ref{}, UsedTexts: listOf(n.Fields.Texts("used_texts")), Metrics: []CaseMetric{}, Paths: []Path{},
	}
	evidence := [][]graph.Evidence{n.Evidence}
	for _, e := range f.into(id, graph.ResolvedIn) {
		story.Problems = append(story.Problems, refOf(f.nodes[e.From]))
		story.Paths = append(story.Paths, pathOf(e.From, e))
		evidence = append(evidence, e.Evidence)
	}
	for _, e := range f.outOf(id, graph.Used) {
		story.Used = append(story.Used, refOf(f.nodes[e.To]))
		story.Paths = append(story.Paths, pathOf(id, e))
		evidence = append(evidence, e.Evidence)
	}
	for _, e := range f.into(id, graph.ObservedFor) {
		story.Metrics = append(story.Metrics, caseMetric(f.nodes[e.From], pathOf(id, e)))
	}
	chains := c.chainsOf(id)
	story.Chains = f.refs(chains)
	c.place(&story, id, chains)
	story.Evidence = c.asked.cite(evidence...)
	return story
}

// chainsOf returns the chains that a case applies to, else those of its
// problems.
func (c *caseFinder) chainsOf(id graph.ID) []graph.ID {
	var chains []graph.ID
	for _, e := range c.facts.outOf(id, graph.AppliesTo) {
		if c.facts.nodes[e.To].Kind == graph.Chain {
			chains = append(chains, e.To)
		}
	}
	if len(chains) == 0 {
		for _, e := range c.facts.into(id, graph.ResolvedIn) {
			chains = append(chains, c.facts.chains(e.From)...)
		}
	}
	slices.Sort(chains)
	return slices.Compact(chains)
}

// place says where a case happened: by its own region, else by those of its
// chains. An anonymous one is shown in the next wider region that has firms
// enough, and its chains, which would tell the county, are not named then.
func (c *caseFinder) place(story *CaseStory, id graph.ID, chains []graph.ID) {
	regions, by := c.facts.from(c.facts.nodes[id], chains)
	story.LocatedBy = by
	if story.Anonymous {
		wide := c.widened(regions)
		if !slices.Equal(wide, regions) {
			c.asked.Warn("anonymous_region_widened", string(id))
			regions, story.Chains = wide, []Ref{}
		}
	}
	story.Located = c.facts.refs(regions)
	if len(c.codes) > 0 {
		story.Nearness = nearness(c.codes, c.facts.codesOf(regions))
	}
}

func (c *caseFinder) widened(regions []graph.ID) []graph.ID {
	var out []graph.ID
	for _, id := range regions {
		for steps := 0; c.firms[id] < minFirms && id != "" && steps < 4; steps++ {
			id = first(c.facts.located(id))
		}
		if id != "" {
			out = append(out, id)
		}
	}
	return out
}

func caseMetric(n *graph.Node, path Path) CaseMetric {
	return CaseMetric{
		ID: n.ID, Metric: cmp.Or(n.Fields.Text("metric"), n.Name), Before: numberOf(n, "before"), After: numberOf(n, "after"),
		Text: n.Fields.Text("value_text"), Unit: n.Fields.Text("unit"), Basis: n.Fields.Text("basis"),
		Bound: n.Fields.Text("bound"), Percent: n.Fields.Text("percent"), Path: path,
	}
}
