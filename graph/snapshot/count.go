package snapshot

import (
	"context"

	"zhitu/graph"
)

// Count returns how many records of each kind scope admits, system kinds left
// out, an edge only with both its ends. While every record is part of every
// view that is what Counts knows; else it is one pass over the lists.
func (s *Snapshot) Count(ctx context.Context, scope graph.Scope) (map[graph.NodeKind]int, map[graph.EdgeKind]int, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	if s.bound == 0 {
		nodes, edges := s.Counts()
		return nodes, edges, nil
	}
	nodes, admitted := s.countNodes(scope)
	edges, err := s.countEdges(ctx, scope, admitted)
	return nodes, edges, err
}

// countNodes also returns a bit for each slot that is admitted.
func (s *Snapshot) countNodes(scope graph.Scope) (map[graph.NodeKind]int, []uint64) {
	t := traversal{s: s, scope: scope}
	admitted := make([]uint64, (s.nodeSlots+63)/64)
	var n [maxKinds]int
	for slot := range s.nodeSlots {
		p, i := s.nodes.get(slot>>pageBits), slot&pageMask
		if p.flag[i]&live != 0 && !s.shared.kinds.system[p.kind[i]] && t.admitsNode(slot) {
			admitted[slot/64] |= 1 << (slot % 64)
			n[p.kind[i]]++
		}
	}
	out := map[graph.NodeKind]int{}
	for i, kind := range s.shared.kinds.nodes {
		if n[i] > 0 {
			out[kind] = n[i]
		}
	}
	return out, admitted
}

func (s *Snapshot) countEdges(ctx context.Context, scope graph.Scope, admitted []uint64) (map[graph.EdgeKind]int, error) {
	var n [maxKinds]int
	for slot := range s.nodeSlots {
		if slot%yieldEvery == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
		if admitted[slot/64]>>(slot%64)&1 == 0 {
			continue
		}
		for _, it := range s.nodes.get(slot >> pageBits).out.of(slot & pageMask) {
			if other := it.other(); admitted[other/64]>>(other%64)&1 != 0 && (it.free() || s.admitsEdge(it.edge(), scope)) {
				n[it.kind()]++
			}
		}
	}
	out := map[graph.EdgeKind]int{}
	for i, kind := range s.shared.kinds.edges {
		if n[i] > 0 {
			out[kind] = n[i]
		}
	}
	return out, nil
}
