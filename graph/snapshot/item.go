package snapshot

import (
	"cmp"
	"fmt"
	"slices"

	"zhitu/graph"
)

// An item is one edge in the list of one of its ends, from the top:
//
//	6 bits kind | 29 bits slot of the other end | 28 bits slot of the edge | 1 bit free
//
// Within the base the numeric order of items is the order of a list: kind, then
// the id of the other end, then the id of the edge.
type item uint64

const (
	maxKinds = 1 << 6
	maxNodes = 1 << 29
	maxEdges = 1 << 28
)

func itemOf(kind uint8, other, edge uint32, f flags) item {
	it := item(kind)<<58 | item(other)<<29 | item(edge)<<1
	if f&free != 0 {
		it |= 1
	}
	return it
}

func (it item) kind() uint8   { return uint8(it >> 58) }
func (it item) other() uint32 { return uint32(it>>29) & (maxNodes - 1) }
func (it item) edge() uint32  { return uint32(it>>1) & (maxEdges - 1) }
func (it item) free() bool    { return it&1 != 0 }

// from returns the same edge in the list of its other end.
func (it item) from(node uint32) item {
	return it&^(item(maxNodes-1)<<29) | item(node)<<29
}

// kinds numbers the kinds of the schema table, edge kinds in the order of
// their names, because that is how edges are ordered.
type kinds struct {
	nodes  []graph.NodeKind
	edges  []graph.EdgeKind
	node   map[graph.NodeKind]uint8
	edge   map[graph.EdgeKind]uint8
	system [maxKinds]bool
}

func newKinds() *kinds {
	k := &kinds{node: map[graph.NodeKind]uint8{}, edge: map[graph.EdgeKind]uint8{}}
	for _, spec := range graph.Nodes() {
		k.node[spec.Kind] = uint8(len(k.nodes))
		k.system[len(k.nodes)] = spec.System
		k.nodes = append(k.nodes, spec.Kind)
	}
	for _, spec := range graph.Edges() {
		k.edges = append(k.edges, spec.Kind)
	}
	slices.Sort(k.edges)
	for i, kind := range k.edges {
		k.edge[kind] = uint8(i)
	}
	return k
}

// ofNode and ofEdge refuse a kind that is not in the schema table: the record
// was written by a newer program.
func (k *kinds) ofNode(h *graph.Head) (uint8, error) {
	n, ok := k.node[h.NodeKind]
	if !ok {
		return 0, fmt.Errorf("node %s: unknown kind %q", h.ID, h.NodeKind)
	}
	return n, nil
}

func (k *kinds) ofEdge(h *graph.Head) (uint8, error) {
	n, ok := k.edge[h.EdgeKind]
	if !ok {
		return 0, fmt.Errorf("edge %s: unknown kind %q", h.ID, h.EdgeKind)
	}
	return n, nil
}

// mask returns the edge kinds that f passes, a bit each.
func (k *kinds) mask(f graph.EdgeFilter) uint64 {
	if len(f.Kinds) == 0 {
		return ^uint64(0)
	}
	var m uint64
	for _, kind := range f.Kinds {
		if n, ok := k.edge[kind]; ok {
			m |= 1 << n
		}
	}
	return m
}

func (s *Snapshot) compareNodes(a, b uint32) int {
	if a == b || a < s.nodeBase && b < s.nodeBase {
		return cmp.Compare(a, b)
	}
	return cmp.Compare(s.nodeID(a), s.nodeID(b))
}

func (s *Snapshot) compareEdges(a, b uint32) int {
	if a == b || a < s.edgeBase && b < s.edgeBase {
		return cmp.Compare(a, b)
	}
	return cmp.Compare(s.edgeID(a), s.edgeID(b))
}

// compareItems orders two items of one list.
func (s *Snapshot) compareItems(a, b item) int {
	if c := cmp.Compare(a.kind(), b.kind()); c != 0 {
		return c
	}
	if c := s.compareNodes(a.other(), b.other()); c != 0 {
		return c
	}
	return s.compareEdges(a.edge(), b.edge())
}
