package snapshot_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"zhitu/graph"
)

// model is a graph in two maps: what every answer of a snapshot is held against.
type model struct {
	seq          graph.Seq
	nodes, edges map[graph.ID]graph.Record
}

func newModel() *model {
	return &model{nodes: map[graph.ID]graph.Record{}, edges: map[graph.ID]graph.Record{}}
}

func (m *model) clone() *model {
	return &model{m.seq, maps.Clone(m.nodes), maps.Clone(m.edges)}
}

func (m *model) records() []graph.Record {
	var out []graph.Record
	for _, records := range []map[graph.ID]graph.Record{m.nodes, m.edges} {
		for _, id := range slices.Sorted(maps.Keys(records)) {
			out = append(out, records[id])
		}
	}
	return out
}

func (m *model) heads(records map[graph.ID]graph.Record) []graph.Head {
	var out []graph.Head
	for _, id := range slices.Sorted(maps.Keys(records)) {
		h, err := records[id].Head()
		if err != nil {
			panic(err)
		}
		out = append(out, h)
	}
	return out
}

// touching is Reader.Touching by looking at every edge.
func (m *model) touching(ids []graph.ID, f graph.EdgeFilter) []graph.ID {
	var found []graph.Head
	for _, h := range m.heads(m.edges) {
		out := f.Direction != graph.In && slices.Contains(ids, h.From)
		in := f.Direction != graph.Out && slices.Contains(ids, h.To)
		if (out || in) && (len(f.Kinds) == 0 || slices.Contains(f.Kinds, h.EdgeKind)) {
			found = append(found, h)
		}
	}
	slices.SortFunc(found, func(a, b graph.Head) int {
		return cmp.Or(cmp.Compare(a.EdgeKind, b.EdgeKind), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.ID, b.ID))
	})
	var out []graph.ID
	for _, h := range found {
		out = append(out, h.ID)
	}
	return out
}

func (m *model) count(scope graph.Scope) (map[graph.NodeKind]int, map[graph.EdgeKind]int) {
	nodes, edges := map[graph.NodeKind]int{}, map[graph.EdgeKind]int{}
	admitted := map[graph.ID]bool{}
	for _, h := range m.heads(m.nodes) {
		if scope.Admits(h) {
			admitted[h.ID] = true
			nodes[h.NodeKind]++
		}
	}
	for _, h := range m.heads(m.edges) {
		if scope.Admits(h) && admitted[h.From] && admitted[h.To] {
			edges[h.EdgeKind]++
		}
	}
	return nodes, edges
}

// set makes one change of an entry.
func (m *model) set(changes map[string]graph.Change, r graph.Record, edge bool, id graph.ID) {
	records := m.nodes
	if edge {
		records = m.edges
	}
	k := fmt.Sprint(edge, id)
	c, again := changes[k]
	if !again {
		c.Before = records[id]
	}
	c.After = r
	changes[k] = c
	if r.IsZero() {
		delete(records, id)
	} else {
		records[id] = r
	}
}

var (
	drawnNodes  = []graph.NodeKind{graph.Firm, graph.Product, graph.Problem}
	drawnEdges  = []graph.EdgeKind{graph.Supplies, graph.Addresses, graph.Causes, graph.LocatedIn}
	drawnDates  = []graph.Date{graph.Unknown, graph.Unknown, graph.Open, graph.DateOf(2020, 1, 1), graph.DateOf(2025, 6, 30)}
	drawnStates = []graph.State{graph.Draft, graph.Draft, graph.Reviewed, graph.Retired}
	drawnVis    = []graph.Visibility{graph.Public, graph.Public, graph.Public, graph.ChainWide, graph.Private}
	drawnOwners = []graph.ID{"", "firm:1", "chain:1"}
	scopes      = []graph.Scope{
		{}, {Records: true, Caller: graph.Caller{Everything: true}}, {AsOf: graph.DateOf(2020, 1, 1)},
		{AsOf: graph.DateOf(2025, 6, 30), Caller: graph.Caller{Organization: "firm:1"}},
		{Caller: graph.Caller{Chains: []graph.ID{"chain:1"}}},
	}
	filters = []graph.EdgeFilter{
		{}, {Direction: graph.Out}, {Direction: graph.In}, {Kinds: []graph.EdgeKind{graph.Supplies}},
		{Kinds: []graph.EdgeKind{graph.Causes, graph.Addresses}, Direction: graph.Out}, {Kinds: []graph.EdgeKind{"NONE"}},
	}
)

