package answer

import (
	"cmp"
	"context"
	"slices"

	"zhitu/graph"
)

// CalendarParams asks what takes effect or ends in a span of days.
type CalendarParams struct {
	From  graph.Date `query:"from" zh:"起" doc:"first day; default as_of"`
	To    graph.Date `query:"to" zh:"止" doc:"last day; default a year after from"`
	Limit int        `query:"limit" default:"1000" min:"1" max:"10000" zh:"上限" doc:"events at most"`
}

// Calendar is the dated events of standards and rules from the first to the
// last day, both included.
type Calendar struct {
	From   graph.Date      `json:"from"`
	To     graph.Date      `json:"to"`
	Items  []CalendarEvent `json:"items"`
	Counts map[string]int  `json:"counts"` // per event, of all that there are
}

// CalendarEvent is one dated event. The dates of an old edition's transition
// and of becoming compulsory are inclusive last days and first days, as given;
// a partial date (2026, 2026-05) is listed wherever it may fall.
type CalendarEvent struct {
	Date       string       `json:"date"`
	Event      string       `json:"event"` // issued, effective, withdrawn, produce_until, sell_until, compulsory_from
	Subject    Ref          `json:"subject"`
	Status     graph.Status `json:"status"`      // of subject on as_of
	By         *Ref         `json:"by"`          // the edition that replaces subject; of compulsory_from the product
	OtherDates []string     `json:"other_dates"` // that other evidence gives for it
	Paths      []Path       `json:"paths"`
	Evidence   []*Cited     `json:"evidence"`

	span graph.Span
}

var calendarEvents = []string{"issued", "effective", "withdrawn", "produce_until", "sell_until", "compulsory_from"}

func calendarQuestion() Question {
	return declare(Question{
		Name: "standards-calendar", Zh: "标准日历", Path: "/standards/calendar", Asks: []string{"B04"},
		Doc:   "What is issued, takes effect or ends between two days, of standards and rules",
		DocZh: "一段时间里有哪些标准和规则发布、实施、废止，旧版何时停止生产、停止销售",
	}, calendar)
}

func calendar(ctx context.Context, a *Asked, p CalendarParams) (Calendar, error) {
	if !p.From.Known() {
		p.From = a.View.AsOf()
	}
	if !p.To.Known() {
		p.To = p.From.AddDays(365)
	}
	out := Calendar{From: p.From, To: p.To, Counts: map[string]int{}}
	if p.To < p.From {
		return out, &graph.InvalidError{Field: "to", Code: "out_of_range", Value: p.To.String(), Want: "≥ " + p.From.String()}
	}
	events, err := calendarOf(ctx, a, p)
	if err != nil {
		return out, err
	}
	for _, e := range events {
		out.Counts[e.Event]++
	}
	slices.SortFunc(events, func(x, y CalendarEvent) int {
		return cmp.Or(
			cmp.Compare(x.span.First, y.span.First), cmp.Compare(slices.Index(calendarEvents, x.Event), slices.Index(calendarEvents, y.Event)),
			cmp.Compare(x.Subject.ID, y.Subject.ID), compareEvents(x, y),
		)
	})
	out.Items = listOf(cut(a, "limit", events, p.Limit))
	a.Warn("no_legal_advice", "")
	if len(out.Items) == 0 {
		return out, a.whyEmpty(ctx, true, "", func(probe *Asked, filtered bool) (int, error) {
			if !filtered {
				p.From, p.To = graph.DateOf(1, 1, 1), graph.DateOf(9999, 12, 31)
			}
			events, err := calendarOf(ctx, probe, p)
			return len(events), err
		})
	}
	return out, nil
}

// compareEvents tells two events of one subject apart: by what they lead to.
func compareEvents(x, y CalendarEvent) int {
	if len(x.Paths) == 0 || len(y.Paths) == 0 {
		return cmp.Compare(len(x.Paths), len(y.Paths))
	}
	return comparePaths(x.Paths[0], y.Paths[0])
}

// calendarOf returns the events in no order.
func calendarOf(ctx context.Context, a *Asked, p CalendarParams) ([]CalendarEvent, error) {
	f := newFacts(a.View)
	var ids []graph.ID
	for _, kind := range []graph.NodeKind{graph.Standard, graph.Rule} {
		for n, err := range a.View.OfKind(ctx, kind) {
			if err != nil {
				return nil, err
			}
			f.nodes[n.ID] = &n
			ids = append(ids, n.ID)
		}
	}
	// Closed under these: every edition and version is among the ids.
	if _, err := f.expand(ctx, ids, inward(graph.Replaces), outward(graph.Implements, graph.Covers)); err != nil {
		return nil, err
	}
	c := calendarMaker{asked: a, facts: f, from: p.From, to: p.To}
	for _, id := range ids {
		c.own(f.nodes[id])
		for _, r := range f.into(id, graph.Replaces) {
			c.edge(f.nodes[id], r, "produce_until", "transition_produce_until")
			c.edge(f.nodes[id], r, "sell_until", "transition_sell_until")
		}
		for _, r := range f.outOf(id, graph.Covers) {
			c.edge(f.nodes[id], r, "compulsory_from", "compulsory_from")
		}
	}
	return c.events, nil
}

// calendarMaker gathers the events that touch a span of days.
type calendarMaker struct {
	asked    *Asked
	facts    *facts
	from, to graph.Date
	events   []CalendarEvent
}

func (c *calendarMaker) touches(s graph.Span) bool {
	return s.Known() && s.First <= c.to && s.Last >= c.from
}

// own adds the events that stand on the record itself.
func (c *calendarMaker) own(n *graph.Node) {
	for _, field := range []string{"issued", "effective", "withdrawn"} {
		span := n.Fields.Span(field)
		if !c.touches(span) {
			continue
		}
		c.asked.use(n)
		c.events = append(c.events, CalendarEvent{
			Date: n.Fields.Text(field), Event: field, Subject: refOf(n), Status: c.facts.status(n.ID).Status,
			OtherDates: otherValues(n.Evidence, field, n.Fields.Text(field)), Paths: []Path{pathOf(n.ID)},
			Evidence: c.asked.cite(spokenFor(n, field)), span: span,
		})
	}
}

// edge adds an event that stands on an edge of n.
func (c *calendarMaker) edge(n *graph.Node, e *graph.Edge, event, field string) {
	span := e.Fields.Span(field)
	if !c.touches(span) {
		return
	}
	other := c.facts.nodes[e.Other(n.ID)]
	c.asked.use(n, other)
	by := refOf(other)
	c.events = append(c.events, CalendarEvent{
		Date: e.Fields.Text(field), Event: event, Subject: refOf(n), Status: c.facts.status(n.ID).Status, By: &by,
		OtherDates: otherValues(e.Evidence, field, e.Fields.Text(field)), Paths: []Path{pathOf(n.ID, e)},
		Evidence: c.asked.cite(e.Evidence), span: span,
	})
}

// otherValues returns what evidence gives for a field beside the value that
// the record has, each once, sorted.
func otherValues(evidence []graph.Evidence, field, own string) []string {
	out := []string{}
	for _, e := range evidence {
		if e.Field == field && e.Value != "" && e.Value != own && !slices.Contains(out, e.Value) {
			out = append(out, e.Value)
		}
	}
	slices.Sort(out)
	return out
}
