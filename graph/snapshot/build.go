package snapshot

import (
	"fmt"
	"hash/maphash"
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
	blob   []byte   // of the page that is being filled
	hashes []uint64 // of the ids of nodes, by slot
	exact  bool     // two nodes have one hash: look at their ids
	joins  []*joins // of the edges, a chunk for each joinsChunk of them
	loose  []graph.Record
	inEdge bool // nodes are done

	ends    []end    // of the edges of a batch
	endsOf  [][2]int // where in ends those of each edge are
	fetched uint64   // keeps passes that only wait for memory from being optimized away
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

// headed is a record and what stands at its head.
type headed struct {
	record graph.Record
	head   graph.Head
}

func withHead(r graph.Record) (headed, error) {
	h, err := r.Head()
	return headed{r, h}, err
}

// add takes the next records, a few hundred at a time at most.
func (b *builder) add(batch []headed) error {
	for len(batch) > 0 && !batch[0].head.IsEdge {
		if err := b.inOrder(&batch[0].head); err != nil {
			return err
		}
		if err := b.addNode(batch[0].record, &batch[0].head); err != nil {
			return err
		}
		batch = batch[1:]
	}
	if len(batch) == 0 {
		return nil
	}
	if !b.inEdge {
		b.endNodes()
	}
	b.findEnds(batch)
	for i := range batch {
		if err := b.inOrder(&batch[i].head); err != nil {
			return err
		}
		if err := b.addEdge(&batch[i], b.ends[b.endsOf[i][0]].slot, b.ends[b.endsOf[i][1]].slot); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) inOrder(h *graph.Head) error {
	if h.IsEdge != b.inEdge || h.ID <= b.last {
		return fmt.Errorf("record %s comes after %s: a scan must be ordered", h.ID, b.last)
	}
	b.last = h.ID
	return nil
}

func (b *builder) addNode(r graph.Record, h *graph.Head) error {
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
	b.hashes = append(b.hashes, maphash.String(b.s.shared.seed, string(h.ID)))
	b.s.nodeCount[kind]++
	b.s.liveNodes++
	if h.State == graph.Merged {
		b.s.merged++
	}
	return nil
}

// fill appends r to the page that is being filled.
func (b *builder) fill(s *shelf, i uint32, r graph.Record, h *graph.Head, f flags) {
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
		if _, twice := b.s.byNode.find(uint32(h>>32), func(slot uint32) bool { return b.hashes[slot] == h }); twice {
			b.exact = true
		}
		b.s.byNode.insert(uint32(h>>32), uint32(slot), b.own)
	}
	b.last, b.inEdge = "", true
}

// end is one end of an edge that is being looked for.
type end struct {
	id   graph.ID
	hash uint64
	leaf *leaf
	slot uint32 // noSlot: it is not there
}

const noSlot = ^uint32(0)

// findEnds looks up the ends of a batch of edges: ten million in a large graph,
// and nothing else takes as long, because each is somewhere else in memory. So
// it goes in short passes, each of which waits for many of them at once, and it
// compares 64 bits of hash instead of two ids, unless two nodes share them. That
// an id which no node has shares them with one is out of reach: the seed is
// random.
func (b *builder) findEnds(batch []headed) {
	x, ends := &b.s.byNode, b.ends[:0]
	b.endsOf = b.endsOf[:0]
	from := 0
	for i := range batch {
		h := &batch[i].head
		if i == 0 || h.From != batch[i-1].head.From { // the edges of a node often follow one another
			from = len(ends)
			ends = append(ends, end{id: h.From})
		}
		b.endsOf = append(b.endsOf, [2]int{from, len(ends)})
		ends = append(ends, end{id: h.To})
	}
	for i := range ends {
		ends[i].hash = maphash.String(b.s.shared.seed, string(ends[i].id))
	}
	for i := range ends {
		ends[i].leaf = x.dir.get(uint32(ends[i].hash>>32) >> (32 - x.depth))
	}
	sum := uint64(0)
	for i := range ends {
		sum += ends[i].leaf.entry[ends[i].hash>>32%leafSize]
	}
	for i := range ends {
		e := &ends[i]
		e.slot = noSlot
		if slot, ok := e.leaf.find(uint32(e.hash>>32), func(uint32) bool { return true }); ok {
			e.slot = slot
		}
	}
	for i := range ends {
		if slot := ends[i].slot; slot != noSlot {
			sum += b.hashes[slot]
		}
	}
	for i := range ends {
		if e := &ends[i]; e.slot != noSlot && (b.exact || b.hashes[e.slot] != e.hash) {
			e.slot = b.node(e)
		}
	}
	b.ends, b.fetched = ends, b.fetched+sum
}

// node is for an end whose first candidate may not be it.
func (b *builder) node(e *end) uint32 {
	slot, ok := e.leaf.find(uint32(e.hash>>32), func(slot uint32) bool {
		return b.hashes[slot] == e.hash && (!b.exact || b.s.nodeID(slot) == e.id)
	})
	if !ok {
		return noSlot
	}
	return slot
}

// addEdge sets an edge aside whose ends are not there: the scan may not be one
// state, and the log since it began tells what became of them.
func (b *builder) addEdge(e *headed, from, to uint32) error {
	r, h := e.record, &e.head
	kind, err := b.s.shared.kinds.ofEdge(h)
	if err != nil {
		return err
	}
	if from == noSlot || to == noSlot {
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

// layOut makes the lists of one direction in one array, and then cuts it up:
// how long each list is, where it begins, what is in it, in which order.
func (b *builder) layOut(in bool) {
	next := make([]uint32, b.s.nodeSlots+1)
	for _, j := range b.joins {
		for k, from := range j.from {
			if in {
				from = j.out[k].other()
			}
			next[from+1]++
		}
	}
	for i := range b.s.nodeSlots {
		next[i+1] += next[i]
	}
	all := make([]item, b.s.edgeSlots)
	for _, j := range b.joins {
		for k, node := range j.from {
			it := j.out[k]
			if in {
				node, it = it.other(), it.from(node)
			}
			all[next[node]] = it
			next[node]++ // the beginning of node+1, in the end
		}
	}
	end := uint32(0)
	for first := uint32(0); first < b.s.nodeSlots; first += pageSize {
		l := b.lists(first, in)
		begin := end
		for i := range uint32(pageSize) {
			if slot := first + i; slot < b.s.nodeSlots {
				slices.Sort(all[end:next[slot]])
				end = next[slot]
			}
			l.at[i+1] = end - begin
		}
		l.items = slices.Clone(all[begin:end:end])
	}
}

func (b *builder) lists(slot uint32, in bool) *lists {
	p := b.s.nodes.get(slot >> pageBits)
	if in {
		return &p.in
	}
	return &p.out
}
