package snapshot

import "hash/maphash"

// index finds slots by the hash of their id. It is an extendible hash table: a
// directory of leaves, chosen by the upper bits of the hash; a full leaf is
// split by one more bit. So an insertion copies one leaf and never the whole,
// and the table never has to be built anew.
//
// It knows hashes and no ids: find offers each slot that may be the one.
type index struct {
	depth uint8 // the directory has 1<<depth entries
	dir   vector[leaf]
}

const (
	leafSize = 64
	leafFull = 48 // so that a search always meets an empty entry
)

type leaf struct {
	owner *token
	depth uint8 // how many upper bits the hashes in it share
	n     uint8
	entry [leafSize]uint64 // hash<<32 | slot+1; 0 is empty
}

func hashOf[S ~string](seed maphash.Seed, id S) uint32 {
	return uint32(maphash.String(seed, string(id)) >> 32)
}

func newIndex(expected int, own *token) index {
	x := index{}
	for expected>>x.depth > leafFull*2/3 {
		x.depth++
	}
	for i := range uint32(1) << x.depth {
		x.dir.set(i, &leaf{owner: own, depth: x.depth}, own)
	}
	return x
}

// find returns the first slot under hash h for which is holds.
func (x *index) find(h uint32, is func(slot uint32) bool) (uint32, bool) {
	return x.dir.get(h>>(32-x.depth)).find(h, is)
}

func (l *leaf) find(h uint32, is func(slot uint32) bool) (uint32, bool) {
	for i := h % leafSize; l.entry[i] != 0; i = (i + 1) % leafSize {
		if uint32(l.entry[i]>>32) != h {
			continue
		}
		if slot := uint32(l.entry[i]) - 1; is(slot) {
			return slot, true
		}
	}
	return 0, false
}

// insert adds slot under h. Two slots may have one hash; that 48 have is out of
// reach, because the seed is random.
func (x *index) insert(h, slot uint32, own *token) {
	for {
		at := h >> (32 - x.depth)
		l := x.dir.get(at)
		if l.n < leafFull {
			if l.owner != own {
				c := *l
				c.owner = own
				l = &c
				x.place(l, at, own)
			}
			l.insert(uint64(h)<<32 | uint64(slot+1))
			return
		}
		x.split(l, at, own)
	}
}

func (l *leaf) insert(entry uint64) {
	i := uint32(entry>>32) % leafSize
	for l.entry[i] != 0 {
		i = (i + 1) % leafSize
	}
	l.entry[i] = entry
	l.n++
}

// place puts l into all the directory entries that its depth gives it; at is
// one of them.
func (x *index) place(l *leaf, at uint32, own *token) {
	n := uint32(1) << (x.depth - l.depth)
	first := at &^ (n - 1)
	for i := range n {
		x.dir.set(first+i, l, own)
	}
}

func (x *index) split(l *leaf, at uint32, own *token) {
	if l.depth == x.depth {
		x.double(own)
		at *= 2
	}
	halves := [2]*leaf{{owner: own, depth: l.depth + 1}, {owner: own, depth: l.depth + 1}}
	for _, e := range l.entry {
		if e != 0 {
			halves[e>>32>>(31-l.depth)&1].insert(e)
		}
	}
	n := uint32(1) << (x.depth - l.depth)
	first := at &^ (n - 1)
	x.place(halves[0], first, own)
	x.place(halves[1], first+n/2, own)
}

func (x *index) double(own *token) {
	old := x.dir
	x.dir = vector[leaf]{}
	for i := range uint32(1) << x.depth {
		x.dir.set(2*i, old.get(i), own)
		x.dir.set(2*i+1, old.get(i), own)
	}
	x.depth++
}
