package snapshot

import (
	"fmt"
	"maps"
	"slices"

	"zhitu/graph"
)

// Edit is a snapshot that is being made of another, record by record. It
// judges only what the structure needs (an edge has both ends); the rules of
// the domain are the ledger's. It is not for concurrent use.
type Edit struct {
	s         *Snapshot
	own       *token
	ownsOwned bool
}

// Edit begins a change of s, which s and its readers will not see.
func (s *Snapshot) Edit() *Edit {
	c := *s
	c.nodes, c.edges = s.nodes.forked(), s.edges.forked()
	c.plain = bitset{s.plain.words.forked()}
	c.byNode.dir, c.byEdge.dir = s.byNode.dir.forked(), s.byEdge.dir.forked()
	return &Edit{s: &c, own: new(token)}
}

// State returns the graph as edited so far. It moves with every further change
// and must not be kept.
func (e *Edit) State() *Snapshot { return e.s }

// Done ends the edit and returns its result under number seq.
func (e *Edit) Done(seq graph.Seq) *Snapshot {
	s := e.s
	s.seq = seq
	*e = Edit{}
	return s
}

// Put adds or replaces the record r, version and number as they are in it.
func (e *Edit) Put(r graph.Record) error {
	h, err := r.Head()
	if err != nil {
		return err
	}
	if h.IsEdge {
		return e.putEdge(r, &h)
	}
	return e.putNode(r, &h)
}

func (e *Edit) putNode(r graph.Record, h *graph.Head) error {
	kind, err := e.s.shared.kinds.ofNode(h)
	if err != nil {
		return err
	}
	slot, known := e.s.nodeSlot(h.ID)
	if !known {
		if slot, err = e.newNode(h.ID); err != nil {
			return err
		}
	}
	p, i := e.nodePage(slot), slot&pageMask
	if p.flag[i]&live != 0 {
		e.countNode(p, i, -1)
	}
	p.put(i, r, h, flagsOf(h, e.s.shared.kinds.system[kind]))
	p.note(i, r, h, kind)
	e.countNode(p, i, 1)
	e.s.plain.set(slot, p.flag[i]&free != 0, e.own)
	return nil
}

func (e *Edit) newNode(id graph.ID) (uint32, error) {
	slot := e.s.nodeSlots
	if slot == maxNodes {
		return 0, fmt.Errorf("node %s: %w: %d nodes are the limit", id, graph.ErrUnavailable, maxNodes)
	}
	if slot&pageMask == 0 {
		e.s.nodes.set(slot>>pageBits, &nodePage{owner: e.own}, e.own)
	}
	e.s.nodeSlots++
	e.s.byNode.insert(hashOf(e.s.shared.seed, id), slot, e.own)
	return slot, nil
}

func (e *Edit) putEdge(r graph.Record, h *graph.Head) error {
	kind, err := e.s.shared.kinds.ofEdge(h)
	if err != nil {
		return err
	}
	from, ok := e.s.liveNode(h.From)
	if !ok {
		return fmt.Errorf("edge %s: node %s: %w", h.ID, h.From, graph.ErrNotFound)
	}
	to, ok := e.s.liveNode(h.To)
	if !ok {
		return fmt.Errorf("edge %s: node %s: %w", h.ID, h.To, graph.ErrNotFound)
	}
	slot, known := e.s.edgeSlot(h.ID)
	if !known {
		if slot, err = e.newEdge(h.ID); err != nil {
			return err
		}
	}
	p, i := e.edgePage(slot), slot&pageMask
	flag := flagsOf(h, false)
	next := link{kind: kind, from: from, to: to, edge: slot, flag: flag & (live | free)}
	var old link
	if p.flag[i]&live != 0 {
		e.countEdge(p, i, -1)
		old = e.linkOf(slot)
	}
	p.put(i, r, h, flag)
	e.countEdge(p, i, 1)
	if old == next {
		return nil
	}
	if old.flag&live != 0 {
		e.unlink(old)
	}
	e.link(next)
	return nil
}

func (e *Edit) newEdge(id graph.ID) (uint32, error) {
	slot := e.s.edgeSlots
	if slot == maxEdges {
		return 0, fmt.Errorf("edge %s: %w: %d edges are the limit", id, graph.ErrUnavailable, maxEdges)
	}
	if slot&pageMask == 0 {
		e.s.edges.set(slot>>pageBits, &edgePage{owner: e.own}, e.own)
	}
	e.s.edgeSlots++
	e.s.byEdge.insert(hashOf(e.s.shared.seed, id), slot, e.own)
	return slot, nil
}

