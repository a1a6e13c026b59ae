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
