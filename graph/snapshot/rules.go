package snapshot

import (
	"iter"
	"maps"
	"slices"

	"zhitu/graph"
)

// What the ledger asks before it lets a change in, answered without decoding.

// Reaches tells whether to can be reached from from along edges of kind k, in
// their direction, over edges that are not retired. A node reaches itself.
func (s *Snapshot) Reaches(from, to graph.ID, k graph.EdgeKind) bool {
	kind, ok := s.shared.kinds.edge[k]
	if !ok {
		return false
	}
	start, ok1 := s.liveNode(from)
	goal, ok2 := s.liveNode(to)
	if !ok1 || !ok2 {
		return false
	}
	w := s.shared.walks.Get().(*walk)
	w.begin(s.nodeSlots)
	defer func() {
		w.end()
		s.shared.walks.Put(w)
	}()
	w.meet(start)
	for n := 0; n < len(w.met); n++ {
		slot := w.met[n]
		if slot == goal {
			return true
		}
		for _, it := range skip(s.nodes.get(slot>>pageBits).out.of(slot&pageMask), 1<<kind) {
			if it.kind() != kind {
				break
			}
			if it.free() || s.edges.get(it.edge() >> pageBits).flag[it.edge()&pageMask].state() != graph.Retired {
				w.meet(it.other())
			}
		}
	}
	return false
}

// MergedInto returns the heads of the nodes that are merged into one that into
// holds for, by id.
func (s *Snapshot) MergedInto(into func(graph.ID) bool) []graph.Head {
	if s.merged == 0 {
		return nil
	}
	var out []graph.Head
	merged := func(p *nodePage, i uint32) bool { return p.flag[i].state() == graph.Merged }
	for slot := range s.nodesInOrder(merged, ^uint64(0)) {
		if h := must(s.nodes.get(slot >> pageBits).record(slot & pageMask).Head()); into(h.MergedInto) {
			out = append(out, h)
		}
	}
	return out
}

// Owners returns the ids that some record has as its owner, in order.
func (s *Snapshot) Owners() []graph.ID { return slices.Sorted(maps.Keys(s.owned)) }

// RecordsOfKind yields every node of kind k as it is stored, by id.
func (s *Snapshot) RecordsOfKind(k graph.NodeKind) iter.Seq[graph.Record] {
	return func(yield func(graph.Record) bool) {
		kind, ok := s.shared.kinds.node[k]
		if !ok {
			return
		}
		for slot := range s.nodesInOrder(func(p *nodePage, i uint32) bool { return p.kind[i] == kind }, 1<<kind) {
			if !yield(s.nodes.get(slot >> pageBits).record(slot & pageMask)) {
				return
			}
		}
	}
}
