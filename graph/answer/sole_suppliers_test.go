package answer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/graph/answer"
)

// soleRow is what makes one item.
type soleRow struct {
	Depth           int
	Product         string
	Buyer, Supplier graph.ID
}

// bruteSole finds sole suppliers over the plain list of supplies, by adding
// one step of buyers after the other.
func bruteSole(supplies []graph.Edge, start graph.ID, depth int) []soleRow {
	buyers, near := map[graph.ID]int{start: 0}, []graph.ID{start}
	for d := 1; d < depth; d++ {
		var next []graph.ID
		for _, e := range supplies {
			if _, known := buyers[e.From]; !known && slices.Contains(near, e.To) {
				buyers[e.From] = d
				next = append(next, e.From)
			}
		}
		near = next
	}
	by := map[[2]string][]graph.ID{}
	for _, e := range supplies {
		if e.From != e.To && e.Fields.Text("product") != "" {
			key := [2]string{string(e.To), e.Fields.Text("product")}
			if !slices.Contains(by[key], e.From) {
				by[key] = append(by[key], e.From)
			}
		}
	}
	var out []soleRow
	for key, suppliers := range by {
		if d, is := buyers[graph.ID(key[0])]; is && len(suppliers) == 1 && suppliers[0] != start {
			out = append(out, soleRow{d + 1, key[1], graph.ID(key[0]), suppliers[0]})
		}
	}
	return sorted(out)
}

func sorted(rows []soleRow) []soleRow {
	slices.SortFunc(rows, func(x, y soleRow) int { return strings.Compare(fmt.Sprint(x), fmt.Sprint(y)) })
	return rows
}

func rowsOf(got answer.SoleSuppliers) []soleRow {
	var out []soleRow
	for _, i := range got.Items {
		out = append(out, soleRow{i.Depth, i.Product, i.Buyer.ID, i.Supplier.ID})
	}
	return sorted(out)
}

func TestSoleSuppliersAgainstBruteForce(t *testing.T) {
	for _, caller := range []graph.Caller{{}, {Everything: true}, {Organization: "firm:firm-demo-san-01"}} {
		view := seedFor(t, today, caller)
		supplies := edgesOf(t, view, graph.Firm, graph.Supplies)
		for _, firm := range everyNode(t, view, graph.Firm) {
			for _, depth := range []int{1, 3} {
				got, _ := answerOf[answer.SoleSuppliers](t, view, "sole-suppliers", string(firm.ID), fmt.Sprintf("depth=%d", depth))
				if diff := cmp.Diff(bruteSole(supplies, firm.ID, depth), rowsOf(got)); diff != "" {
					t.Errorf("%v, %s at depth %d: %s", caller, firm.ID, depth, diff)
				}
			}
		}
	}
}

func TestAPrivateSupplyMakesAFalseSoleSupplier(t *testing.T) {
	has := func(caller graph.Caller) bool {
		got, env := answerOf[answer.SoleSuppliers](t, seedFor(t, today, caller), "sole-suppliers", "chain:san", "")
		if !warned(env, "closed_world") {
			t.Error("the closed world is not said")
		}
		return slices.Contains(rowsOf(got), soleRow{2, "涂层伞布", "firm:firm-demo-san-13", "firm:firm-demo-san-11"})
	}
	if !has(graph.Caller{}) {
		t.Error("the public sees one supplier of 涂层伞布 to 13, and it is not named")
	}
	if has(graph.Caller{Everything: true}) {
		t.Error("who sees the private supply knows a second one")
	}
}

func TestSoleSuppliersOfAChainStartFromItsLeaders(t *testing.T) {
	got, env := answerOf[answer.SoleSuppliers](t, seedAt(t, today), "sole-suppliers", "chain:sxxc", "depth=1")
	for _, item := range got.Items {
		if item.Depth != 1 || item.Buyer.ID != item.Start.ID {
			t.Errorf("%+v is not of a leader itself", item)
		}
	}
	if len(got.Start) != 2 || !warned(env, "illustrative") {
		t.Errorf("starts %v, warnings %v", got.Start, env.Warnings)
	}
	// A leader only from September 2022 on.
	got, env = answerOf[answer.SoleSuppliers](t, seedAt(t, "2020-01-01"), "sole-suppliers", "chain:sw", "")
	if len(got.Start) != 0 || !warned(env, "not_recorded") {
		t.Errorf("in 2020 the leaders are %v, warnings %v", got.Start, env.Warnings)
	}
}

func TestSoleSuppliersSmallGraphs(t *testing.T) {
	f := graph.Firm
	s := func(from, to graph.ID, pairs ...any) graph.Edge { return tie(graph.Supplies, from, to, pairs...) }
	view := publicly(t, world(t, thing(f, "firm:a"), thing(f, "firm:b"), thing(f, "firm:c"), thing(f, "firm:d"),
		s("firm:b", "firm:a", "product", "轴", "share", 0.7), s("firm:b", "firm:a", "product", "轴", "supply_type", "part"), // two edges, one supplier
		s("firm:c", "firm:a", "product", "壳"), s("firm:d", "firm:a", "product", "壳"),
		s("firm:c", "firm:a"),                                                        // of what is not said
		s("firm:a", "firm:b", "product", "机"), s("firm:d", "firm:c", "product", "钢"), // a cycle
	), today)
	got, env := answerOf[answer.SoleSuppliers](t, view, "sole-suppliers", "firm:a", "depth=2")
	want := []soleRow{{1, "轴", "firm:a", "firm:b"}, {2, "钢", "firm:c", "firm:d"}}
	if diff := cmp.Diff(sorted(want), rowsOf(got)); diff != "" {
		t.Error(diff)
	}
	if got.Assessed != 4 || got.Unassessed != 1 || !warned(env, "product_not_recorded") {
		t.Errorf("assessed %d, unassessed %d, warnings %v", got.Assessed, got.Unassessed, env.Warnings)
	}
	if outside := got.Items[0].Outside; outside == nil || *outside != 0.3 {
		t.Errorf("outside %v: the rest of a share comes from elsewhere", outside)
	}
	if _, env := answerOf[answer.SoleSuppliers](t, view, "sole-suppliers", "firm:d", ""); !warned(env, "not_recorded") {
		t.Errorf("warnings %v", env.Warnings)
	}
}

func TestSoleMakerOfWhatGoesIntoAProduct(t *testing.T) {
	p, f := graph.Product, graph.Firm
	view := publicly(t, world(t, thing(p, "product:car"), thing(p, "product:motor"), thing(p, "product:tyre"), thing(p, "product:unmade"),
		thing(f, "firm:a"), thing(f, "firm:b"), tie(graph.Makes, "firm:a", "product:motor"),
		tie(graph.Makes, "firm:a", "product:tyre"), tie(graph.Makes, "firm:b", "product:tyre"),
		tie(graph.Supplies, "product:motor", "product:car"), tie(graph.Supplies, "product:tyre", "product:car"), tie(graph.Supplies, "product:unmade", "product:motor"),
	), today)
	got, _ := answerOf[answer.SoleSuppliers](t, view, "sole-suppliers", "product:car", "")
	if diff := cmp.Diff([]soleRow{{1, "product:motor", "product:car", "firm:a"}}, rowsOf(got)); diff != "" {
		t.Error(diff)
	}
}
