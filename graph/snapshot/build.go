package snapshot

import (
	"fmt"
	"iter"
	"slices"
	"sync"

	"zhitu/graph"
)

// builder makes a snapshot of records that come in the order of a scan: nodes,
// then edges, each by id. Records go into their pages as they come; the lists
// of edges are laid out at the end, when it is known how long each is.
type builder struct {
	s      *Snapshot
	own    *token
	last   graph.ID
	blob   []byte // of the page that is being filled
	hashes []uint32
	joins  []*joins // of the edges, a chunk for each joinsChunk of them
	loose  []graph.Record
	inEdge bool // nodes are done
}

// joins is what the lists will need of some edges: from, and the item in its
// list.
type joins struct {
	from []uint32
	out  []item
}

const joinsChunk = 1 << 14

func newBuilder(seq graph.Seq, epoch graph.Epoch, sh *shared) *builder {
	return &builder{s: &Snapshot{seq: seq, epoch: epoch, shared: sh}, own: new(token)}
}

func (b *builder) add(r graph.Record) error {
	h, err := r.Head()
	if err != nil {
		return err
	}
	if h.IsEdge && !b.inEdge {
		b.endNodes()
	}
	if h.IsEdge != b.inEdge || h.ID <= b.last {
		return fmt.Errorf("record %s comes after %s: a scan must be ordered", h.ID, b.last)
	}
	b.last = h.ID
	if h.IsEdge {
		return b.addEdge(r, h)
	}
	return b.addNode(r, h)
}

func (b *builder) addNode(r graph.Record, h graph.Head) error {
	kind, err := b.s.shared.kinds.ofNode(h)
	if err != nil {
		return err
	}
	slot := b.s.nodeSlots
	if slot == maxNodes {
		return fmt.Errorf("%w: more than %d nodes", graph.ErrUnavailable, maxNodes)
	}
	if slot&pageMask == 0 {
		b.s.nodes.set(slot>>pageBits, &nodePage{owner: b.own}, b.own)
	}
	p, i := b.s.nodes.get(slot>>pageBits), slot&pageMask
	p.note(i, r, h, kind)
	b.s.nodeSlots++
	f := flagsOf(h, b.s.shared.kinds.system[kind])
	b.fill(&p.shelf, i, r, h, f)
	b.s.plain.set(slot, f&free != 0, b.own)
	b.hashes = append(b.hashes, hashOf(b.s.shared.seed, h.ID))
	b.s.nodeCount[kind]++
	b.s.liveNodes++
	if h.State == graph.Merged {
		b.s.merged++
	}
	return nil
}

// fill appends r to the page that is being filled.
func (b *builder) fill(s *shelf, i uint32, r graph.Record, h graph.Head, f flags) {
	b.blob = append(b.blob, r.Encoded()...)
	s.off[i+1] = uint32(len(b.blob))
	s.flag[i] = f
	s.setSpan(i, h)
	if i == pageMask {
		b.endPage(s, i)
	}
	if f&free == 0 {
		b.s.bound++
	}
	if h.Owner != "" {
		if b.s.owned == nil {
			b.s.owned = map[graph.ID]int{}
		}
		b.s.owned[h.Owner]++
	}
}

func (b *builder) endPage(s *shelf, last uint32) {
	s.blob, b.blob = string(b.blob), b.blob[:0]
	for j := last + 2; j <= pageSize; j++ {
		s.off[j] = s.off[last+1]
	}
}

// endNodes makes the index of nodes, which edges are about to need.
func (b *builder) endNodes() {
	if n := b.s.nodeSlots; n&pageMask != 0 {
		b.endPage(&b.s.nodes.get((n-1)>>pageBits).shelf, (n-1)&pageMask)
	}
	b.s.nodeBase = b.s.nodeSlots
	b.s.byNode = newIndex(len(b.hashes), b.own)
	for slot, h := range b.hashes {
		b.s.byNode.insert(h, uint32(slot), b.own)
	}
	b.hashes, b.last, b.inEdge = nil, "", true
}

// addEdge sets an edge aside whose ends are not there: the scan may not be one
// state, and the log since it began tells what became of them.
func (b *builder) addEdge(r graph.Record, h graph.Head) error {
	kind, err := b.s.shared.kinds.ofEdge(h)
	if err != nil {
		return err
	}
	from, ok1 := b.s.nodeSlot(h.From)
	to, ok2 := b.s.nodeSlot(h.To)
	if !ok1 || !ok2 {
		b.loose = append(b.loose, r)
		return nil
	}
	slot := b.s.edgeSlots
	if slot == maxEdges {
		return fmt.Errorf("%w: more than %d edges", graph.ErrUnavailable, maxEdges)
	}
	if slot&pageMask == 0 {
		b.s.edges.set(slot>>pageBits, &edgePage{owner: b.own}, b.own)
	}
	p, i := b.s.edges.get(slot>>pageBits), slot&pageMask
	b.s.edgeSlots++
	f := flagsOf(h, false)
	b.fill(&p.shelf, i, r, h, f)
	if slot%joinsChunk == 0 {
		b.joins = append(b.joins, &joins{make([]uint32, 0, joinsChunk), make([]item, 0, joinsChunk)})
	}
	j := b.joins[slot/joinsChunk]
	j.from, j.out = append(j.from, from), append(j.out, itemOf(kind, to, slot, f))
	b.s.edgeCount[kind]++
	b.s.liveEdges++
	return nil
}

// finish returns the snapshot and the edges that lack an end.
func (b *builder) finish() (*Snapshot, []graph.Record) {
	if !b.inEdge {
		b.endNodes()
	}
	if n := b.s.edgeSlots; n&pageMask != 0 {
		b.endPage(&b.s.edges.get((n-1)>>pageBits).shelf, (n-1)&pageMask)
	}
	b.s.edgeBase = b.s.edgeSlots
	b.s.byEdge = newIndex(0, b.own)
	var both sync.WaitGroup
	both.Go(func() { b.layOut(false) })
	b.layOut(true)
	both.Wait()
	return b.s, b.loose
}

// layOut makes the lists of one direction: how long each is, then where each
// item goes, then its order.
func (b *builder) layOut(in bool) {
	next := make([]uint32, b.s.nodeSlots)
	for node := range b.items(in) {
		next[node]++
	}
	for first := uint32(0); first < b.s.nodeSlots; first += pageSize {
		l := b.lists(first, in)
		for i := range uint32(pageSize) {
			l.at[i+1] = l.at[i]
			if slot := first + i; slot < b.s.nodeSlots {
				l.at[i+1] += next[slot]
				next[slot] = l.at[i]
			}
		}
		l.items = make([]item, l.at[pageSize])
	}
	for node, it := range b.items(in) {
		b.lists(node, in).items[next[node]] = it
		next[node]++
	}
	for slot := range b.s.nodeSlots {
		slices.Sort(b.lists(slot, in).of(slot & pageMask))
	}
}

func (b *builder) lists(slot uint32, in bool) *lists {
	p := b.s.nodes.get(slot >> pageBits)
	if in {
		return &p.in
	}
	return &p.out
}

// items yields every node that has an edge in the direction, with its item.
func (b *builder) items(in bool) iter.Seq2[uint32, item] {
	return func(yield func(uint32, item) bool) {
		for _, j := range b.joins {
			for k, from := range j.from {
				node, it := from, j.out[k]
				if in {
					node, it = it.other(), it.from(from)
				}
				if !yield(node, it) {
					return
				}
			}
		}
	}
}
