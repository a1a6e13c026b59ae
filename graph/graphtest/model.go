package graphtest

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"

	"zhitu/graph"
)

// Model is a graph in plain maps and its log: the oracle. It completes entries
// as the ledger would (versions, numbers, cascades) and judges nothing else.
type Model struct {
	nodes    map[graph.ID]graph.Record
	edges    map[graph.ID]graph.Record
	versions map[graph.ID]int64 // of deleted records too: a version continues
	log      []graph.Entry
}

// NewModel returns an empty graph.
func NewModel() *Model {
	return &Model{nodes: map[graph.ID]graph.Record{}, edges: map[graph.ID]graph.Record{}, versions: map[graph.ID]int64{}}
}

// Clone returns a graph that goes its own way from here.
func (m *Model) Clone() *Model {
	return &Model{
		nodes: maps.Clone(m.nodes), edges: maps.Clone(m.edges),
		versions: maps.Clone(m.versions), log: slices.Clone(m.log),
	}
}

// Head returns the number of the last entry.
func (m *Model) Head() graph.Seq { return graph.Seq(len(m.log)) }

// Log returns every entry.
func (m *Model) Log() []graph.Entry { return slices.Clone(m.log) }

// Records returns what a scan must yield.
func (m *Model) Records() []graph.Record {
	var all []graph.Record
	for _, records := range []map[graph.ID]graph.Record{m.nodes, m.edges} {
		for _, id := range slices.Sorted(maps.Keys(records)) {
			all = append(all, records[id])
		}
	}
	return all
}

// Next applies ops as one entry and returns it. Deleting a node deletes its
// edges. Put of what exists is a change.
func (m *Model) Next(ops ...graph.Op) graph.Entry {
	seq := m.Head() + 1
	e := graph.Entry{
		Seq: seq, At: 1_795_000_000_000_000 + int64(seq), Author: "审核员 " + fmt.Sprint(seq%3), Reason: "理由",
		Command: fmt.Sprintf("command-%06d", seq), Hash: fmt.Sprintf("%x", seq),
	}
	changes := map[changed]graph.Change{}
	for _, op := range ops {
		m.apply(seq, op, changes)
	}
	for _, c := range changes {
		if !c.Before.IsZero() || !c.After.IsZero() {
			e.Changes = append(e.Changes, c)
		}
	}
	slices.SortFunc(e.Changes, func(a, b graph.Change) int {
		return cmp.Or(compareBool(a.IsEdge(), b.IsEdge()), cmp.Compare(a.ID(), b.ID()))
	})
	m.log = append(m.log, e)
	return e
}

type changed struct {
	edge bool
	id   graph.ID
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func (m *Model) apply(seq graph.Seq, op graph.Op, changes map[changed]graph.Change) {
	switch {
	case op.PutNode != nil:
		n := *op.PutNode
		n.Version, n.Seq = m.version(changed{false, n.ID}, seq), seq
		m.set(changes, changed{false, n.ID}, graph.EncodeNode(n))
	case op.PutEdge != nil:
		e := *op.PutEdge
		e.Version, e.Seq = m.version(changed{true, e.ID}, seq), seq
		m.set(changes, changed{true, e.ID}, graph.EncodeEdge(e))
	case op.DeleteEdge != "":
		m.set(changes, changed{true, op.DeleteEdge}, graph.Record{})
	default:
		for id, r := range m.edges {
			if h, _ := r.Head(); h.From == op.DeleteNode || h.To == op.DeleteNode {
				m.set(changes, changed{true, id}, graph.Record{})
			}
		}
		m.set(changes, changed{false, op.DeleteNode}, graph.Record{})
	}
}

func (m *Model) version(k changed, seq graph.Seq) int64 {
	r := m.of(k.edge)[k.id]
	if h, err := r.Head(); err == nil && !r.IsZero() {
		return h.Version + 1
	}
	return int64(seq)
}

func (m *Model) of(edge bool) map[graph.ID]graph.Record {
	if edge {
		return m.edges
	}
	return m.nodes
}

func (m *Model) set(changes map[changed]graph.Change, k changed, after graph.Record) {
	records := m.of(k.edge)
	before := records[k.id]
	if c, again := changes[k]; again {
		before = c.Before
	}
	changes[k] = graph.Change{Before: before, After: after}
	if after.IsZero() {
		delete(records, k.id)
		return
	}
	records[k.id] = after
}

// nodesOf yields the model's nodes in order.
func (m *Model) nodesOf(kind graph.NodeKind) iter.Seq[graph.Node] {
	return func(yield func(graph.Node) bool) {
		for _, id := range slices.Sorted(maps.Keys(m.nodes)) {
			n, err := m.nodes[id].Node()
			if err != nil {
				panic(err) // we have encoded it ourselves
			}
			if n.Kind == kind && !yield(n) {
				return
			}
		}
	}
}

// touching returns what Reader.Touching must yield.
func (m *Model) touching(ids []graph.ID, f graph.EdgeFilter) []graph.Edge {
	found := []graph.Edge{}
	wanted := map[graph.ID]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	for _, r := range m.edges {
		h, err := r.Head()
		out := f.Direction != graph.In && wanted[h.From]
		in := f.Direction != graph.Out && wanted[h.To]
		if err == nil && !out && !in || len(f.Kinds) > 0 && !slices.Contains(f.Kinds, h.EdgeKind) {
			continue
		}
		e, err := r.Edge()
		if err != nil {
			panic(err) // we have encoded it ourselves
		}
		found = append(found, e)
	}
	slices.SortFunc(found, func(a, b graph.Edge) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.ID, b.ID))
	})
	return found
}

// walk returns what a breadth-first walk must find, level by level.
func (m *Model) walk(start []graph.ID, f graph.EdgeFilter, scope graph.Scope, depth int) [][]graph.ID {
	seen := map[graph.ID]bool{}
	for _, id := range start {
		seen[id] = true
	}
	var levels [][]graph.ID
	frontier := m.admitted(start, scope)
	for range depth {
		next := map[graph.ID]bool{}
		for _, e := range m.touching(frontier, f) {
			if !scope.Admits(e.Head()) {
				continue
			}
			if f.Direction != graph.In && slices.Contains(frontier, e.From) && !seen[e.To] {
				next[e.To] = true
			}
			if f.Direction != graph.Out && slices.Contains(frontier, e.To) && !seen[e.From] {
				next[e.From] = true
			}
		}
		frontier = m.admitted(slices.Sorted(maps.Keys(next)), scope)
		if len(frontier) == 0 {
			break
		}
		for _, id := range frontier {
			seen[id] = true
		}
		levels = append(levels, frontier)
	}
	return levels
}

func (m *Model) admitted(ids []graph.ID, scope graph.Scope) []graph.ID {
	var kept []graph.ID
	for _, id := range ids {
		r, ok := m.nodes[id]
		if !ok {
			continue
		}
		if h, err := r.Head(); err == nil && scope.Admits(h) {
			kept = append(kept, id)
		}
	}
	return kept
}