// DeleteNode removes node id and every edge that touches it.
func (e *Edit) DeleteNode(id graph.ID) error {
	slot, ok := e.s.liveNode(id)
	if !ok {
		return fmt.Errorf("node %s: %w", id, graph.ErrNotFound)
	}
	p, i := e.nodePage(slot), slot&pageMask
	// The lists of the node itself go at once: a hub has thousands of edges.
	out, in := slices.Clone(p.out.of(i)), slices.Clone(p.in.of(i))
	p.out.remove(i, 0, len(out))
	p.in.remove(i, 0, len(in))
	for _, it := range out {
		if it.other() != slot {
			e.removeItem(it.other(), true, itemOf(it.kind(), slot, it.edge(), 0))
		}
		e.killEdge(it.edge())
	}
	for _, it := range in {
		if it.other() != slot { // a loop was in both lists
			e.removeItem(it.other(), false, itemOf(it.kind(), slot, it.edge(), 0))
			e.killEdge(it.edge())
		}
	}
	e.countNode(p, i, -1)
	p.flag[i] &^= live | free
	e.s.plain.set(slot, false, e.own)
	return nil
}

// DeleteEdge removes edge id.
func (e *Edit) DeleteEdge(id graph.ID) error {
	slot, ok := e.s.edgeSlot(id)
	if !ok || e.s.edges.get(slot >> pageBits).flag[slot&pageMask]&live == 0 {
		return fmt.Errorf("edge %s: %w", id, graph.ErrNotFound)
	}
	e.unlink(e.linkOf(slot))
	e.killEdge(slot)
	return nil
}

func (e *Edit) killEdge(slot uint32) {
	p, i := e.edgePage(slot), slot&pageMask
	e.countEdge(p, i, -1)
	p.flag[i] &^= live | free
}

// nodePage returns the page of slot, which the edit owns from here on.
func (e *Edit) nodePage(slot uint32) *nodePage {
	p := e.s.nodes.get(slot >> pageBits)
	if p.owner != e.own {
		c := *p
		c.owner, c.out.mine, c.in.mine = e.own, false, false
		c.own()
		p = &c
		e.s.nodes.set(slot>>pageBits, p, e.own)
	}
	return p
}

func (e *Edit) edgePage(slot uint32) *edgePage {
	p := e.s.edges.get(slot >> pageBits)
	if p.owner != e.own {
		c := *p
		c.owner = e.own
		c.own()
		p = &c
		e.s.edges.set(slot>>pageBits, p, e.own)
	}
	return p
}

// link is an edge as the lists of its ends have it.
type link struct {
	kind     uint8
	flag     flags
	from, to uint32
	edge     uint32
}

// linkOf reads the link of a live edge out of its record.
func (e *Edit) linkOf(slot uint32) link {
	p := e.s.edges.get(slot >> pageBits)
	h := must(p.record(slot & pageMask).Head())
	from, _ := e.s.nodeSlot(h.From)
	to, _ := e.s.nodeSlot(h.To)
	return link{
		kind: must(e.s.shared.kinds.ofEdge(&h)), flag: p.flag[slot&pageMask] & (live | free),
		from: from, to: to, edge: slot,
	}
}

func (e *Edit) link(l link) {
	e.insertItem(l.from, false, itemOf(l.kind, l.to, l.edge, l.flag))
	e.insertItem(l.to, true, itemOf(l.kind, l.from, l.edge, l.flag))
}

func (e *Edit) unlink(l link) {
	e.removeItem(l.from, false, itemOf(l.kind, l.to, l.edge, l.flag))
	e.removeItem(l.to, true, itemOf(l.kind, l.from, l.edge, l.flag))
}

func (e *Edit) insertItem(node uint32, in bool, it item) {
	l, i := e.lists(node, in), node&pageMask
	pos, _ := slices.BinarySearchFunc(l.of(i), it, e.s.compareItems)
	l.insert(i, pos, it)
}

func (e *Edit) removeItem(node uint32, in bool, it item) {
	l, i := e.lists(node, in), node&pageMask
	pos, ok := slices.BinarySearchFunc(l.of(i), it, e.s.compareItems)
	if !ok {
		panic(fmt.Sprintf("snapshot: edge %s is not in the lists of node %s", e.s.edgeID(it.edge()), e.s.nodeID(node)))
	}
	l.remove(i, pos, 1)
}

func (e *Edit) lists(node uint32, in bool) *lists {
	p := e.nodePage(node)
	if in {
		return &p.in
	}
	return &p.out
}

func (e *Edit) countNode(p *nodePage, i uint32, by int) {
	e.s.nodeCount[p.kind[i]] += int32(by)
	e.s.liveNodes += by
	if p.flag[i].state() == graph.Merged {
		e.s.merged += by
	}
	e.countBound(p.flag[i], p.record(i), by)
}

func (e *Edit) countEdge(p *edgePage, i uint32, by int) {
	h := must(p.record(i).Head())
	e.s.edgeCount[must(e.s.shared.kinds.ofEdge(&h))] += int32(by)
	e.s.liveEdges += by
	e.countBound(p.flag[i], p.record(i), by)
}

func (e *Edit) countBound(f flags, r graph.Record, by int) {
	if f&free == 0 {
		e.s.bound += by
	}
	owner := must(r.Head()).Owner
	if owner == "" {
		return
	}
	if !e.ownsOwned {
		e.s.owned, e.ownsOwned = maps.Clone(e.s.owned), true
		if e.s.owned == nil {
			e.s.owned = map[graph.ID]int{}
		}
	}
	e.s.owned[owner] += by
	if e.s.owned[owner] == 0 {
		delete(e.s.owned, owner)
	}
}
