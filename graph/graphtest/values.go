package graphtest

import (
	"fmt"
	"strings"
	"testing"

	"zhitu/graph"
)

var valueCases = []storeCase{
	{"names that differ by case, width or normal form stay different", namesAreBytes},
	{"hostile texts come back as they were", textsAreBytes},
	{"every field of every kind comes back as it was", everyField},
	{"a record with nothing optional comes back as it was", nothingOptional},
	{"unknown, open and far dates stay what they are", datesAreExact},
	{"a text of 1 MiB is kept", longText},
	{"an absent field, an empty text and an empty list are three things", absence},
	{"a field that a change leaves out is gone", fieldRemoved},
}

func namesAreBytes(t *testing.T, s graph.Store) {
	m := NewModel()
	var ops []graph.Op
	for i, name := range alikeNames {
		n := Node(graph.Product, graph.ID(fmt.Sprintf("n%02d", i)), name)
		n.Aliases = alikeNames
		n.Fields = graph.Fields{"spec": name}
		ops = append(ops, PutNode(n))
	}
	load(t, s, m.Next(ops...))
	same(t, m, s)
}

func textsAreBytes(t *testing.T, s graph.Store) {
	m := NewModel()
	var ops []graph.Op
	for i, text := range hostileTexts {
		n := Node(graph.Product, graph.ID(fmt.Sprintf("n%02d", i)), text)
		n.Aliases, n.Fields = []string{text, text}, graph.Fields{"spec": text, "note": text}
		n.Evidence = []graph.Evidence{{Quote: text, Value: text}}
		e := Edge(graph.Supplies, graph.ID(fmt.Sprintf("e%02d", i)), n.ID, n.ID)
		e.Fields = graph.Fields{"goods": text}
		ops = append(ops, PutNode(n), PutEdge(e))
	}
	entry := m.Next(ops...)
	load(t, s, entry)
	same(t, m, s)
}

func everyField(t *testing.T, s graph.Store) {
	m := NewModel()
	for round := range 4 { // each field meets each extreme of its type
		var ops []graph.Op
		for i, spec := range graph.Nodes() {
			n := fullNode(spec, graph.ID(fmt.Sprintf("n%02d", i)))
			n.Fields = rotate(n.Fields, append(graph.CommonFields(), spec.Fields...), round)
			ops = append(ops, PutNode(n))
		}
		for i, spec := range graph.Edges() {
			e := fullEdge(spec, graph.ID(fmt.Sprintf("e%02d", i)), "n00", "n01")
			e.Fields = rotate(e.Fields, append(graph.CommonFields(), spec.Fields...), round)
			ops = append(ops, PutEdge(e))
		}
		load(t, s, m.Next(ops...))
		same(t, m, s)
	}
}

func rotate(f graph.Fields, specs []graph.FieldSpec, by int) graph.Fields {
	for i, spec := range specs {
		f[spec.Name] = fullValue(spec, i+by)
	}
	return f
}

func nothingOptional(t *testing.T, s graph.Store) {
	m := NewModel()
	n := graph.Node{ID: "a", Kind: graph.Firm, Name: "A", State: graph.Draft, Visibility: graph.Public}
	e := graph.Edge{ID: "e", Kind: graph.Supplies, From: "a", To: "a", State: graph.Draft, Visibility: graph.Public}
	load(t, s, m.Next(PutNode(n), PutEdge(e)))
	same(t, m, s)
}

func datesAreExact(t *testing.T, s graph.Store) {
	m := NewModel()
	dates := []graph.Date{graph.Unknown, graph.Open, graph.DateOf(1, 1, 1), graph.DateOf(1970, 1, 1), graph.DateOf(2024, 2, 29), graph.DateOf(9999, 12, 31)}
	var ops []graph.Op
	for i, from := range dates {
		for j, to := range dates {
			n := Node(graph.Firm, graph.ID(fmt.Sprintf("n%d%d", i, j)), "日")
			n.ValidFrom, n.ValidTo = from, to
			e := Edge(graph.Supplies, graph.ID(fmt.Sprintf("e%d%d", i, j)), n.ID, n.ID)
			e.ValidFrom, e.ValidTo = to, from
			ops = append(ops, PutNode(n), PutEdge(e))
		}
	}
	load(t, s, m.Next(ops...))
	same(t, m, s)
}

func longText(t *testing.T, s graph.Store) {
	m := NewModel()
	n := Node(graph.Product, "a", "长")
	n.Fields = graph.Fields{"note": strings.Repeat("锌", 1<<20/3) + "𠮷"}
	load(t, s, m.Next(PutNode(n)))
	same(t, m, s)
}

func absence(t *testing.T, s graph.Store) {
	m := NewModel()
	ops := make([]graph.Op, 0, 3)
	for i, f := range []graph.Fields{{}, {"note": "", "practices": []string{}}, {"practices": []string{""}}} {
		n := Node(graph.Chain, graph.ID(fmt.Sprintf("n%d", i)), "链")
		n.Fields = f
		ops = append(ops, PutNode(n))
	}
	load(t, s, m.Next(ops...))
	same(t, m, s)
}

func fieldRemoved(t *testing.T, s graph.Store) {
	m := NewModel()
	load(t, s, m.Next(PutNode(fullNode(graph.Nodes()[0], "a")), PutEdge(fullEdge(graph.Edges()[0], "e", "a", "a"))))
	load(t, s, m.Next(PutNode(Node(graph.Nodes()[0].Kind, "a", "A")), PutEdge(Edge(graph.Edges()[0].Kind, "e", "a", "a"))))
	same(t, m, s)
}
