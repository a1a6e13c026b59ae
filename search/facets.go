package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"zhitu/graph"
)

// filter is what one facet must be.
type filter struct {
	name   string
	wanted []facetID
	values []string // of the status, which no document stores
}

// narrow keeps what the view admits and every filter passes, and counts the
// facets on the way: a facet's counts leave out its own filter and so equal
// the length of the list that choosing the value would give.
func (x *execution) narrow(ctx context.Context) error {
	x.readFilters()
	known, err := x.statusesOfFound(ctx)
	if err != nil {
		return err
	}
	x.hits = make([]found, 0, len(x.sheet.touched))
	tally := newTally(x.q.Facets, x.g.facets.all())
	fails := func(f filter, c *card, ids []facetID) bool {
		if f.name == "status" {
			return !slices.Contains(f.values, string(known[c.id]))
		}
		return !slices.ContainsFunc(ids, func(id facetID) bool { return slices.Contains(f.wanted, id) })
	}
	for i, doc := range x.sheet.touched {
		if i%checkEvery == checkEvery-1 && ctx.Err() != nil {
			return ctx.Err()
		}
		c := x.g.card(doc)
		if !x.admits(c) {
			continue
		}
		ids := x.g.facetsOf(doc)
		failed, first := 0, ""
		for _, f := range x.filters {
			if fails(f, c, ids) {
				if failed++; failed > 1 {
					break
				}
				first = f.name
			}
		}
		if failed > 1 {
			continue
		}
		tally.count(ids, first)
		if s := known[c.id]; s != "" {
			tally.countStatus(string(s), first)
		}
		if failed == 0 {
			x.hits = append(x.hits, found{doc: doc, score: x.sheet.score[doc], cover: x.sheet.cover[doc]})
		}
	}
	x.counts = tally.result()
	return nil
}

// admits is Scope.Admits on a card, for documents, which are public.
func (x *execution) admits(c *card) bool {
	if len(x.states) > 0 {
		if !slices.Contains(x.states, c.state) {
			return false
		}
	} else if !x.view.Scope().Records && (c.state == graph.Retired || c.state == graph.Merged) {
		return false
	}
	if x.view.Scope().Records {
		return true
	}
	asOf := x.view.AsOf()
	return asOf == graph.Unknown || graph.Validity{From: c.from, To: c.to}.At(asOf) != graph.No
}

// readFilters turns the filters of the query into numbers. A value that no
// document has fits nothing.
func (x *execution) readFilters() {
	for _, name := range FacetNames() {
		values, ok := x.q.Filters[name]
		if !ok || len(values) == 0 {
			continue
		}
		f := filter{name: name, values: values}
		for _, v := range values {
			if name == "chain" && !strings.Contains(v, ":") {
				v = "chain:" + v // the slug stands for the id
			}
			if id, ok := x.g.facets.find(name, v); ok {
				f.wanted = append(f.wanted, id)
			}
		}
		x.filters = append(x.filters, f)
		if name == "state" {
			for s := graph.Draft; s <= graph.Merged; s++ {
				if slices.Contains(values, s.String()) {
					x.states = append(x.states, s)
				}
			}
		}
	}
}

// statusesOfFound returns the statuses of the standards and rules among what
// was found, if a filter or a facet asks for them.
func (x *execution) statusesOfFound(ctx context.Context) (map[graph.ID]graph.Status, error) {
	if len(x.q.Filters["status"]) == 0 && !slices.Contains(x.q.Facets, "status") {
		return nil, nil
	}
	var ids []graph.ID
	for _, doc := range x.sheet.touched {
		if c := x.g.card(doc); hasStatus(c.kind) && x.admits(c) {
			ids = append(ids, c.id)
		}
	}
	return x.status.of(ctx, x.view, ids)
}

// tally counts the values of facets.
type tally struct {
	names  []string
	pairs  []string
	facet  []int // of every pair: which of names, -1 if not asked for
	counts []int
	status map[string]int
}

func newTally(names, pairs []string) *tally {
	t := &tally{names: names, pairs: pairs}
	if len(names) == 0 {
		return t
	}
	if slices.Contains(names, "status") {
		t.status = map[string]int{}
	}
	t.facet, t.counts = make([]int, len(pairs)), make([]int, len(pairs))
	for i, p := range pairs {
		name, _, _ := strings.Cut(p, "=")
		t.facet[i] = slices.Index(names, name)
	}
	return t
}

// count counts a document that fails no filter (failed is empty) or just that
// of one facet, for which alone it then counts.
func (t *tally) count(ids []facetID, failed string) {
	if len(t.names) == 0 {
		return
	}
	for _, id := range ids {
		if f := t.facet[id]; f >= 0 && (failed == "" || t.names[f] == failed) {
			t.counts[id]++
		}
	}
}

func (t *tally) countStatus(s, failed string) {
	if t.status != nil && (failed == "" || failed == "status") {
		t.status[s]++
	}
}

func (t *tally) result() map[string]map[string]int {
	out := map[string]map[string]int{}
	for _, name := range t.names {
		out[name] = map[string]int{}
	}
	for id, n := range t.counts {
		if n > 0 {
			name, value, _ := strings.Cut(t.pairs[id], "=")
			out[name][value] = n
		}
	}
	if t.status != nil {
		out["status"] = t.status
	}
	return out
}

// facetValues returns the counts, most frequent first, then by value.
func (x *execution) facetValues(ctx context.Context) (map[string][]FacetValue, error) {
	out := map[string][]FacetValue{}
	for name, counts := range x.counts {
		list := []FacetValue{}
		for value, n := range counts {
			list = append(list, FacetValue{Value: value, Count: n})
		}
		slices.SortFunc(list, func(a, b FacetValue) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
		})
		if len(list) > maxFacetValues {
			list = list[:maxFacetValues]
			x.warn("facets_cut")
		}
		if err := x.label(ctx, name, list); err != nil {
			return nil, err
		}
		out[name] = list
	}
	return out, nil
}

// label adds the Chinese of a facet's values: of a kind or a term from the
// schema, of a chain or a region its name in the graph.
func (x *execution) label(ctx context.Context, name string, list []FacetValue) error {
	vocabulary, known := graph.VocabularyOf(vocabularyOf(name))
	ids := make([]graph.ID, len(list))
	for i, v := range list {
		list[i].Name = v.Value
		switch spec, ok := graph.NodeSpecOf(graph.NodeKind(v.Value)); {
		case name == "kind" && ok:
			list[i].Name = spec.Zh
		case name == "chain":
			ids[i] = graph.ID(v.Value)
		case name == "region":
			ids[i] = graph.ID("region:" + v.Value)
		case known:
			list[i].Name = vocabulary.Label(v.Value)
		}
	}
	if name != "chain" && name != "region" {
		return nil
	}
	nodes, err := x.view.Records().Nodes(ctx, ids)
	if err != nil {
		return fmt.Errorf("names of %d values of %s: %w", len(ids), name, err)
	}
	names := map[graph.ID]string{}
	for _, n := range nodes {
		names[n.ID] = n.Name
	}
	for i, id := range ids {
		if n := names[id]; n != "" {
			list[i].Name = n
		}
	}
	return nil
}

// vocabularyOf returns the vocabulary of a facet: that of the field, or the
// facet's own name.
func vocabularyOf(name string) string {
	for _, k := range graph.Nodes() {
		if f, ok := k.Field(name); ok && f.Vocabulary != "" {
			return f.Vocabulary
		}
	}
	return name
}
