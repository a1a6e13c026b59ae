// Package answer is the questions that zhitu answers: one registry, one
// function each.
//
// A question is declared once. From its row are made the route of the API, the
// command, the MCP tool and the check that the API document tells the truth.
// An answer is a pure function of (seq, as_of, what the caller may see,
// parameters): the same question at the same sequence number gives the same
// bytes, on every Reader. So nothing here reads a clock, ranges over a map
// into an answer, or knows a store; everything comes through a graph.View.
//
// The computed facts (status, coverage, the gap ladder) are in coverage.go and
// gaps.go over facts.go, which loads what they need hop by hop.
package answer

import (
	"context"
	"fmt"
	"net/http"
	"reflect"

	"zhitu/graph"
)

// Question is one row of the registry.
type Question struct {
	Name   string   // of the command and the MCP tool: "solutions"
	Zh     string   // 中文
	Doc    string   // one sentence, English
	DocZh  string   // one sentence, Chinese
	Asks   []string // ids of the user questions of the domain that it answers
	Method string   // GET or POST
	Path   string   // below the API's root, gin syntax: "/problems/:id/solutions"
	Params []Param  // all of them, in order of the params struct
	Forms  []Form   // how it is asked in words; none: not in words

	paramsType reflect.Type
	answerType reflect.Type
	ask        func(context.Context, *Asked, any) (any, error)
}

// Asked is one asking of a question: the view, and what must be said beside
// the answer. It is not for concurrent use.
type Asked struct {
	View *graph.View
	Past Past // nil where the recorded past cannot be had

	truncated []string
	warnings  []Warning
	used      map[graph.ID]bool // nodes that the answer rests on
	reviewed  int
	evidence  evidenceBook
}

// Past shows the graph as it was recorded: by the end of a day, through the
// same scope. The ledger's log is behind it.
type Past interface {
	At(ctx context.Context, d graph.Date, scope graph.Scope) (*graph.View, error)
}

// past returns the view as it was recorded by the end of d.
func (a *Asked) past(ctx context.Context, d graph.Date) (*graph.View, error) {
	if a.Past == nil {
		return nil, &graph.InvalidError{Field: "clock", Code: "no_recorded_past"}
	}
	return a.Past.At(ctx, d, a.View.Scope())
}

// Warning is something that a reader of the answer must know. Its text in both
// languages stands in the catalogue under its code.
type Warning struct {
	Code   string `json:"code"`
	Detail string `json:"detail,omitempty"`
}

// Truncate records that the limit called name was hit.
func (a *Asked) Truncate(name string) {
	for _, t := range a.truncated {
		if t == name {
			return
		}
	}
	a.truncated = append(a.truncated, name)
}

// Warn records a warning, once.
func (a *Asked) Warn(code, detail string) {
	w := Warning{Code: code, Detail: detail}
	for _, have := range a.warnings {
		if have == w {
			return
		}
	}
	a.warnings = append(a.warnings, w)
}

// use counts nodes in the coverage statement.
func (a *Asked) use(nodes ...*graph.Node) {
	for _, n := range nodes {
		if n == nil || a.used[n.ID] {
			continue
		}
		a.used[n.ID] = true
		if n.State == graph.Reviewed {
			a.reviewed++
		}
		if n.Fields.Flag("illustrative") {
			a.Warn("illustrative", "")
		}
		if n.Fields.Flag("synthetic") {
			a.Warn("synthetic", "")
		}
	}
}

// node returns one node of the view that is of one of kinds.
func (a *Asked) node(ctx context.Context, id graph.ID, kinds ...graph.NodeKind) (*graph.Node, error) {
	n, err := a.View.Node(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, k := range kinds {
		if n.Kind == k {
			a.use(&n)
			return &n, nil
		}
	}
	if len(kinds) == 0 {
		a.use(&n)
		return &n, nil
	}
	return nil, &graph.InvalidError{Field: "id", Code: "wrong_kind", Value: string(n.Kind), Want: fmt.Sprint(kinds)}
}

// declare makes a row of the registry from a function over typed parameters.
// P is a struct whose fields carry the tags that param.go reads.
func declare[P, A any](q Question, fn func(context.Context, *Asked, P) (A, error)) Question {
	if q.Method == "" {
		q.Method = http.MethodGet
	}
	q.paramsType, q.Forms = reflect.TypeFor[P](), grammarOf(q.Name)
	q.answerType = reflect.TypeFor[A]()
	q.Params = paramsOf(q.paramsType)
	q.ask = func(ctx context.Context, a *Asked, params any) (any, error) {
		return fn(ctx, a, *params.(*P))
	}
	return q
}

// Types returns the struct of q's parameters and the type of its answer, for
// the check that the API document tells the truth.
func (q Question) Types() (params, answer reflect.Type) { return q.paramsType, q.answerType }

// Registry returns every question, in the order of the API.
func Registry() []Question {
	return []Question{
		solutionsQuestion(), solveQuestion(), upstreamQuestion(), downstreamQuestion(), pathsQuestion(),
		gapsQuestion(), timelineQuestion(), overviewQuestion(),
		bottlenecksQuestion(), coverageQuestion(), bundleTransferQuestion(), bundleQuestion(), whatIfQuestion(),
		impactQuestion(), compareQuestion(), interventionQuestion(), mapQuestion(), askQuestion(), duplicatesQuestion(), reportQuestion(),
		causesQuestion(), subgraphQuestion(), commonQuestion(), prioritiesQuestion(), checkQuestion(),
		calendarQuestion(), adoptionsQuestion(), obligationsQuestion(), certifiersQuestion(), laboratoriesQuestion(),
		casesQuestion(), policiesQuestion(), recognitionQuestion(), problemTransferQuestion(), soleSuppliersQuestion(),
		statisticsQuestion(), observationsQuestion(), regionHistoryQuestion(), healthQuestion(),
	}
}

// Find returns the question called name.
func Find(name string) (Question, bool) {
	for _, q := range Registry() {
		if q.Name == name {
			return q, true
		}
	}
	return Question{}, false
}
