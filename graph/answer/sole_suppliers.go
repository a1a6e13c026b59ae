package answer

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"

	"zhitu/graph"
)

// SoleSuppliersParams asks where only one supplier is recorded.
type SoleSuppliersParams struct {
	ID    graph.ID `path:"id" zh:"节点" doc:"firm, segment or product; or a chain: then from each of its chain leaders"`
	Depth int      `query:"depth" default:"3" min:"1" max:"12" zh:"层数" doc:"how many steps upstream"`
	Limit int      `query:"limit" default:"1000" min:"1" max:"10000" zh:"上限" doc:"nodes walked at most"`
}

// SoleSuppliers is, for every buyer within depth−1 steps, the products that it
// gets from exactly one supplier that the caller may see. Between products the
// supplier is the only firm that is recorded as making what goes in.
type SoleSuppliers struct {
	Start      []Ref          `json:"start"`
	Items      []SoleSupplier `json:"items"`
	Assessed   int            `json:"assessed"`   // pairs of buyer and product that were looked at
	Unassessed int            `json:"unassessed"` // supplies that do not say of what

	assessed, unassessed map[string]bool
}

// SoleSupplier is one product with its only recorded supplier.
type SoleSupplier struct {
	Start    Ref      `json:"start"`
	Depth    int      `json:"depth"` // of the supplier: its buyer is one step nearer
	Product  string   `json:"product"`
	Buyer    Ref      `json:"buyer"`
	Supplier Ref      `json:"supplier"`
	Share    *float64 `json:"share"`   // of what the buyer needs, as reported; null: not reported
	Outside  *float64 `json:"outside"` // the rest, which comes from outside the graph
	Others   int      `json:"others"`  // other suppliers of this product, to anybody, among what was walked
	Path     Path     `json:"path"`    // from the start to the supplier
	Evidence []*Cited `json:"evidence"`
}

func soleSuppliersQuestion() Question {
	return declare(Question{
		Name: "sole-suppliers", Zh: "唯一供应商", Path: "/nodes/:id/sole-suppliers", Asks: []string{"P04"},
		Doc:   "Which products upstream of a firm, or of the leaders of a chain, have only one recorded supplier",
		DocZh: "从一家企业或一条链的链主往上几层，哪些产品只收录了一家供应商",
	}, soleSuppliers)
}

func soleSuppliers(ctx context.Context, a *Asked, p SoleSuppliersParams) (SoleSuppliers, error) {
	n, err := a.node(ctx, p.ID, graph.Firm, graph.Segment, graph.Product, graph.Chain)
	if err != nil {
		return SoleSuppliers{}, err
	}
	f := newFacts(a.View)
	f.nodes[n.ID] = n
	start := []graph.ID{n.ID}
	if n.Kind == graph.Chain {
		if start, err = f.leaders(ctx, n.ID); err != nil {
			return SoleSuppliers{}, err
		}
	}
	out := SoleSuppliers{Start: f.refs(start), Items: []SoleSupplier{}, assessed: map[string]bool{}, unassessed: map[string]bool{}}
	for _, id := range start {
		a.use(f.nodes[id])
		if err := f.soleOf(ctx, a, id, p, &out); err != nil {
			return out, err
		}
	}
	slices.SortFunc(out.Items, func(x, y SoleSupplier) int {
		return cmp.Or(
			cmp.Compare(x.Start.ID, y.Start.ID), cmp.Compare(x.Depth, y.Depth), cmp.Compare(x.Product, y.Product), cmp.Compare(x.Buyer.ID, y.Buyer.ID),
		)
	})
	out.Assessed, out.Unassessed = len(out.assessed), len(out.unassessed)
	a.Warn("closed_world", "")
	if out.Unassessed > 0 {
		a.Warn("product_not_recorded", strconv.Itoa(out.Unassessed))
	}
	switch {
	case len(start) == 0:
		a.Warn("not_recorded", "chain_leader")
	case len(out.Items) == 0 && out.Assessed > 0:
		a.Warn("nothing_matched", "")
	case len(out.Items) == 0:
		a.Warn("not_recorded", "SUPPLIES")
	}
	return out, nil
}

