package answer

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"zhitu/graph"
)

// DuplicatesParams asks which records may be the same thing.
type DuplicatesParams struct {
	Kind  string   `query:"kind" zh:"类别" doc:"a node kind; default Problem, with id that of the node"`
	Chain graph.ID `query:"chain" kind:"Chain" zh:"产业链" doc:"of problems: only those of this chain"`
	ID    graph.ID `query:"id" zh:"记录" doc:"only pairs with this node"`
	Name  string   `query:"name" zh:"名称" doc:"a name not recorded yet, or a node id: what it may be"`
	Min   int      `query:"min_score" default:"50" min:"1" max:"100" zh:"最低相似度" doc:"in hundredths"`
	Limit int      `query:"limit" default:"200" min:"1" max:"2000" zh:"上限" doc:"pairs at most"`
}

// Duplicates is pairs that may be the same, likeliest first. What a person has
// decided is remembered and not asked again: a pair decided to be different is
// left out unless it is asked for by id.
type Duplicates struct {
	Items   []DuplicatePair `json:"items"`
	Decided int             `json:"decided"` // pairs left out because they were decided to be different
}

// DuplicatePair is two records with why they may be one.
type DuplicatePair struct {
	A        Ref                `json:"a"`
	B        Ref                `json:"b"`
	Score    float64            `json:"score"` // 0–1
	Features []DuplicateFeature `json:"features"`
	EdgesA   int                `json:"edges_a"` // evidence that hangs on each
	EdgesB   int                `json:"edges_b"`
	Decision *Decision          `json:"decision,omitempty"`
}

// DuplicateFeature is one thing that the two share, or do not.
type DuplicateFeature struct {
	Name  string  `json:"name"` // name, alias, characters, code, segment
	Value float64 `json:"value"`
	Text  string  `json:"text,omitempty"`
}

// Decision is what a person decided of a pair.
type Decision struct {
	ID   graph.ID `json:"id"`
	Same bool     `json:"same"`
}

func duplicatesQuestion() Question {
	return declare(Question{
		Name: "duplicates", Zh: "疑似重复", Path: "/duplicates", Asks: []string{"E01"},
		Doc: "Which records may be the same thing, with what they share", DocZh: "哪些记录可能是同一个，凭什么；人的判定会被记住",
	}, duplicates)
}

// DecisionID names the record that remembers the decision about a pair: the
// same for both orders.
func DecisionID(a, b graph.ID) graph.ID {
	if b < a {
		a, b = b, a
	}
	return graph.ID(graph.DerivedID("matchdecision", string(a)+" ≡ "+string(b)))
}

func duplicates(ctx context.Context, a *Asked, p DuplicatesParams) (Duplicates, error) {
	out := Duplicates{Items: []DuplicatePair{}}
	f := newFacts(a.View)
	ids, err := f.candidates(ctx, a, &p)
	if err != nil {
		return out, err
	}
	if err := f.loadPlaces(ctx, ids); err != nil {
		return out, err
	}
	given, err := f.given(p)
	if err != nil {
		return out, err
	}
	for i, x := range ids {
		for _, y := range ids[i+1:] {
			if given != nil || p.ID != "" && x != p.ID && y != p.ID {
				continue
			}
			out.Items = appendPair(out.Items, f.pairOf(f.nodes[x], f.nodes[y]), p.Min)
		}
		if given != nil && x != given.ID {
			out.Items = appendPair(out.Items, f.pairOf(given, f.nodes[x]), p.Min)
		}
	}
	if err := f.decide(ctx, p, &out); err != nil {
		return out, err
	}
	slices.SortStableFunc(out.Items, func(x, y DuplicatePair) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.A.ID, y.A.ID), cmp.Compare(x.B.ID, y.B.ID))
	})
	if len(out.Items) > p.Limit {
		out.Items = out.Items[:p.Limit]
		a.Truncate("limit")
	}
	if len(out.Items) == 0 {
		a.Warn("nothing_matched", p.Name)
	}
	return out, f.weigh(ctx, a, &out)
}

func appendPair(list []DuplicatePair, pair DuplicatePair, minScore int) []DuplicatePair {
	if pair.Score*100 < float64(minScore) {
		return list
	}
	return append(list, pair)
}

