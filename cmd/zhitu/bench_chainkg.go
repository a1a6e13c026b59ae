package main

import (
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"zhitu/graph"
)

// chainKG reads a public table set of listed firms, industries and products as
// operations on the graph: data for load, never shipped. It is dirty, so what
// does not fit is left out, counted by reason, and never mended by guessing.
//
// What its words mean here: "A 上游材料 B" is B SUPPLIES A, "A 下游产品 B" is
// A SUPPLIES B, "A 产品小类 B" is B BROADER A.
type chainKG struct {
	dir        string
	nodes      []graph.Op
	edges      []graph.Op
	left       map[string]int // by reason
	rows       int
	byDigits   map[string]graph.ID // firms by the six digits of their stock code
	products   map[string]graph.ID
	productIDs map[graph.ID]bool
	segments   map[string]graph.ID // by code
	named      map[string]graph.ID // segments by name; "" when a name stands for two
	seen       map[graph.ID]bool   // edges
	broader    map[graph.ID]graph.ID
}

// loadChainKG reads the folder data/chain_kg below shared.
func loadChainKG(shared string) (*chainKG, error) {
	k := &chainKG{
		dir: filepath.Join(shared, "data", "chain_kg"), left: map[string]int{}, byDigits: map[string]graph.ID{},
		products: map[string]graph.ID{}, productIDs: map[graph.ID]bool{}, segments: map[string]graph.ID{}, named: map[string]graph.ID{},
		seen: map[graph.ID]bool{}, broader: map[graph.ID]graph.ID{},
	}
	for _, file := range []struct {
		name string
		row  func([]string)
	}{
		{"company", k.company},
		{"industry", k.industry},
		{"product", k.product},
		{"industry_parent", k.industryParent},
		{"industry_upstream", k.industryUpstream},
		{"company_industry", k.companyIndustry},
		{"product_product", k.productProduct},
		{"company_product", k.companyProduct},
	} {
		if err := k.read(file.name, file.row); err != nil {
			return nil, fmt.Errorf("chain_kg: %w", err)
		}
	}
	return k, nil
}

