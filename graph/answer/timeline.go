package answer

import (
	"cmp"
	"context"
	"slices"

	"zhitu/graph"
)

// TimelineParams asks for the editions of a standard, or versions of a rule.
type TimelineParams struct {
	ID graph.ID `path:"id" zh:"标准" doc:"any edition"`
}

// Timeline is every edition that REPLACES links with the one asked for, oldest
// first, and the rules that rest on them. Producing and selling are answered
// apart; it is no legal advice.
type Timeline struct {
	Standard Ref            `json:"standard"`
	Editions []EditionItem  `json:"editions"`
	Rules    []TimelineRule `json:"rules"`
}

// EditionItem is one edition on its timeline.
type EditionItem struct {
	Ref
	Issued       string       `json:"issued,omitempty"`
	Effective    string       `json:"effective,omitempty"`
	Withdrawn    string       `json:"withdrawn,omitempty"`
	ProduceUntil string       `json:"produce_until,omitempty"` // inclusive last day
	SellUntil    string       `json:"sell_until,omitempty"`    // inclusive last day
	Status       graph.Status `json:"status"`
	MayProduce   *bool        `json:"may_produce,omitempty"` // in transition only
	MaySell      *bool        `json:"may_sell,omitempty"`
	SellMissing  bool         `json:"sell_until_missing,omitempty"`
	ReplacedBy   []Ref        `json:"replaced_by"`
	Replaces     []Ref        `json:"replaces"`
	Evidence     []*Cited     `json:"evidence"` // of the edition and of the edges that replace it; conflicts side by side
}

// TimelineRule is a rule that is based on one of the editions.
type TimelineRule struct {
	Ref
	BasedOn   graph.ID     `json:"based_on"`
	Effective string       `json:"effective,omitempty"`
	Status    graph.Status `json:"status"`
	Latest    bool         `json:"latest_recorded"` // 查到的最新版: no version of the graph replaces it
	Path      Path         `json:"path"`
}

func timelineQuestion() Question {
	return declare(Question{
		Name: "timeline", Zh: "版本时间线", Path: "/standards/:id/timeline", Asks: []string{"B04"},
		Doc:   "The editions of a standard with their dates and status, and the rules that rest on them",
		DocZh: "一个标准各版本的日期与状态，以及依据它的认证规则",
	}, timeline)
}

func timeline(ctx context.Context, a *Asked, p TimelineParams) (Timeline, error) {
	n, err := a.node(ctx, p.ID, graph.Standard, graph.Rule)
	if err != nil {
		return Timeline{}, err
	}
	f := newFacts(a.View)
	f.nodes[n.ID] = n
	ids, err := f.closure(ctx, []graph.ID{n.ID}, inward(graph.Replaces), outward(graph.Replaces))
	if err != nil {
		return Timeline{}, err
	}
	based, err := f.expand(ctx, ids, inward(graph.BasedOn))
	if err != nil {
		return Timeline{}, err
	}
	if err := f.loadRules(ctx, append(f.ofKind(based, graph.Rule), f.ofKind(ids, graph.Rule)...)); err != nil {
		return Timeline{}, err
	}
	out := Timeline{Standard: refOf(n), Editions: []EditionItem{}, Rules: []TimelineRule{}}
	for _, id := range ids {
		out.Editions = append(out.Editions, f.editionItem(a, id))
		for _, e := range f.into(id, graph.BasedOn) {
			out.Rules = append(out.Rules, f.timelineRule(a, e))
		}
	}
	slices.SortFunc(out.Editions, func(x, y EditionItem) int {
		return cmp.Or(cmp.Compare(x.when(), y.when()), cmp.Compare(x.ID, y.ID))
	})
	slices.SortFunc(out.Rules, func(x, y TimelineRule) int {
		return cmp.Or(cmp.Compare(x.Effective, y.Effective), cmp.Compare(x.ID, y.ID), cmp.Compare(x.BasedOn, y.BasedOn))
	})
	a.Warn("no_legal_advice", "")
	return out, nil
}

// when orders editions: by the first date that is recorded, else by code.
func (i EditionItem) when() string { return cmp.Or(i.Effective, i.Issued, "0000"+i.Code) }

func (f *facts) editionItem(a *Asked, id graph.ID) EditionItem {
	n, report := f.nodes[id], f.status(id)
	a.use(n)
	item := EditionItem{
		Ref: refOf(n), Issued: n.Fields.Text("issued"), Effective: n.Fields.Text("effective"), Withdrawn: n.Fields.Text("withdrawn"),
		Status: report.Status, SellMissing: report.SellUntilMissing, ReplacedBy: []Ref{}, Replaces: []Ref{},
	}
	if report.Status == graph.StatusTransition {
		item.MayProduce, item.MaySell = &report.MayProduce, &report.MaySell
	}
	evidence := [][]graph.Evidence{n.Evidence}
	for _, e := range f.into(id, graph.Replaces) {
		item.ReplacedBy = append(item.ReplacedBy, refOf(f.nodes[e.From]))
		item.ProduceUntil = cmp.Or(item.ProduceUntil, e.Fields.Text("transition_produce_until"))
		item.SellUntil = cmp.Or(item.SellUntil, e.Fields.Text("transition_sell_until"))
		evidence = append(evidence, e.Evidence)
	}
	for _, e := range f.outOf(id, graph.Replaces) {
		item.Replaces = append(item.Replaces, refOf(f.nodes[e.To]))
	}
	item.Evidence = a.cite(evidence...)
	return item
}

func (f *facts) timelineRule(a *Asked, e *graph.Edge) TimelineRule {
	n := f.nodes[e.From]
	a.use(n)
	return TimelineRule{
		Ref: refOf(n), BasedOn: e.To, Effective: n.Fields.Text("effective"), Status: f.status(n.ID).Status,
		Latest: len(f.into(n.ID, graph.Replaces)) == 0, Path: pathOf(e.To, e),
	}
}
