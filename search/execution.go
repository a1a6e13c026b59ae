package search

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"zhitu/graph"
)

// execution is one search over one generation, seen through one view.
type execution struct {
	g      *generation
	view   *graph.View
	q      Query
	params Params
	status *statuses
	route  routed
	sheet  *sheet
	curve  Curve
	whole  float64 // what covering all of the query is worth

	filters  []filter
	states   []graph.State // asked for; none: the ordinary ones
	hits     []found       // what passes every filter
	counts   map[string]map[string]int
	warnings []string
}

// found is a document that passes every filter.
type found struct {
	doc   uint32
	score float64
	cover float64
}

func (x *execution) warn(code string) {
	if !slices.Contains(x.warnings, code) {
		x.warnings = append(x.warnings, code)
	}
}

// run answers the query.
func (x *execution) run(ctx context.Context) (Page, error) {
	fingerprint := x.q.fingerprint(x.view.AsOf())
	order := orderingOf(x.q.Sort)
	after, err := x.cursor(fingerprint, order)
	if err != nil {
		return Page{}, err
	}
	x.route = route(x.q.Text)
	if x.route.cut {
		x.warn("query_cut")
	}
	x.sheet = x.g.numbers.get(x.g.size)
	defer x.g.numbers.put(x.sheet)
	if err := x.find(ctx); err != nil {
		return Page{}, err
	}
	if err := x.narrow(ctx); err != nil {
		return Page{}, err
	}
	x.rerank()
	if err := x.codesFirst(ctx); err != nil {
		return Page{}, err
	}
	page, err := x.page(ctx, order, after, fingerprint)
	if err != nil {
		return Page{}, err
	}
	if page.Facets, err = x.facetValues(ctx); err != nil {
		return Page{}, err
	}
	page.Hint = x.hint()
	if page.DidYouMean, err = x.didYouMean(ctx); err != nil {
		return Page{}, err
	}
	if x.q.IncludeTotal {
		total := len(x.hits)
		page.Total = &total
	}
	page.Seq = x.g.mark.Seq
	page.Warnings = append([]string{}, x.warnings...)
	return page, nil
}

func (x *execution) cursor(fingerprint string, order ordering) (*place, error) {
	if x.q.PageToken == "" {
		return nil, nil
	}
	c, err := decodeCursor(x.q.PageToken, fingerprint)
	if err != nil {
		return nil, err
	}
	if c.Seq != x.g.mark.Seq {
		x.warn("index_changed") // since the page before
	}
	p, err := order.place(c)
	if err != nil {
		return nil, err
	}
	return &p, nil
}

// blank tells whether nothing is asked for by text.
func (x *execution) blank() bool { return strings.TrimSpace(x.q.Text) == "" }

// find fills the sheet.
func (x *execution) find(ctx context.Context) error {
	if x.blank() {
		for d := range uint32(x.g.size) {
			if !x.g.dead(d) {
				x.sheet.touched = append(x.sheet.touched, d)
			}
		}
		return ctx.Err()
	}
	if err := x.scoreText(ctx); err != nil {
		return err
	}
	return x.scoreWhole(ctx)
}

// page confirms hits against the view until a page is full.
func (x *execution) page(ctx context.Context, order ordering, after *place, fingerprint string) (Page, error) {
	page := Page{Items: []Hit{}}
	for {
		want := x.q.PageSize - len(page.Items)
		top, more := x.best(order, after, want)
		if len(top) == 0 {
			return page, nil
		}
		hits, err := x.confirm(ctx, top)
		if err != nil {
			return Page{}, err
		}
		page.Items = append(page.Items, hits...)
		end := top[len(top)-1]
		last := order.of(x.g.card(end.doc), end.score)
		after = &last
		if !more {
			return page, nil
		}
		if len(page.Items) == x.q.PageSize {
			page.NextPageToken, err = cursor{Key: order.cursor(last), ID: last.id, Query: fingerprint, Seq: x.g.mark.Seq}.encode()
			return page, err
		}
	}
}

// best returns the n first hits after a place, in order, and whether there
// are more.
func (x *execution) best(order ordering, after *place, n int) (out []found, more bool) {
	type placed struct {
		place place
		hit   found
	}
	var kept []placed
	limit := 2*n + 64
	cmp := func(a, b placed) int { return order.compare(a.place, b.place) }
	var worst *place // of a full list: what is not before it cannot be on the page
	shrink := func() {
		slices.SortFunc(kept, cmp)
		kept = kept[:n+1]
		w := kept[n].place
		worst = &w
	}
	for _, h := range x.hits {
		p := order.of(x.g.card(h.doc), h.score)
		if after != nil && order.compare(p, *after) <= 0 || worst != nil && order.compare(p, *worst) > 0 {
			continue
		}
		kept = append(kept, placed{p, h})
		if len(kept) == limit {
			shrink()
		}
	}
	if len(kept) > n {
		shrink()
		kept, more = kept[:n], true
	} else {
		slices.SortFunc(kept, cmp)
	}
	for _, k := range kept {
		out = append(out, k.hit)
	}
	return out, more
}

// confirm turns documents into hits. One that the view does not show is left
// out: the index may be a little behind or ahead of the view.
func (x *execution) confirm(ctx context.Context, best []found) ([]Hit, error) {
	ids := make([]graph.ID, len(best))
	for i, f := range best {
		ids[i] = x.g.card(f.doc).id
	}
	view := x.view
	if len(x.states) > 0 {
		view = view.Records() // records as such were asked for, by their state
	}
	nodes, err := view.Nodes(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("confirm %d hits: %w", len(ids), err)
	}
	byID := make(map[graph.ID]*graph.Node, len(nodes))
	for i := range nodes {
		byID[nodes[i].ID] = &nodes[i]
	}
	hits := make([]Hit, 0, len(best))
	for _, f := range best {
		n := byID[x.g.card(f.doc).id]
		if n == nil || n.Visibility != graph.Public {
			x.warn("index_differs") // from the graph at the number of the view
			continue
		}
		hits = append(hits, x.hit(f, n))
	}
	return hits, x.addStatuses(ctx, hits)
}

func (x *execution) hit(f found, n *graph.Node) Hit {
	h := Hit{
		ID: n.ID, Kind: n.Kind, Name: n.Name, Score: f.score, State: n.State,
		Illustrative: n.Fields.Flag("illustrative"), Highlights: []Highlight{}, Matched: []Match{},
	}
	if !x.blank() {
		h.Matched = x.matched(f, n)
		if x.q.Highlight {
			h.Highlights = x.highlights(n)
		}
	}
	return h
}

func (x *execution) addStatuses(ctx context.Context, hits []Hit) error {
	var ids []graph.ID
	for _, h := range hits {
		if hasStatus(h.Kind) {
			ids = append(ids, h.ID)
		}
	}
	known, err := x.status.of(ctx, x.view, ids)
	if err != nil {
		return err
	}
	for i := range hits {
		hits[i].Status = known[hits[i].ID]
	}
	return nil
}

func hasStatus(k graph.NodeKind) bool { return k == graph.Standard || k == graph.Rule }
