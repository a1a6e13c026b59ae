package snapshot

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"zhitu/graph"
)

// Every how many records a long iteration looks at its context.
const checkEvery = 1024

// Nodes returns those of ids that exist, in the order of ids.
func (s *Snapshot) Nodes(ctx context.Context, ids []graph.ID) ([]graph.Node, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := make([]graph.Node, 0, len(ids))
	for _, id := range ids {
		if r, ok := s.Record(id); ok {
			n, err := r.Node()
			if err != nil {
				return nil, err
			}
			out = append(out, n)
		}
	}
	return out, nil
}

// Edges returns those of ids that exist, in the order of ids.
func (s *Snapshot) Edges(ctx context.Context, ids []graph.ID) ([]graph.Edge, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := make([]graph.Edge, 0, len(ids))
	for _, id := range ids {
		if r, ok := s.EdgeRecord(id); ok {
			e, err := r.Edge()
			if err != nil {
				return nil, err
			}
			out = append(out, e)
		}
	}
	return out, nil
}

// Heads returns the heads of those node ids that exist, in the order of ids.
func (s *Snapshot) Heads(ctx context.Context, ids []graph.ID) ([]graph.Head, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := make([]graph.Head, 0, len(ids))
	for _, id := range ids {
		if r, ok := s.Record(id); ok {
			h, err := r.Head()
			if err != nil {
				return nil, err
			}
			out = append(out, h)
		}
	}
	return out, nil
}