// candidates returns the ids to compare, sorted.
func (f *facts) candidates(ctx context.Context, a *Asked, p *DuplicatesParams) ([]graph.ID, error) {
	if p.ID != "" {
		n, err := a.node(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		p.Kind = string(n.Kind)
	}
	kind := graph.NodeKind(cmp.Or(p.Kind, string(graph.Problem)))
	if _, ok := graph.NodeSpecOf(kind); !ok {
		return nil, &graph.InvalidError{Field: "kind", Code: "unknown_kind", Value: string(kind)}
	}
	if p.Chain != "" && kind == graph.Problem {
		ids, err := f.problemsOf(ctx, a, p.Chain)
		if err != nil {
			return nil, err
		}
		return ids, f.loadNodes(ctx, ids)
	}
	var ids []graph.ID
	for n, err := range a.View.OfKind(ctx, kind) {
		if err != nil {
			return nil, err
		}
		f.nodes[n.ID] = &n
		ids = append(ids, n.ID)
	}
	return ids, nil
}

// given is the node that a name stands for: one that is recorded under that
// id, or one that exists only in this question.
func (f *facts) given(p DuplicatesParams) (*graph.Node, error) {
	if p.Name == "" {
		return nil, nil
	}
	if n := f.nodes[graph.ID(p.Name)]; n != nil {
		return n, nil
	}
	if plain(p.Name) == "" {
		return nil, &graph.InvalidError{Field: "name", Code: "blank", Value: p.Name}
	}
	return &graph.Node{Kind: graph.NodeKind(cmp.Or(p.Kind, string(graph.Problem))), Name: p.Name}, nil
}

// pairOf scores two nodes: the same code settles it; else the best likeness of
// their names and aliases, a little more where they stand in one segment.
func (f *facts) pairOf(a, b *graph.Node) DuplicatePair {
	pair := DuplicatePair{A: refOf(a), B: refOf(b), Features: []DuplicateFeature{}}
	if code := codeOf(a); code != "" && plain(code) == plain(codeOf(b)) {
		pair.Features = append(pair.Features, DuplicateFeature{Name: "code", Value: 1, Text: code})
		pair.Score = 1
		return pair
	}
	best := DuplicateFeature{}
	for i, x := range append([]string{a.Name}, a.Aliases...) {
		for j, y := range append([]string{b.Name}, b.Aliases...) {
			feature := DuplicateFeature{Name: "alias", Value: likeness(plain(x), plain(y)), Text: x + " ~ " + y}
			if i == 0 && j == 0 {
				feature.Name = "name"
			}
			if feature.Value > best.Value {
				best = feature
			}
		}
	}
	pair.Score = best.Value
	pair.Features = append(pair.Features, best)
	if a.ID != "" && slices.ContainsFunc(f.segments(a.ID), func(s graph.ID) bool { return slices.Contains(f.segments(b.ID), s) }) {
		pair.Features = append(pair.Features, DuplicateFeature{Name: "segment", Value: 1})
		pair.Score += 0.1 * (1 - pair.Score)
	}
	pair.Score = round6(pair.Score)
	return pair
}

// likeness is the share of common characters and of common pairs, each over
// the longer text: 1 for equal texts.
func likeness(a, b string) float64 {
	if a == "" || b == "" {
		return 0
	}
	if a == b {
		return 1
	}
	one := func(s string) []string {
		var out []string
		for _, r := range s {
			out = append(out, string(r))
		}
		return out
	}
	return 0.5*overlap(one(a), one(b)) + 0.5*overlap(bigrams(a), bigrams(b))
}

func overlap(a, b []string) float64 {
	left := map[string]int{}
	for _, s := range a {
		left[s]++
	}
	common := 0
	for _, s := range b {
		if left[s] > 0 {
			left[s]--
			common++
		}
	}
	return float64(common) / float64(max(len(a), len(b)))
}

// decide adds what was decided, and leaves out pairs decided to be different.
func (f *facts) decide(ctx context.Context, p DuplicatesParams, out *Duplicates) error {
	ids := make([]graph.ID, 0, len(out.Items))
	for _, item := range out.Items {
		ids = append(ids, DecisionID(item.A.ID, item.B.ID))
	}
	nodes, err := f.view.Records().Nodes(ctx, ids)
	if err != nil && !errors.Is(err, graph.ErrNotFound) {
		return err
	}
	decided := map[graph.ID]Decision{}
	for _, n := range nodes {
		decided[n.ID] = Decision{ID: n.ID, Same: n.Fields.Flag("same")}
	}
	out.Items = slices.DeleteFunc(out.Items, func(item DuplicatePair) bool {
		d, ok := decided[DecisionID(item.A.ID, item.B.ID)]
		if ok && !d.Same && p.ID == "" {
			out.Decided++
			return true
		}
		return false
	})
	for i, item := range out.Items {
		if d, ok := decided[DecisionID(item.A.ID, item.B.ID)]; ok {
			out.Items[i].Decision = &d
		}
	}
	return nil
}

// weigh counts the edges of each side.
func (f *facts) weigh(ctx context.Context, a *Asked, out *Duplicates) error {
	for i := range out.Items {
		item := &out.Items[i]
		for _, side := range []struct {
			id graph.ID
			n  *int
		}{{item.A.ID, &item.EdgesA}, {item.B.ID, &item.EdgesB}} {
			if side.id == "" {
				continue
			}
			a.use(f.nodes[side.id])
			edges, err := a.View.Touching(ctx, []graph.ID{side.id}, graph.EdgeFilter{})
			if err != nil {
				return err
			}
			*side.n = len(edges)
		}
	}
	return nil
}