// leaders returns the firms that are leaders of a chain on the date.
func (f *facts) leaders(ctx context.Context, chain graph.ID) ([]graph.ID, error) {
	if _, err := f.expand(ctx, []graph.ID{chain}, inward(graph.HasRole)); err != nil {
		return nil, err
	}
	var out []graph.ID
	for _, e := range f.into(chain, graph.HasRole) {
		if e.Fields.Text("role") == "chain_leader" {
			out = append(out, e.From)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// soleOf looks upstream from one start.
func (f *facts) soleOf(ctx context.Context, a *Asked, start graph.ID, p SoleSuppliersParams, out *SoleSuppliers) error {
	w := walker{facts: f, kinds: []graph.EdgeKind{graph.Supplies}, dir: graph.In, by: map[graph.ID]*graph.Edge{}, depth: map[graph.ID]int{}}
	levels, err := w.walk(ctx, a, []graph.ID{start}, p.Depth-1, p.Limit)
	if err != nil {
		return err
	}
	buyers := slices.Concat([]graph.ID{start}, slices.Concat(levels...))
	met, err := f.expand(ctx, buyers, inward(graph.Supplies))
	if err != nil {
		return err
	}
	if _, err := f.expand(ctx, f.ofKind(met, graph.Product), inward(graph.Makes)); err != nil {
		return err
	}
	suppliers := map[string]map[graph.ID]bool{} // of a product, to anybody walked
	for _, buyer := range buyers {
		for product, list := range f.supplies(buyer) {
			if suppliers[product] == nil {
				suppliers[product] = map[graph.ID]bool{}
			}
			for _, s := range list {
				suppliers[product][s.supplier] = true
			}
		}
	}
	for _, buyer := range buyers {
		by := f.supplies(buyer)
		for _, s := range by[""] {
			out.unassessed[string(s.edges[0].ID)] = true
		}
		delete(by, "")
		for _, product := range slices.Sorted(maps.Keys(by)) {
			out.assessed[string(buyer)+" "+product] = true
			// The start is never its own supplier, even where a cycle says so.
			if s := sole(by[product]); s != nil && s.supplier != start {
				item := f.soleItem(a, &w, product, buyer, s)
				item.Start, item.Others = refOf(f.nodes[start]), len(suppliers[product])-1
				out.Items = append(out.Items, item)
			}
		}
	}
	return nil
}

// supply is one way in which a buyer gets something: the edges from it to the
// supplier.
type supply struct {
	supplier graph.ID
	edges    []*graph.Edge
}

// supplies groups what a buyer gets by product; under "" stand the supplies
// that do not say of what.
func (f *facts) supplies(buyer graph.ID) map[string][]supply {
	by := map[string][]supply{}
	for _, e := range f.into(buyer, graph.Supplies) {
		n := f.nodes[e.From]
		switch {
		case e.From == buyer:
		case n.Kind == graph.Product:
			for _, m := range f.into(n.ID, graph.Makes) {
				by[n.Name] = append(by[n.Name], supply{m.From, []*graph.Edge{e, m}})
			}
		default:
			product := cmp.Or(e.Fields.Text("product"), e.Fields.Text("goods"))
			by[product] = append(by[product], supply{e.From, []*graph.Edge{e}})
		}
	}
	return by
}

// sole returns the supply of the only supplier, nil when there are several.
func sole(list []supply) *supply {
	if slices.ContainsFunc(list, func(s supply) bool { return s.supplier != list[0].supplier }) {
		return nil
	}
	return &list[0]
}

func (f *facts) soleItem(a *Asked, w *walker, product string, buyer graph.ID, s *supply) SoleSupplier {
	supplier := f.nodes[s.supplier]
	a.use(supplier, f.nodes[buyer])
	a.mark(s.edges...)
	edges := slices.Concat(w.path(buyer), s.edges)
	item := SoleSupplier{
		Depth: w.depth[buyer] + 1, Product: product, Buyer: refOf(f.nodes[buyer]), Supplier: refOf(supplier),
		Path: pathFrom(edges, s.supplier, graph.In), Evidence: a.cite(evidenceOf(edges)...),
	}
	if len(s.edges) == 1 {
		item.Share = shareOf(s.edges[0])
	}
	if item.Share != nil && *item.Share < 1 {
		rest := four(1 - *item.Share)
		item.Outside = &rest
	}
	return item
}

func shareOf(e *graph.Edge) *float64 {
	if x, ok := e.Fields.Number("share"); ok {
		return &x
	}
	return nil
}
