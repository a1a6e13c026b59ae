package snapshot

import (
	"fmt"
	"hash/maphash"
	"sync"

	"zhitu/graph"
)

// Snapshot is the graph at one sequence number. The zero Snapshot is not
// usable: start from Empty or Load.
type Snapshot struct {
	seq    graph.Seq
	epoch  graph.Epoch
	shared *shared

	nodes     vector[nodePage]
	edges     vector[edgePage]
	nodeSlots uint32 // how many there are, dead ones included
	edgeSlots uint32
	nodeBase  uint32 // below it slots are in the order of ids
	edgeBase  uint32
	plain     bitset // the nodes that are free: what a walk asks of most
	byNode    index  // of every node
	byEdge    index  // of the edges above the base; in the base they are bisected

	counts
}

// shared is what the snapshots of one line have in common.
type shared struct {
	kinds *kinds
	seed  maphash.Seed
	walks sync.Pool // of *walk
}

// counts are kept up to date by every change, so that asking costs nothing.
type counts struct {
	nodeCount, edgeCount [maxKinds]int32
	liveNodes, liveEdges int
	bound                int              // live records that are not free
	merged               int              // live nodes that are merged into another
	owned                map[graph.ID]int // live records by owner; copied when it changes
}

// Empty returns a graph without records at number 0.
func Empty(epoch graph.Epoch) *Snapshot {
	own := new(token)
	return &Snapshot{
		epoch:  epoch,
		shared: newShared(),
		byNode: newIndex(0, own),
		byEdge: newIndex(0, own),
	}
}

func newShared() *shared {
	return &shared{
		kinds: newKinds(),
		seed:  maphash.MakeSeed(),
		walks: sync.Pool{New: func() any { return new(walk) }},
	}
}

// Seq returns the number of the last entry in s.
func (s *Snapshot) Seq() graph.Seq { return s.seq }

// Epoch returns the epoch of the store that s was read from.
func (s *Snapshot) Epoch() graph.Epoch { return s.epoch }

// As returns the same graph under another number, for whoever knows that the
// entries in between changed nothing that s shows.
func (s *Snapshot) As(seq graph.Seq) *Snapshot {
	c := *s
	c.seq = seq
	return &c
}

// Node returns node id.
func (s *Snapshot) Node(id graph.ID) (graph.Node, bool) {
	r, ok := s.Record(id)
	if !ok {
		return graph.Node{}, false
	}
	return must(r.Node()), true
}

// Edge returns edge id.
func (s *Snapshot) Edge(id graph.ID) (graph.Edge, bool) {
	r, ok := s.EdgeRecord(id)
	if !ok {
		return graph.Edge{}, false
	}
	return must(r.Edge()), true
}

// Head returns the head of node id.
func (s *Snapshot) Head(id graph.ID) (graph.Head, bool) {
	r, ok := s.Record(id)
	if !ok {
		return graph.Head{}, false
	}
	return must(r.Head()), true
}

// EdgeHead returns the head of edge id.
func (s *Snapshot) EdgeHead(id graph.ID) (graph.Head, bool) {
	r, ok := s.EdgeRecord(id)
	if !ok {
		return graph.Head{}, false
	}
	return must(r.Head()), true
}

// must is for records that were encoded by us or verified by a store when they
// came in: one that cannot be read is a bug, like an index out of range.
func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("snapshot: %v", err))
	}
	return v
}

// Record returns node id as it is stored.
func (s *Snapshot) Record(id graph.ID) (graph.Record, bool) {
	slot, ok := s.nodeSlot(id)
	if !ok {
		return graph.Record{}, false
	}
	p := s.nodes.get(slot >> pageBits)
	if p.flag[slot&pageMask]&live == 0 {
		return graph.Record{}, false
	}
	return p.record(slot & pageMask), true
}

// EdgeRecord returns edge id as it is stored.
func (s *Snapshot) EdgeRecord(id graph.ID) (graph.Record, bool) {
	slot, ok := s.edgeSlot(id)
	if !ok {
		return graph.Record{}, false
	}
	p := s.edges.get(slot >> pageBits)
	if p.flag[slot&pageMask]&live == 0 {
		return graph.Record{}, false
	}
	return p.record(slot & pageMask), true
}

// Counts returns how many nodes and edges of each kind there are, system kinds
// and hidden records included. A kind without records is not in the maps.
func (s *Snapshot) Counts() (map[graph.NodeKind]int, map[graph.EdgeKind]int) {
	nodes, edges := map[graph.NodeKind]int{}, map[graph.EdgeKind]int{}
	for i, kind := range s.shared.kinds.nodes {
		if n := s.nodeCount[i]; n > 0 {
			nodes[kind] = int(n)
		}
	}
	for i, kind := range s.shared.kinds.edges {
		if n := s.edgeCount[i]; n > 0 {
			edges[kind] = int(n)
		}
	}
	return nodes, edges
}

// Size returns how many nodes and edges there are.
func (s *Snapshot) Size() (nodes, edges int) { return s.liveNodes, s.liveEdges }

// Owned returns how many records have owner id.
func (s *Snapshot) Owned(id graph.ID) int { return s.owned[id] }

func (s *Snapshot) nodeID(slot uint32) graph.ID {
	return s.nodes.get(slot >> pageBits).id(slot & pageMask)
}

func (s *Snapshot) edgeID(slot uint32) graph.ID {
	return s.edges.get(slot >> pageBits).record(slot & pageMask).ID()
}

// nodeSlot returns the slot of id, which may be dead.
func (s *Snapshot) nodeSlot(id graph.ID) (uint32, bool) {
	return s.byNode.find(hashOf(s.shared.seed, id), func(slot uint32) bool { return s.nodeID(slot) == id })
}

// liveNode returns the slot of a node that exists.
func (s *Snapshot) liveNode(id graph.ID) (uint32, bool) {
	slot, ok := s.nodeSlot(id)
	return slot, ok && s.nodes.get(slot >> pageBits).flag[slot&pageMask]&live != 0
}

// edgeSlot returns the slot of id, which may be dead.
func (s *Snapshot) edgeSlot(id graph.ID) (uint32, bool) {
	lo, hi := uint32(0), s.edgeBase
	for lo < hi {
		mid := (lo + hi) / 2
		if s.edgeID(mid) < id {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < s.edgeBase && s.edgeID(lo) == id {
		return lo, true
	}
	return s.byEdge.find(hashOf(s.shared.seed, id), func(slot uint32) bool { return s.edgeID(slot) == id })
}
