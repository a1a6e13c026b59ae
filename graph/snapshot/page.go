package snapshot

import (
	"slices"
	"strings"

	"zhitu/graph"
)

const (
	pageBits = 6
	pageSize = 1 << pageBits
	pageMask = pageSize - 1
)

// flags is what a filter needs of a record in one byte.
type flags uint8

const (
	live flags = 1 << 6
	free flags = 1 << 7 // part of every view
)

func (f flags) state() graph.State           { return graph.State(f & 7) }
func (f flags) visibility() graph.Visibility { return graph.Visibility(f >> 3 & 7) }

// flagsOf returns the flags of a live record; system tells that no ordinary
// view shows its kind.
func flagsOf(h *graph.Head, system bool) flags {
	f := live | flags(h.State)&7 | flags(h.Visibility)&7<<3
	ordinary := h.Visibility == graph.Public && (h.State == graph.Draft || h.State == graph.Reviewed) && !system
	if ordinary && !h.ValidFrom.Known() && !h.ValidTo.Known() {
		f |= free
	}
	return f
}

// shelf holds the records of one page.
type shelf struct {
	blob string // the encoded records, one after the other
	off  [pageSize + 1]uint32
	flag [pageSize]flags
	span *[pageSize]graph.Validity // nil while no record of the page has a known bound
}

func (s *shelf) record(i uint32) graph.Record {
	return graph.RecordIn(s.blob[s.off[i]:s.off[i+1]])
}

// put replaces record i. The shelf is one that the caller owns.
func (s *shelf) put(i uint32, r graph.Record, h *graph.Head, f flags) {
	raw := r.Encoded()
	lo, hi := s.off[i], s.off[i+1]
	if s.blob[lo:hi] != raw {
		s.blob = s.blob[:lo] + raw + s.blob[hi:]
		for j := i + 1; j <= pageSize; j++ {
			s.off[j] += uint32(len(raw)) - (hi - lo)
		}
	}
	s.flag[i] = f
	s.setSpan(i, h)
}

func (s *shelf) setSpan(i uint32, h *graph.Head) {
	if s.span == nil {
		if !h.ValidFrom.Known() && !h.ValidTo.Known() {
			return
		}
		s.span = new([pageSize]graph.Validity)
	}
	s.span[i] = graph.Validity{From: h.ValidFrom, To: h.ValidTo}
}

// own makes a copied shelf independent of the one it was copied from.
func (s *shelf) own() {
	if s.span != nil {
		c := *s.span
		s.span = &c
	}
}

// edgePage is 64 edges: who they join stands in the lists of nodes.
type edgePage struct {
	owner *token
	shelf
}

// nodePage is 64 nodes with their edges.
type nodePage struct {
	owner   *token
	out, in lists
	shelf
	idAt, idLen [pageSize]uint8 // where in its record the id of a node stands
	kind        [pageSize]uint8
	kinds       uint64 // which kinds occur; may claim too much
}

// note keeps what a node page knows of node i beside its record. The id is
// found without looking into the record, which would be far away in memory.
func (p *nodePage) note(i uint32, r graph.Record, h *graph.Head, kind uint8) {
	p.idAt[i], p.idLen[i] = uint8(strings.Index(r.Encoded(), string(h.ID))), uint8(len(h.ID))
	p.kind[i] = kind
	p.kinds |= 1 << kind
}

func (p *nodePage) id(i uint32) graph.ID {
	at := p.off[i] + uint32(p.idAt[i])
	return graph.ID(p.blob[at : at+uint32(p.idLen[i])])
}

// lists are the edge lists of the nodes of a page, in one direction.
type lists struct {
	items []item
	at    [pageSize + 1]uint32
	mine  bool // items may be changed in place
}

func (l *lists) of(i uint32) []item { return l.items[l.at[i]:l.at[i+1]] }

// grow makes items a copy that belongs to the page, with room for n more. A
// page keeps its spare room for good, so there is little of it.
func (l *lists) grow(n int) {
	if l.mine && cap(l.items)-len(l.items) >= n {
		return
	}
	c := make([]item, len(l.items), len(l.items)+len(l.items)/16+4*n)
	copy(c, l.items)
	l.items, l.mine = c, true
}

// insert puts it at position pos of list i.
func (l *lists) insert(i uint32, pos int, it item) {
	l.grow(1)
	l.items = slices.Insert(l.items, int(l.at[i])+pos, it)
	for j := i + 1; j <= pageSize; j++ {
		l.at[j]++
	}
}

// remove takes n items at pos out of list i.
func (l *lists) remove(i uint32, pos, n int) {
	l.grow(0)
	lo := int(l.at[i]) + pos
	l.items = slices.Delete(l.items, lo, lo+n)
	for j := i + 1; j <= pageSize; j++ {
		l.at[j] -= uint32(n)
	}
}
