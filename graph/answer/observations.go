package answer

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"zhitu/graph"
)

// ObservationsParams asks where a figure comes from.
type ObservationsParams struct {
	Metric  string `query:"metric" zh:"指标" doc:"code or name of a metric, or part of its name: first_pass_yield_change, 一次合格率"`
	Subject string `query:"subject" zh:"对象" doc:"id of what was observed: a programme, chain, problem, case …; a slug is a chain's"`
	Limit   int    `query:"limit" default:"1000" min:"1" max:"10000" zh:"上限" doc:"observations at most"`
}

// Observations is the figures that sources state, each with its sentence. Two
// of one value are two: figures are never merged, nor added to what the graph
// counts.
type Observations struct {
	Items []Observation `json:"items"`
	Total int           `json:"total"`
}

// Observation is one figure as its source gives it.
type Observation struct {
	Reported
	Before      *float64 `json:"before,omitempty"`
	After       *float64 `json:"after,omitempty"`
	Percent     string   `json:"percent,omitempty"` // percentage_point, relative, unspecified
	Approx      string   `json:"approx,omitempty"`
	Event       string   `json:"event,omitempty"`
	Roles       []string `json:"roles"`
	LotsFailed  *float64 `json:"lots_failed,omitempty"`
	LotsChecked *float64 `json:"lots_checked,omitempty"`
	Check       string   `json:"check,omitempty"`
	Note        string   `json:"note,omitempty"`
	Aliases     []string `json:"aliases"`
}

func observationsQuestion() Question {
	return declare(Question{
		Name: "observations", Zh: "指标来源", Path: "/observations", Asks: []string{"P12"},
		Doc:   "Where a figure comes from: value, bound, basis, the whole sentence and its source",
		DocZh: "一个数从哪里来：值、约数、口径、原文整句和文件",
	}, observations)
}

func observations(ctx context.Context, a *Asked, p ObservationsParams) (Observations, error) {
	f := newFacts(a.View)
	edges, err := f.observed(ctx, a, p)
	if err != nil {
		return Observations{}, err
	}
	out := Observations{Items: []Observation{}}
	for _, e := range edges {
		out.Items = append(out.Items, f.observationItem(a, e))
	}
	slices.SortFunc(out.Items, func(x, y Observation) int {
		return cmp.Or(
			-cmp.Compare(x.Subject.Kind, y.Subject.Kind), cmp.Compare(x.Subject.ID, y.Subject.ID),
			cmp.Compare(x.Metric, y.Metric), cmp.Compare(x.ID, y.ID),
		)
	})
	out.Total = len(out.Items)
	out.Items = cut(a, "limit", out.Items, p.Limit)
	for _, item := range out.Items {
		if item.Percent == "unspecified" {
			a.Warn("basis_not_stated", item.Metric)
		}
	}
	if out.Total == 0 {
		narrowed := p.Metric != "" || p.Subject != ""
		return out, a.whyEmpty(ctx, narrowed, strings.TrimSpace(p.Metric+" "+p.Subject), func(probe *Asked, filtered bool) (int, error) {
			if !filtered {
				p.Metric = ""
			}
			edges, err := newFacts(probe.View).observed(ctx, probe, p)
			return len(edges), err
		})
	}
	return out, nil
}

// observed returns the OBSERVED_FOR edges of the observations that fit.
func (f *facts) observed(ctx context.Context, a *Asked, p ObservationsParams) ([]*graph.Edge, error) {
	var ids []graph.ID
	if p.Subject != "" {
		id := graph.ID(strings.ToLower(p.Subject))
		if !strings.Contains(p.Subject, ":") {
			id = "chain:" + id
		}
		n, err := a.node(ctx, id)
		if err != nil {
			return nil, err
		}
		f.nodes[n.ID] = n
		if ids, err = f.expand(ctx, []graph.ID{n.ID}, inward(graph.ObservedFor)); err != nil {
			return nil, err
		}
	} else {
		for n, err := range f.view.OfKind(ctx, graph.MetricObservation) {
			if err != nil {
				return nil, err
			}
			f.nodes[n.ID] = &n
			ids = append(ids, n.ID)
		}
	}
	ids = slices.DeleteFunc(ids, func(id graph.ID) bool { return !fitsMetric(f.nodes[id], p.Metric) })
	if _, err := f.expand(ctx, ids, outward(graph.ObservedFor)); err != nil {
		return nil, err
	}
	var edges []*graph.Edge
	for _, id := range ids {
		edges = append(edges, f.outOf(id, graph.ObservedFor)...)
	}
	return edges, nil
}

// fitsMetric tells whether an observation is of the metric called text.
func fitsMetric(n *graph.Node, text string) bool {
	want := plain(text)
	names := append([]string{n.Fields.Text("metric"), n.Name}, n.Aliases...)
	return want == "" || slices.ContainsFunc(names, func(s string) bool { return strings.Contains(plain(s), want) })
}

func (f *facts) observationItem(a *Asked, e *graph.Edge) Observation {
	n := f.nodes[e.From]
	return Observation{
		Reported: f.observation(a, e), Before: numberOf(n, "before"), After: numberOf(n, "after"), Percent: n.Fields.Text("percent"),
		Approx: n.Fields.Text("approx"), Event: n.Fields.Text("event"), Roles: listOf(n.Fields.Texts("roles")),
		LotsFailed: numberOf(n, "lots_failed"), LotsChecked: numberOf(n, "lots_checked"), Check: n.Fields.Text("check"),
		Note: n.Fields.Text("note"), Aliases: listOf(n.Aliases),
	}
}
