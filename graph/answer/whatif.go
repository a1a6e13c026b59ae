package answer

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"zhitu/graph"
)

// WhatIfParams asks a question of the graph as it would be.
type WhatIfParams struct {
	Operations []graph.Op     `json:"operations" zh:"改动" doc:"as in a batch; nothing is written"`
	Question   WhatIfQuestion `json:"question" zh:"问题" doc:"any question of the registry"`
}

// WhatIfQuestion names the question by its path below the API's root.
type WhatIfQuestion struct {
	Path   string          `json:"path"`           // e.g. /problems/problem:qp-sw-01/solutions
	Params map[string]any  `json:"params"`         // its query parameters
	Body   json.RawMessage `json:"body,omitempty"` // of a POST question
}

// WhatIfAnswer is the answer before and after, and what differs; Batch can be
// sent to /batches as it is.
type WhatIfAnswer struct {
	Before     any          `json:"before"`
	After      any          `json:"after"`
	Difference []Difference `json:"difference"`
	Batch      WhatIfBatch  `json:"batch"`
}

// WhatIfBatch is the request that would make it real.
type WhatIfBatch struct {
	Reason     string     `json:"reason"`
	Operations []graph.Op `json:"operations"`
}

// Difference is one place where two answers differ. Elements of lists that
// have an id are matched by it, others by their place.
type Difference struct {
	Pointer string `json:"pointer"`
	Change  string `json:"change"` // added, removed, changed
	Before  any    `json:"before,omitempty"`
	After   any    `json:"after,omitempty"`
}

const (
	maxWhatIfOps   = graph.MaxBatchOps
	maxDifferences = 2000
)

func whatIfQuestion() Question {
	return declare(Question{
		Name: "what-if", Zh: "假设推演", Path: "/what-if", Method: http.MethodPost,
		Doc: "Any question asked of the graph as it would be after some edits", DocZh: "先不写入，看一组改动会让任一答案怎样变化",
	}, whatIf)
}

func whatIf(ctx context.Context, a *Asked, p WhatIfParams) (WhatIfAnswer, error) {
	if len(p.Operations) > maxWhatIfOps {
		return WhatIfAnswer{}, &graph.InvalidError{Field: "operations", Code: "too_many", Want: fmt.Sprint(maxWhatIfOps)}
	}
	q, params, err := p.Question.resolve()
	if err != nil {
		return WhatIfAnswer{}, at(err, "question/")
	}
	over, err := newOverlay(ctx, a.View.Reader(), p.Operations)
	if err != nil {
		return WhatIfAnswer{}, err
	}
	before, err := q.Ask(ctx, a.View, params)
	if err != nil {
		return WhatIfAnswer{}, err
	}
	after, err := q.Ask(ctx, graph.NewView(over, a.View.Seq(), a.View.Scope()), params)
	if err != nil {
		return WhatIfAnswer{}, err
	}
	for _, env := range []Envelope{before, after} {
		for _, limit := range env.TruncatedBy {
			a.Truncate(limit)
		}
		for _, w := range env.Warnings {
			a.Warn(w.Code, w.Detail)
		}
	}
	diff, err := differences(before.Answer, after.Answer)
	if err != nil {
		return WhatIfAnswer{}, err
	}
	if len(diff) > maxDifferences {
		diff = diff[:maxDifferences]
		a.Truncate("differences")
	}
	return WhatIfAnswer{
		Before: before.Answer, After: after.Answer, Difference: diff,
		Batch: WhatIfBatch{Reason: "what-if", Operations: listOf(p.Operations)},
	}, nil
}

// resolve finds the question by its path and binds its parameters.
func (w WhatIfQuestion) resolve() (Question, any, error) {
	path := strings.TrimPrefix(w.Path, Root)
	for _, q := range Registry() {
		values, ok := matchPath(q.Path, path)
		if !ok || q.Name == "what-if" {
			continue
		}
		query := url.Values{}
		for _, name := range slices.Sorted(maps.Keys(w.Params)) {
			query.Set(name, fmt.Sprint(w.Params[name]))
		}
		params, err := q.Bind(values, query, w.Body)
		return q, params, err
	}
	return Question{}, nil, &graph.InvalidError{Field: "path", Code: "no_such_question", Value: w.Path}
}

// matchPath matches a path against a route with :name parts.
func matchPath(route, path string) (map[string]string, bool) {
	want, got := strings.Split(route, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	values := map[string]string{}
	for i, part := range want {
		switch {
		case strings.HasPrefix(part, ":"):
			v, err := url.PathUnescape(got[i])
			if err != nil || v == "" {
				return nil, false
			}
			values[part[1:]] = v
		case part != got[i]:
			return nil, false
		}
	}
	return values, true
}

// differences compares two answers as JSON.
func differences(before, after any) ([]Difference, error) {
	b, err := toJSON(before)
	if err != nil {
		return nil, err
	}
	a, err := toJSON(after)
	if err != nil {
		return nil, err
	}
	out := []Difference{}
	diffValues("", b, a, &out)
	return out, nil
}

func toJSON(v any) (any, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var out any
	return out, dec.Decode(&out)
}

func diffValues(pointer string, before, after any, out *[]Difference) {
	switch b := before.(type) {
	case map[string]any:
		if a, ok := after.(map[string]any); ok {
			diffObjects(pointer, b, a, out)
			return
		}
	case []any:
		if a, ok := after.([]any); ok {
			diffObjects(pointer, byKey(b), byKey(a), out)
			return
		}
	default:
		if before == after {
			return
		}
	}
	*out = append(*out, Difference{Pointer: pointer, Change: "changed", Before: before, After: after})
}

func diffObjects(pointer string, before, after map[string]any, out *[]Difference) {
	keys := map[string]bool{}
	for k := range before {
		keys[k] = true
	}
	for k := range after {
		keys[k] = true
	}
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		at := pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(k)
		b, inBefore := before[k]
		a, inAfter := after[k]
		switch {
		case !inBefore:
			*out = append(*out, Difference{Pointer: at, Change: "added", After: a})
		case !inAfter:
			*out = append(*out, Difference{Pointer: at, Change: "removed", Before: b})
		default:
			diffValues(at, b, a, out)
		}
	}
}

// byKey turns a list into an object: by the id of its elements where each has
// one of its own, by the element where all are scalars, else by place.
func byKey(list []any) map[string]any {
	out := make(map[string]any, len(list))
	for i, item := range list {
		key := ""
		switch v := item.(type) {
		case map[string]any:
			key = identity(v)
		case string:
			key = v
		}
		if _, taken := out[key]; key == "" || taken {
			key = fmt.Sprintf("%s#%d", key, i)
		}
		out[key] = item
	}
	return out
}

// identity returns the id of an element, its own or that of the problem, rule
// or chain that it is about.
func identity(v map[string]any) string {
	for _, name := range []string{"id", "problem", "rule", "chain", "code"} {
		switch x := v[name].(type) {
		case string:
			return x
		case map[string]any:
			if id, ok := x["id"].(string); ok {
				return id
			}
		}
	}
	return ""
}
