package graphtest

import (
	"strings"
	"testing"

	"zhitu/graph"
)

var logCases = []storeCase{
	{"changes have no hole and begin after any number", dense},
	{"an entry comes back byte for byte", entryExact},
	{"a log of more entries than a page", longLog},
	{"an entry of several MiB", bigEntry},
	{"an entry without changes is an entry", emptyEntry},
	{"replaying the log gives the state", replay},
	{"the log of one store makes the same store elsewhere", portable},
}

func dense(t *testing.T, s graph.Store) {
	m := small()
	for range 20 {
		m.Next(PutNode(Node(graph.Firm, "f00000", "改")))
	}
	load(t, s, m.Log()...)
	for after := range m.Head() + 1 {
		sameEntries(t, m.Log()[after:], changes(t, s, after))
	}
	for _, after := range []graph.Seq{m.Head() + 1, 1 << 40} {
		sameEntries(t, nil, changes(t, s, after))
	}
}

func entryExact(t *testing.T, s graph.Store) {
	m := NewModel()
	for i, text := range hostileTexts {
		e := m.Next(PutNode(Node(graph.Firm, "a", "A")))
		e.At, e.Author, e.Reason, e.Hash, e.Import = -int64(i)<<50, text, text, text, text
		e.Command, e.Closing, e.OpenSince = "c"+text, i%2 == 0, graph.Seq(i)<<40
		m.log[i] = e
	}
	load(t, s, m.Log()...)
	same(t, m, s)
}

func longLog(t *testing.T, s graph.Store) {
	m := NewModel()
	for range 1201 {
		m.Next(PutNode(Node(graph.Firm, "a", "A")))
	}
	load(t, s, m.Log()...)
	same(t, m, s)
	sameEntries(t, m.Log()[700:], changes(t, s, 700))
}

func bigEntry(t *testing.T, s graph.Store) {
	m := NewModel()
	for round := range 3 {
		ops := firms("f", 4)
		for _, op := range ops {
			// Three bytes a rune and an odd start: no cut falls between runes by luck.
			op.PutNode.Fields = graph.Fields{"note": strings.Repeat("x", round) + strings.Repeat("锌𠮷", 100_000)}
		}
		m.Next(ops...)
	}
	load(t, s, m.Log()...)
	same(t, m, s)
}

func emptyEntry(t *testing.T, s graph.Store) {
	m := small()
	m.Next()
	m.Next(firms("x", 1)...)
	load(t, s, m.Log()...)
	same(t, m, s)
}

func replay(t *testing.T, s graph.Store) {
	m := small()
	m.Next(graph.Op{DeleteNode: "f00001"})
	m.Next(PutNode(Node(graph.Problem, "f00001", "回")))
	load(t, s, m.Log()...)
	again := NewModel()
	for _, e := range changes(t, s, 0) {
		again.take(e)
	}
	sameRecords(t, again.Records(), scan(t, s))
}

func portable(t *testing.T, s graph.Store) {
	m := small()
	m.Next(PutNode(fullNode(graph.Nodes()[8], "full")), PutEdge(fullEdge(graph.Edges()[10], "full", "full", "f00000")))
	m.Next(graph.Op{DeleteNode: "f00002"})
	e := m.Next(firms("y", 1)...)
	e.Import, e.Closing, e.OpenSince = "import:1", true, 2
	m.log[len(m.log)-1] = e
	load(t, s, m.Log()...)
	RunPortable(t, s, func(*testing.T) graph.Store { return newMapStore() })
}

// RunPortable copies the log of from into the store that open returns and
// fails unless both hold the same bytes. from is read before open is called.
func RunPortable(t *testing.T, from graph.Store, open func(*testing.T) graph.Store) {
	log, records := changes(t, from, 0), scan(t, from)
	to := open(t)
	load(t, to, log...)
	sameRecords(t, records, scan(t, to))
	sameEntries(t, log, changes(t, to, 0))
}

// Fill puts a graph with every kind, value and parallel edge into s, for tests
// that move a store as a whole.
func Fill(t testing.TB, s graph.Store) {
	t.Helper()
	m := small()
	for i, spec := range graph.Nodes() {
		n := fullNode(spec, graph.ID("full:"+strings.ToLower(string(spec.Kind))))
		n.Name = alikeNames[i%len(alikeNames)]
		m.Next(PutNode(n))
	}
	for i, spec := range graph.Edges() {
		from, to := graph.Nodes()[i%7].Kind, graph.Nodes()[i%11].Kind
		m.Next(PutEdge(fullEdge(spec, graph.ID("full:"+strings.ToLower(string(spec.Kind))),
			graph.ID("full:"+strings.ToLower(string(from))), graph.ID("full:"+strings.ToLower(string(to))))))
	}
	m.Next(graph.Op{DeleteNode: "f00002"})
	load(t, s, m.Log()...)
	same(t, m, s)
}