func drawID(rt *rapid.T) graph.ID {
	return graph.ID(fmt.Sprintf("%s%d", rapid.SampledFrom([]string{"a", "a.", "a:", "b"}).Draw(rt, "prefix"), rapid.IntRange(0, 40).Draw(rt, "id")))
}

// draw makes one entry of the drawn operations, and moves m.
func (m *model) draw(rt *rapid.T) graph.Entry {
	m.seq++
	changes := map[string]graph.Change{}
	for range rapid.IntRange(1, 8).Draw(rt, "ops") {
		ids := slices.Sorted(maps.Keys(m.nodes))
		switch op := rapid.IntRange(0, 9).Draw(rt, "op"); {
		case op <= 3 || len(ids) == 0:
			n := graph.Node{
				ID: drawID(rt), Kind: rapid.SampledFrom(drawnNodes).Draw(rt, "kind"), Name: rapid.StringN(0, 20, -1).Draw(rt, "name"),
				ValidFrom: rapid.SampledFrom(drawnDates).Draw(rt, "from"), State: rapid.SampledFrom(drawnStates).Draw(rt, "state"),
				Visibility: rapid.SampledFrom(drawnVis).Draw(rt, "visibility"), Owner: rapid.SampledFrom(drawnOwners).Draw(rt, "owner"),
				Version: int64(m.seq), Seq: m.seq,
			}
			m.set(changes, graph.EncodeNode(n), false, n.ID)
		case op <= 7:
			e := graph.Edge{
				ID: drawID(rt), Kind: rapid.SampledFrom(drawnEdges).Draw(rt, "kind"),
				From: rapid.SampledFrom(ids).Draw(rt, "from"), To: rapid.SampledFrom(ids).Draw(rt, "to"),
				ValidTo: rapid.SampledFrom(drawnDates).Draw(rt, "to"), State: rapid.SampledFrom(drawnStates).Draw(rt, "state"),
				Visibility: rapid.SampledFrom(drawnVis).Draw(rt, "visibility"), Owner: rapid.SampledFrom(drawnOwners).Draw(rt, "owner"),
				Version: int64(m.seq), Seq: m.seq,
			}
			m.set(changes, graph.EncodeEdge(e), true, e.ID)
		case op == 8:
			gone := rapid.SampledFrom(ids).Draw(rt, "gone")
			for _, h := range m.heads(m.edges) {
				if h.From == gone || h.To == gone {
					m.set(changes, graph.Record{}, true, h.ID)
				}
			}
			m.set(changes, graph.Record{}, false, gone)
		default:
			if len(m.edges) > 0 {
				m.set(changes, graph.Record{}, true, rapid.SampledFrom(slices.Sorted(maps.Keys(m.edges))).Draw(rt, "gone"))
			}
		}
	}
	return entryOf(m.seq, changes)
}

func entryOf(seq graph.Seq, changes map[string]graph.Change) graph.Entry {
	e := graph.Entry{Seq: seq, Command: fmt.Sprint("c", seq)}
	for _, c := range changes {
		if !c.Before.IsZero() || !c.After.IsZero() {
			e.Changes = append(e.Changes, c)
		}
	}
	slices.SortFunc(e.Changes, func(a, b graph.Change) int {
		if a.IsEdge() != b.IsEdge() {
			return map[bool]int{false: -1, true: 1}[a.IsEdge()]
		}
		return cmp.Compare(a.ID(), b.ID())
	})
	return e
}

var sameRecord = gocmp.Options{gocmp.AllowUnexported(graph.Record{}), cmpopts.EquateEmpty()}
