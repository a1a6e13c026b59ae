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

	edges   []edgeToAdd
	fetched uint64 // keeps the first pass over the edges from being optimized away
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

// add takes the next records, a few hundred at a time at most.
func (b *builder) add(batch []graph.Record) error {
	b.edges = b.edges[:0]
	for _, r := range batch {
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
			b.edges = append(b.edges, edgeToAdd{record: r, head: h})
		} else if err := b.addNode(r, h); err != nil {
			return err
		}
	}
	b.findEnds()
	for i := range b.edges {
		if err := b.addEdge(&b.edges[i]); err != nil {
			return err
		}
	}
	return nil
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
	b.hashes = append(b.hashes, maphash.String(b.s.shared.seed, string(h.ID)))
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
		if _, twice := b.s.byNode.find(uint32(h>>32), func(slot uint32) bool { return b.hashes[slot] == h }); twice {
			b.exact = true
		}
		b.s.byNode.insert(uint32(h>>32), uint32(slot), b.own)
	}
	b.last, b.inEdge = "", true
}

// edgeToAdd is an edge whose ends are being looked for.
type edgeToAdd struct {
	record   graph.Record
	head     graph.Head
	from, to end
}

type end struct {
	hash uint64
	leaf *leaf
	slot uint32
	ok   bool
}

// findEnds looks up the ends of a batch of edges: ten million in a large graph,
// and nothing else takes as long. So it goes in passes, each of which waits for
// memory many times at once, and it compares 64 bits of hash instead of two
// ids, unless two nodes share them. That an id which no node has shares them
// with one is out of reach: the seed is random.
func (b *builder) findEnds() {
	x := &b.s.byNode
	sum := uint64(0)
	for i := range b.edges {
		e := &b.edges[i]
		if h := e.head; i > 0 && h.From == b.edges[i-1].head.From {
			e.from.hash = b.edges[i-1].from.hash // the edges of a node often follow one another
		} else {
			e.from.hash = maphash.String(b.s.shared.seed, string(h.From))
		}
		e.to.hash = maphash.String(b.s.shared.seed, string(e.head.To))
		for _, end := range []*end{&e.from, &e.to} {
			h := uint32(end.hash >> 32)
			end.leaf = x.dir.get(h >> (32 - x.depth))
			sum += end.leaf.entry[h%leafSize]
		}
	}
	b.fetched += sum
	for i := range b.edges {
		e := &b.edges[i]
		e.from.slot, e.from.ok = b.node(&e.from, e.head.From)
		e.to.slot, e.to.ok = b.node(&e.to, e.head.To)
	}
}

func (b *builder) node(e *end, id graph.ID) (uint32, bool) {
	return e.leaf.find(uint32(e.hash>>32), func(slot uint32) bool {
		return b.hashes[slot] == e.hash && (!b.exact || b.s.nodeID(slot) == id)
	})
}

// addEdge sets an edge aside whose ends are not there: the scan may not be one
// state, and the log since it began tells what became of them.
func (b *builder) addEdge(e *edgeToAdd) error {
	r, h, from, to := e.record, e.head, e.from.slot, e.to.slot
	kind, err := b.s.shared.kinds.ofEdge(h)
	if err != nil {
		return err
	}
	if !e.from.ok || !e.to.ok {
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
