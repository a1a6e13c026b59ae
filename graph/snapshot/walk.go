package snapshot

import (
	"context"
	"math/bits"
	"runtime"
	"slices"

	"zhitu/graph"
)

// A walk lets other goroutines run, and looks at its context, every so many
// edges: on a busy machine a long traversal would else delay every commit.
const yieldEvery = 4096

// walk is the memory of one traversal, used again by the next.
type walk struct {
	seen  []uint64 // a bit per slot; cleared after use through met
	met   []uint32 // every slot whose bit is set
	level []uint64 // a bit per slot, to sort with; always cleared
	edges int      // since the last yield
	// The levels are built in these in turn, so that a short walk allocates its
	// answer and little else.
	level0, level1 []uint32
}

func (w *walk) begin(slots uint32) {
	if n := int(slots+63) / 64; len(w.seen) < n {
		w.seen, w.level = make([]uint64, n+n/8), make([]uint64, n+n/8)
	}
}

func (w *walk) end() {
	for _, slot := range w.met {
		w.seen[slot/64] = 0
	}
	w.met, w.edges = w.met[:0], 0
}

// meet tells whether slot was not seen before, and marks it.
func (w *walk) meet(slot uint32) bool {
	bit := uint64(1) << (slot % 64)
	if w.seen[slot/64]&bit != 0 {
		return false
	}
	w.seen[slot/64] |= bit
	w.met = append(w.met, slot)
	return true
}

// Walk returns the distinct nodes at depth 1, 2 … depth from start, as
// graph.Walker says. It reads the lists alone: an edge costs a word and a bit,
// unless it is bounded in time or not for everybody.
func (s *Snapshot) Walk(ctx context.Context, start []graph.ID, f graph.EdgeFilter, scope graph.Scope, depth, limit int) ([][]graph.ID, bool, error) {
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	w := s.shared.walks.Get().(*walk)
	w.begin(s.nodeSlots)
	defer func() {
		w.end()
		s.shared.walks.Put(w)
	}()
	t := traversal{s: s, walk: w, scope: scope, mask: s.shared.kinds.mask(f), dir: f.Direction}
	w.level0 = t.start(start, w.level0[:0])
	frontier := w.level0
	var levels [][]graph.ID
	met := 0
	for range depth {
		next, err := t.step(ctx, frontier, w.level1[:0])
		if err != nil {
			return nil, false, err
		}
		w.level0, w.level1 = next, w.level0
		s.sortSlots(next, w)
		if limit > 0 && met+len(next) > limit {
			if next = next[:limit-met]; len(next) > 0 {
				levels = append(levels, s.nodeIDs(next))
			}
			return levels, true, nil
		}
		if len(next) == 0 {
			return levels, false, nil
		}
		met += len(next)
		levels = append(levels, s.nodeIDs(next))
		frontier = next
	}
	return levels, false, nil
}

// traversal is one Walk.
type traversal struct {
	s     *Snapshot
	walk  *walk
	scope graph.Scope
	mask  uint64
	dir   graph.Direction
}

// start appends the slots to begin with to slots. One that the scope hides is seen, but
// no edge of it is in the view.
func (t *traversal) start(ids []graph.ID, slots []uint32) []uint32 {
	for _, id := range ids {
		slot, ok := t.s.liveNode(id)
		if ok && t.walk.meet(slot) && t.admitsNode(slot) {
			slots = append(slots, slot)
		}
	}
	return slots
}

// step appends to next the nodes that are first met from frontier.
func (t *traversal) step(ctx context.Context, frontier, next []uint32) ([]uint32, error) {
	for _, slot := range frontier {
		p, i := t.s.nodes.get(slot>>pageBits), slot&pageMask
		if t.dir != graph.In {
			next = t.follow(p.out.of(i), next)
		}
		if t.dir != graph.Out {
			next = t.follow(p.in.of(i), next)
		}
		if t.walk.edges > yieldEvery {
			t.walk.edges = 0
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			runtime.Gosched()
		}
	}
	return next, nil
}

// follow appends to next the nodes that a list leads to and that were not met
// before. A node that the scope hides is marked, so that it is judged once.
func (t *traversal) follow(list []item, next []uint32) []uint32 {
	w := t.walk
	w.edges += len(list) + 1
	for _, it := range list {
		if t.mask>>it.kind()&1 == 0 {
			continue
		}
		other := it.other()
		if w.seen[other/64]>>(other%64)&1 != 0 {
			continue
		}
		if !it.free() && !t.s.admitsEdge(it.edge(), t.scope) {
			continue
		}
		w.seen[other/64] |= 1 << (other % 64)
		w.met = append(w.met, other)
		if t.s.plain.get(other) || t.admitsNode(other) {
			next = append(next, other)
		}
	}
	return next
}

func (t *traversal) admitsNode(slot uint32) bool {
	p, i := t.s.nodes.get(slot>>pageBits), slot&pageMask
	if p.flag[i]&free != 0 {
		return true
	}
	return p.admits(i, t.scope, t.s.shared.kinds.system[p.kind[i]])
}

func (s *Snapshot) admitsEdge(slot uint32, scope graph.Scope) bool {
	p := s.edges.get(slot >> pageBits)
	return p.admits(slot&pageMask, scope, false)
}

// admits asks scope about record i. A record that is not for everybody is read
// for its owner; of the others, flags and validity say the same as the record
// would, and an edge of a dated graph is asked so often that it must be cheap.
func (s *shelf) admits(i uint32, scope graph.Scope, system bool) bool {
	f := s.flag[i]
	switch {
	case f.visibility() != graph.Public:
		return scope.Admits(must(s.record(i).Head()))
	case scope.Records:
		return true
	case f.state() == graph.Retired || f.state() == graph.Merged || system:
		return false
	}
	return scope.AsOf == graph.Unknown || s.span == nil || s.span[i].At(scope.AsOf) != graph.No
}

// sortSlots orders slots by id: those of the base are numbers in order, the
// later ones are compared by id, and the two are merged.
func (s *Snapshot) sortSlots(slots []uint32, w *walk) {
	w.sort(slots, s.nodeSlots)
	n, _ := slices.BinarySearch(slots, s.nodeBase)
	if n == len(slots) {
		return
	}
	slices.SortFunc(slots[n:], s.compareNodes)
	if n == 0 {
		return
	}
	base := slices.Clone(slots[:n])
	copy(slots, slices.Collect(merged(slices.Values(base), slices.Clone(slots[n:]), s.compareNodes)))
}

// sort orders distinct numbers below most. Many of them are sorted by reading
// them back from a row of bits, which for a wide level is twenty times faster.
func (w *walk) sort(slots []uint32, most uint32) {
	words := int(most+63) / 64
	if 16*len(slots) < words || len(slots) < 64 {
		slices.Sort(slots)
		return
	}
	for _, slot := range slots {
		w.level[slot/64] |= 1 << (slot % 64)
	}
	n := 0
	for i, word := range w.level[:words] {
		if word == 0 {
			continue
		}
		w.level[i] = 0
		for ; word != 0; word &= word - 1 {
			slots[n] = uint32(i*64 + bits.TrailingZeros64(word))
			n++
		}
	}
}

func (s *Snapshot) nodeIDs(slots []uint32) []graph.ID {
	ids := make([]graph.ID, len(slots))
	for i, slot := range slots {
		ids[i] = s.nodes.get(slot >> pageBits).id(slot & pageMask)
	}
	return ids
}