// Touching yields every edge that touches any of ids and passes f, once each,
// by edge kind, from, to and id. It works as it is read: who stops after fifty
// edges of a hub pays for fifty.
func (s *Snapshot) Touching(ctx context.Context, ids []graph.ID, f graph.EdgeFilter) iter.Seq2[graph.Edge, error] {
	return func(yield func(graph.Edge, error) bool) {
		n := 0
		for slot := range s.touching(ids, f) {
			if n++; n%checkEvery == 1 {
				if err := ctx.Err(); err != nil {
					yield(graph.Edge{}, err)
					return
				}
			}
			e, err := s.edges.get(slot >> pageBits).record(slot & pageMask).Edge()
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// Incident yields the records of the edges that touch node id and pass f, in
// the order of Touching.
func (s *Snapshot) Incident(id graph.ID, f graph.EdgeFilter) iter.Seq[graph.Record] {
	return func(yield func(graph.Record) bool) {
		for slot := range s.touching([]graph.ID{id}, f) {
			if !yield(s.edges.get(slot >> pageBits).record(slot & pageMask)) {
				return
			}
		}
	}
}

// run is what is left of one list, seen from the node that it belongs to.
type run struct {
	items []item
	node  uint32
	in    bool
}

func (r *run) ends() (from, to uint32) {
	if r.in {
		return r.items[0].other(), r.node
	}
	return r.node, r.items[0].other()
}

// compareRuns orders by the first item: kind, from, to, edge.
func (s *Snapshot) compareRuns(a, b *run) int {
	x, y := a.items[0], b.items[0]
	if c := cmp.Compare(x.kind(), y.kind()); c != 0 {
		return c
	}
	aFrom, aTo := a.ends()
	bFrom, bTo := b.ends()
	if c := s.compareNodes(aFrom, bFrom); c != 0 {
		return c
	}
	if c := s.compareNodes(aTo, bTo); c != 0 {
		return c
	}
	return s.compareEdges(x.edge(), y.edge())
}

// touching merges the lists of ids: each is in the order that is wanted, so a
// heap of their heads gives the whole. An edge between two of ids is in two of
// the lists and comes twice in a row.
func (s *Snapshot) touching(ids []graph.ID, f graph.EdgeFilter) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		mask := s.shared.kinds.mask(f)
		h := runHeap{s: s, runs: s.runs(ids, f.Direction, mask)}
		h.init()
		last, any := uint32(0), false
		for len(h.runs) > 0 {
			r := &h.runs[0]
			edge := r.items[0].edge()
			r.items = skip(r.items[1:], mask)
			h.fix()
			if any && edge == last {
				continue
			}
			last, any = edge, true
			if !yield(edge) {
				return
			}
		}
	}
}

func (s *Snapshot) runs(ids []graph.ID, dir graph.Direction, mask uint64) []run {
	slots := make([]uint32, 0, len(ids))
	for _, id := range ids {
		if slot, ok := s.liveNode(id); ok {
			slots = append(slots, slot)
		}
	}
	slices.Sort(slots)
	runs := make([]run, 0, 2*len(slots))
	for _, slot := range slices.Compact(slots) {
		p, i := s.nodes.get(slot>>pageBits), slot&pageMask
		if items := skip(p.out.of(i), mask); dir != graph.In && len(items) > 0 {
			runs = append(runs, run{items: items, node: slot})
		}
		if items := skip(p.in.of(i), mask); dir != graph.Out && len(items) > 0 {
			runs = append(runs, run{items: items, node: slot, in: true})
		}
	}
	return runs
}

// skip drops the items at the head of a list that mask does not pass. Kinds lie
// together, so it leaps over a whole kind at a time.
func skip(items []item, mask uint64) []item {
	for len(items) > 0 && mask>>items[0].kind()&1 == 0 {
		kind := items[0].kind()
		n, _ := slices.BinarySearchFunc(items, kind, func(it item, k uint8) int {
			if it.kind() <= k {
				return -1
			}
			return 1
		})
		items = items[n:]
	}
	return items
}

// runHeap is a binary heap, least first. container/heap would box every run.
type runHeap struct {
	s    *Snapshot
	runs []run
}

func (h *runHeap) init() {
	for i := len(h.runs)/2 - 1; i >= 0; i-- {
		h.down(i)
	}
}

// fix restores order after the least run has lost its head.
func (h *runHeap) fix() {
	if len(h.runs[0].items) == 0 {
		n := len(h.runs) - 1
		h.runs[0] = h.runs[n]
		h.runs = h.runs[:n]
	}
	h.down(0)
}

func (h *runHeap) down(i int) {
	for {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < len(h.runs); c++ {
			if h.s.compareRuns(&h.runs[c], &h.runs[least]) < 0 {
				least = c
			}
		}
		if least == i {
			return
		}
		h.runs[i], h.runs[least] = h.runs[least], h.runs[i]
		i = least
	}
}

// OfKind yields every node of kind k by id.
func (s *Snapshot) OfKind(ctx context.Context, k graph.NodeKind) iter.Seq2[graph.Node, error] {
	return func(yield func(graph.Node, error) bool) {
		kind, ok := s.shared.kinds.node[k]
		if !ok {
			return
		}
		n := 0
		for slot := range s.nodesInOrder(func(p *nodePage, i uint32) bool { return p.kind[i] == kind }, 1<<kind) {
			if n++; n%checkEvery == 1 {
				if err := ctx.Err(); err != nil {
					yield(graph.Node{}, err)
					return
				}
			}
			node, err := s.nodes.get(slot >> pageBits).record(slot & pageMask).Node()
			if !yield(node, err) || err != nil {
				return
			}
		}
	}
}

// nodesInOrder yields the live nodes that want passes, by id: those of the base
// as they lie, the later ones sorted, merged. Pages without any kind of mask
// are not looked into.
func (s *Snapshot) nodesInOrder(want func(p *nodePage, i uint32) bool, mask uint64) iter.Seq[uint32] {
	pick := func(lo, hi uint32) iter.Seq[uint32] {
		return func(yield func(uint32) bool) {
			for slot := lo; slot < hi; slot++ {
				p := s.nodes.get(slot >> pageBits)
				if p.kinds&mask == 0 {
					slot |= pageMask
					continue
				}
				if i := slot & pageMask; p.flag[i]&live != 0 && want(p, i) && !yield(slot) {
					return
				}
			}
		}
	}
	later := slices.SortedFunc(pick(s.nodeBase, s.nodeSlots), s.compareNodes)
	return merged(pick(0, s.nodeBase), later, s.compareNodes)
}

// merged yields the elements of two ordered sequences in order.
func merged(base iter.Seq[uint32], later []uint32, compare func(a, b uint32) int) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for slot := range base {
			for len(later) > 0 && compare(later[0], slot) < 0 {
				if !yield(later[0]) {
					return
				}
				later = later[1:]
			}
			if !yield(slot) {
				return
			}
		}
		for _, slot := range later {
			if !yield(slot) {
				return
			}
		}
	}
}

// All yields every record, nodes then edges, each by id. No pair has an error:
// the second value makes it fit where a scan of a store does.
func (s *Snapshot) All() iter.Seq2[graph.Record, error] {
	return func(yield func(graph.Record, error) bool) {
		all := func(*nodePage, uint32) bool { return true }
		for slot := range s.nodesInOrder(all, ^uint64(0)) {
			if !yield(s.nodes.get(slot>>pageBits).record(slot&pageMask), nil) {
				return
			}
		}
		for slot := range s.edgesInOrder() {
			if !yield(s.edges.get(slot>>pageBits).record(slot&pageMask), nil) {
				return
			}
		}
	}
}

func (s *Snapshot) edgesInOrder() iter.Seq[uint32] {
	pick := func(lo, hi uint32) iter.Seq[uint32] {
		return func(yield func(uint32) bool) {
			for slot := lo; slot < hi; slot++ {
				if s.edges.get(slot >> pageBits).flag[slot&pageMask]&live != 0 && !yield(slot) {
					return
				}
			}
		}
	}
	later := slices.SortedFunc(pick(s.edgeBase, s.edgeSlots), s.compareEdges)
	return merged(pick(0, s.edgeBase), later, s.compareEdges)
}