func (k *chainKG) read(name string, row func([]string)) (err error) {
	f, err := os.Open(filepath.Join(k.dir, name+".csv.gz"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	r := csv.NewReader(z)
	r.ReuseRecord = true
	for first := true; ; first = false {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if !first {
			k.rows++
			row(slices.Clone(cells))
		}
	}
}

// leave counts a row that is no part of the graph.
func (k *chainKG) leave(reason string) { k.left[reason]++ }

func (k *chainKG) node(id graph.ID, kind graph.NodeKind, name string, f graph.Fields) {
	k.nodes = append(k.nodes, graph.Op{PutNode: &graph.Node{
		ID: id, Kind: kind, Name: name, Fields: f, ValidFrom: graph.Unknown, ValidTo: graph.Unknown,
		State: graph.Draft, Visibility: graph.Public,
	}})
}

func (k *chainKG) edge(kind graph.EdgeKind, from, to graph.ID, f graph.Fields) {
	e := graph.Edge{Kind: kind, From: from, To: to, Fields: f, State: graph.Draft, Visibility: graph.Public}
	e.Conform()
	switch {
	case from == to:
		k.leave(string(kind) + " of a thing with itself")
	case k.seen[e.ID]:
		k.leave(string(kind) + " repeated")
	default:
		k.seen[e.ID] = true
		k.edges = append(k.edges, graph.Op{PutEdge: &e})
	}
}

func digits(code string) string {
	head, _, _ := strings.Cut(code, ".")
	return head
}

func (k *chainKG) company(c []string) {
	d := digits(c[0])
	if _, known := k.byDigits[d]; known {
		k.leave("firm with a stock code that another row has")
		return
	}
	id := graph.ID("firm:stock-" + strings.ToLower(d))
	k.byDigits[d] = id
	name := cmp.Or(strings.TrimSpace(c[2]), strings.TrimSpace(c[1]))
	k.node(id, graph.Firm, name, graph.Fields{"stock_code": c[0]})
	if short := strings.TrimSpace(c[1]); short != "" && short != name {
		k.nodes[len(k.nodes)-1].PutNode.Aliases = []string{short}
	}
}

func (k *chainKG) industry(c []string) {
	id := graph.ID("segment:industry-" + c[0])
	k.segments[c[0]] = id
	if _, twice := k.named[c[1]]; twice {
		k.named[c[1]] = ""
	} else {
		k.named[c[1]] = id
	}
	k.node(id, graph.Segment, c[1], graph.Fields{})
}

// accounting are rows of a balance sheet among the products.
var accounting = []string{"平衡项目", "分部间抵销", "抵销", "抵消", "其他业务", "其他(补充)", "其他（补充）", "分部间抵消"}

func (k *chainKG) product(c []string) {
	name := strings.TrimSpace(c[0])
	switch {
	case name == "":
		k.leave("product without a name")
		return
	case len([]rune(name)) > graph.MaxNameRunes:
		k.leave("product with a name over the limit")
		return
	case slices.Contains(accounting, name):
		k.leave("product that is a row of a balance sheet")
		return
	}
	id := graph.ID(graph.DerivedID("product", name))
	if k.productIDs[id] {
		// Two spellings that differ by width alone are one product.
		k.leave("product repeated")
		k.products[name] = id
		return
	}
	k.productIDs[id] = true
	k.products[name] = id
	k.node(id, graph.Product, name, graph.Fields{})
}

func (k *chainKG) industryParent(c []string) {
	k.broaderThan(k.segments[c[0]], k.segments[c[2]])
}

// broaderThan adds child BROADER parent, of which a child has one, and which
// never leads back.
func (k *chainKG) broaderThan(child, parent graph.ID) {
	if child == "" || parent == "" {
		k.leave("BROADER with an unknown end")
		return
	}
	if have, ok := k.broader[child]; ok && have != parent {
		k.leave("BROADER to a second parent")
		return
	}
	for at := parent; at != ""; at = k.broader[at] {
		if at == child {
			k.leave("BROADER that closes a cycle")
			return
		}
	}
	k.broader[child] = parent
	k.edge(graph.Broader, child, parent, graph.Fields{})
}

func (k *chainKG) industryUpstream(c []string) {
	to, from := k.named[c[0]], k.named[c[1]]
	if from == "" || to == "" {
		k.leave("industry link with an unknown or ambiguous name")
		return
	}
	f := graph.Fields{}
	if n, err := strconv.ParseFloat(c[2], 64); err == nil {
		f["count"] = n
	}
	k.edge(graph.Supplies, from, to, f)
}

func (k *chainKG) companyIndustry(c []string) {
	firm, segment := k.byDigits[digits(c[0])], k.segments[c[2]]
	if firm == "" || segment == "" {
		k.leave("OPERATES_IN with an unknown end")
		return
	}
	k.edge(graph.OperatesIn, firm, segment, graph.Fields{})
}

func (k *chainKG) productProduct(c []string) {
	from, to := k.products[strings.TrimSpace(c[0])], k.products[strings.TrimSpace(c[2])]
	if from == "" || to == "" {
		k.leave("product link with an unknown end")
		return
	}
	switch c[1] {
	case "上游材料":
		k.edge(graph.Supplies, to, from, graph.Fields{"supply_type": "material"})
	case "下游产品":
		k.edge(graph.Supplies, from, to, graph.Fields{})
	case "产品小类":
		if from == to {
			k.leave("BROADER of a thing with itself")
			return
		}
		k.broaderThan(to, from)
	default:
		k.leave("product link of an unknown sort")
	}
}

func (k *chainKG) companyProduct(c []string) {
	firm, product := k.byDigits[digits(c[0])], k.products[strings.TrimSpace(c[1])]
	share, err := strconv.ParseFloat(c[2], 64)
	switch {
	case firm == "" || product == "":
		k.leave("MAKES with an unknown end")
	case err != nil:
		k.leave("MAKES without a share that is a number")
	case share < 0 || share > 1:
		k.leave("MAKES with a share outside 0–1")
	default:
		k.edge(graph.Makes, firm, product, graph.Fields{"share": share})
	}
}

// ops yields every operation, nodes first.
func (k *chainKG) ops() iter.Seq2[graph.Op, error] {
	return func(yield func(graph.Op, error) bool) {
		for _, list := range [][]graph.Op{k.nodes, k.edges} {
			for _, op := range list {
				if !yield(op, nil) {
					return
				}
			}
		}
	}
}

// reasons returns what was left out, most first.
func (k *chainKG) reasons() []leftOut {
	out := []leftOut{}
	for reason, n := range maps.All(k.left) {
		out = append(out, leftOut{reason, n})
	}
	slices.SortFunc(out, func(a, b leftOut) int { return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Reason, b.Reason)) })
	return out
}

// leftOut is one reason and how many rows it kept out.
type leftOut struct {
	Reason string `json:"reason"`
	Rows   int    `json:"rows"`
}
