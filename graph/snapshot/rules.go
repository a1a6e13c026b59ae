package snapshot

import "zhitu/graph"

// What the ledger asks before it lets a change in, answered without decoding.

// Reaches tells whether to can be reached from from along edges of kind k, in
// their direction, over nodes and edges of any state and validity. A node
// reaches itself.
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
			w.meet(it.other())
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
