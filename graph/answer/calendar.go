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
	c := calendarMaker{view: a.View, from: p.From, to: p.To}
	if err := c.find(ctx); err != nil {
		return out, err
	}
	for _, e := range c.events {
		out.Counts[e.name]++
	}
	slices.SortFunc(c.events, compareEvents)
	var err error
	if out.Items, err = c.items(ctx, a, cut(a, "limit", c.events, p.Limit)); err != nil {
		return out, err
	}
	a.Warn("no_legal_advice", "")
	if len(out.Items) > 0 {
		return out, nil
	}
	return out, a.whyEmpty(ctx, true, "", func(probe *Asked, filtered bool) (int, error) {
		then := calendarMaker{view: probe.View, from: p.From, to: p.To}
		if !filtered {
			then.from, then.to = graph.DateOf(1, 1, 1), graph.DateOf(9999, 12, 31)
		}
		err := then.find(ctx)
		return len(then.events), err
	})
}

// datedEvent is an event before it is rendered.
type datedEvent struct {
	span     graph.Span
	name     string
	field    string
	subject  graph.ID
	by       graph.ID    // none: the event stands on the record itself
	edge     *graph.Edge // that it stands on
	evidence []graph.Evidence
	text     string
}

func compareEvents(x, y datedEvent) int {
	return cmp.Or(
		cmp.Compare(x.span.First, y.span.First), cmp.Compare(slices.Index(calendarEvents, x.name), slices.Index(calendarEvents, y.name)),
		cmp.Compare(x.subject, y.subject), cmp.Compare(x.by, y.by),
	)
}

// calendarMaker finds the events that touch a span of days. Only what it
// keeps is looked at closer: there may be tens of thousands of standards.
type calendarMaker struct {
	view     *graph.View
	from, to graph.Date
	events   []datedEvent
}

const calendarChunk = 2000

func (c *calendarMaker) find(ctx context.Context) error {
	var ids []graph.ID
	for _, kind := range []graph.NodeKind{graph.Standard, graph.Rule} {
		for n, err := range c.view.OfKind(ctx, kind) {
			if err != nil {
				return err
			}
			ids = append(ids, n.ID)
			for _, field := range []string{"issued", "effective", "withdrawn"} {
				c.add(n.Fields, field, datedEvent{name: field, subject: n.ID, evidence: n.Evidence})
			}
		}
	}
	for chunk := range slices.Chunk(ids, calendarChunk) {
		edges, err := c.view.Touching(ctx, chunk, graph.EdgeFilter{
			Kinds: []graph.EdgeKind{graph.Replaces, graph.Covers}, Direction: graph.Out,
		})
		if err != nil {
			return err
		}
		for i := range edges {
			e := &edges[i]
			if e.Kind == graph.Covers {
				c.add(e.Fields, "compulsory_from", datedEvent{name: "compulsory_from", subject: e.From, by: e.To, edge: e, evidence: e.Evidence})
				continue
			}
			// The dates of a transition bound the old edition.
			c.add(e.Fields, "transition_produce_until", datedEvent{name: "produce_until", subject: e.To, by: e.From, edge: e, evidence: e.Evidence})
			c.add(e.Fields, "transition_sell_until", datedEvent{name: "sell_until", subject: e.To, by: e.From, edge: e, evidence: e.Evidence})
		}
	}
	return nil
}

// add keeps an event whose date touches the span.
func (c *calendarMaker) add(fields graph.Fields, field string, e datedEvent) {
	e.span, e.field, e.text = fields.Span(field), field, fields.Text(field)
	if !e.span.Known() || e.span.First > c.to || e.span.Last < c.from {
		return
	}
	c.events = append(c.events, e)
}

// items renders events with the status of what they are about.
func (c *calendarMaker) items(ctx context.Context, a *Asked, events []datedEvent) ([]CalendarEvent, error) {
	f := newFacts(a.View)
	var subjects, others []graph.ID
	for _, e := range events {
		subjects = append(subjects, e.subject)
		if e.by != "" {
			others = append(others, e.by)
		}
	}
	slices.Sort(subjects)
	subjects = slices.Compact(subjects)
	if err := f.loadNodes(ctx, append(others, subjects...)); err != nil {
		return nil, err
	}
	if _, err := f.closure(ctx, subjects, inward(graph.Replaces), outward(graph.Implements)); err != nil {
		return nil, err
	}
	out := []CalendarEvent{}
	for _, e := range events {
		n := f.nodes[e.subject]
		a.use(n)
		item := CalendarEvent{
			Date: e.text, Event: e.name, Subject: refOf(n), Status: f.status(n.ID).Status,
			OtherDates: otherValues(e.evidence, e.field, e.text), Paths: []Path{pathOf(n.ID)},
		}
		if e.edge != nil {
			by := refOf(f.nodes[e.by])
			a.use(f.nodes[e.by])
			item.By, item.Paths, item.Evidence = &by, []Path{pathOf(n.ID, e.edge)}, a.cite(e.evidence)
		} else {
			item.Evidence = a.cite(spokenFor(n, e.field))
		}
		out = append(out, item)
	}
	return out, nil
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
