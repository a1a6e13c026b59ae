package snapshot

import "slices"

// token is the identity of an Edit: what bears it was made by that edit, is
// seen by nobody else and may be changed in place.
type token struct{ _ byte }

const blockSize = 256

// vector is a sequence of pointers to pages, shared between snapshots but for
// the blocks that an edit has changed.
type vector[T any] struct{ blocks []*block[T] }

type block[T any] struct {
	owner *token
	at    [blockSize]*T
}

func (v *vector[T]) get(i uint32) *T { return v.blocks[i/blockSize].at[i%blockSize] }

// forked returns v for an edit, whose changes v will not see.
func (v *vector[T]) forked() vector[T] { return vector[T]{slices.Clone(v.blocks)} }

// set puts p at i, which is in the vector or next after it.
func (v *vector[T]) set(i uint32, p *T, own *token) {
	b := i / blockSize
	if int(b) == len(v.blocks) {
		v.blocks = append(v.blocks, &block[T]{owner: own})
	}
	if v.blocks[b].owner != own {
		c := *v.blocks[b]
		c.owner = own
		v.blocks[b] = &c
	}
	v.blocks[b].at[i%blockSize] = p
}

// bitset is a bit for each slot, small enough to stay near the processor.
type bitset struct{ words vector[bitPage] }

const bitPageSize = 4096

type bitPage struct {
	owner *token
	word  [bitPageSize / 64]uint64
}

func (b *bitset) get(slot uint32) bool {
	return b.words.get(slot / bitPageSize).word[slot%bitPageSize/64]>>(slot%64)&1 != 0
}

// set puts a bit; slot is one of those set before or next after them.
func (b *bitset) set(slot uint32, on bool, own *token) {
	i := slot / bitPageSize
	if slot%bitPageSize == 0 && int(i) >= len(b.words.blocks)*blockSize || b.words.blocks[i/blockSize].at[i%blockSize] == nil {
		b.words.set(i, &bitPage{owner: own}, own)
	}
	p := b.words.get(i)
	if p.owner != own {
		c := *p
		c.owner = own
		p = &c
		b.words.set(i, p, own)
	}
	if on {
		p.word[slot%bitPageSize/64] |= 1 << (slot % 64)
	} else {
		p.word[slot%bitPageSize/64] &^= 1 << (slot % 64)
	}
}
