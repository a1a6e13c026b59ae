package graphtest

import (
	"fmt"
	"testing"

	"zhitu/graph"
)

var orderCases = []storeCase{
	{"a new store is empty, at 0, with an epoch", emptyStore},
	{"a scan comes in the order of ids, nodes before edges", scanOrder},
	{"an edge may bear the id of a node", oneIDTwice},
	{"two edges of one kind between two nodes stay two", parallelEdges},
	{"loops and cycles are kept", loops},
	{"every kind of node and edge is kept", everyKind},
	{"a scan of many pages misses nothing", manyPages},
}

func emptyStore(t *testing.T, s graph.Store) {
	same(t, NewModel(), s)
	if _, epoch, err := s.Head(t.Context()); err != nil || epoch == "" {
		t.Errorf("epoch %q, error %v", epoch, err)
	}
}

func scanOrder(t *testing.T, s graph.Store) {
	m := NewModel()
	ids := hostileIDs()
	for i := range ids { // in neither order
		id := ids[i*7%len(ids)]
		load(t, s, m.Next(PutNode(Node(graph.Nodes()[i%5].Kind, id, "名")), PutEdge(Edge(graph.Supplies, id, id, id))))
	}
	same(t, m, s)
}

func oneIDTwice(t *testing.T, s graph.Store) {
	m := NewModel()
	load(t, s, m.Next(PutNode(Node(graph.Firm, "a", "A")), PutEdge(Edge(graph.Supplies, "a", "a", "a"))))
	same(t, m, s)
	load(t, s, m.Next(graph.Op{DeleteEdge: "a"}))
	same(t, m, s)
}

func parallelEdges(t *testing.T, s graph.Store) {
	m := NewModel()
	load(t, s, m.Next(PutNode(Node(graph.Firm, "a", "A")), PutNode(Node(graph.Firm, "b", "B")),
		PutEdge(Edge(graph.Supplies, "e1", "a", "b")), PutEdge(Edge(graph.Supplies, "e2", "a", "b")),
		PutEdge(Edge(graph.Supplies, "e3", "b", "a")), PutEdge(Edge(graph.Causes, "e4", "a", "b"))))
	same(t, m, s)
	load(t, s, m.Next(graph.Op{DeleteEdge: "e1"}))
	same(t, m, s)
}

func loops(t *testing.T, s graph.Store) {
	m := NewModel()
	ops := firms("f", 3)
	for i := range 3 {
		from, to := ops[i].PutNode.ID, ops[(i+1)%3].PutNode.ID
		ops = append(ops, PutEdge(Edge(graph.Supplies, graph.ID(fmt.Sprintf("e%d", i)), from, to)),
			PutEdge(Edge(graph.Supplies, graph.ID(fmt.Sprintf("loop%d", i)), from, from)))
	}
	load(t, s, m.Next(ops...))
	same(t, m, s)
}

func everyKind(t *testing.T, s graph.Store) {
	m := NewModel()
	var ops []graph.Op
	for i, spec := range graph.Nodes() {
		ops = append(ops, PutNode(Node(spec.Kind, graph.ID(fmt.Sprintf("n%02d", i)), spec.Zh)))
	}
	for i, spec := range graph.Edges() {
		to := graph.ID(fmt.Sprintf("n%02d", i%len(graph.Nodes())))
		ops = append(ops, PutEdge(Edge(spec.Kind, graph.ID(fmt.Sprintf("e%02d", i)), "n00", to)))
	}
	load(t, s, m.Next(ops...))
	same(t, m, s)
}

func manyPages(t *testing.T, s graph.Store) {
	m := NewModel()
	load(t, s, m.Next(firms("a", 4999)...))
	same(t, m, s)
	for i := range 6 { // across whatever size a page has
		load(t, s, m.Next(append(firms(fmt.Sprintf("b%d", i), 1), PutEdge(Edge(graph.Supplies, graph.ID(fmt.Sprintf("e%d", i)), "a00000", "a00001")))...))
		same(t, m, s)
	}
}
