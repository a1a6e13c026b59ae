package search

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"

	"zhitu/graph"
)

// generation is one state of the index, immutable: a Bleve reader, the cards
// of its documents and the mark that was written with them. It lives until the
// last search that took it lets go.
type generation struct {
	reader   index.IndexReader
	mark     mark
	facets   *facetTable
	segments []*segment
	offsets  []uint64 // number of the first document of each segment
	deleted  []bool   // by document number; nil: none
	size     int      // document numbers lie below it
	docs     int64    // live documents
	sum      lengths  // of live documents
	numbers  *numberPool
	users    atomic.Int64
}

// segment is the cards of one Bleve segment, by document number inside it.
type segment struct {
	cards  []card
	facets [][]facetID
}

func newGeneration(reader index.IndexReader, s *store) (*generation, error) {
	snapshot, ok := reader.(*scorch.IndexSnapshot)
	if !ok {
		return nil, fmt.Errorf("read index: %T is no scorch snapshot", reader)
	}
	g := &generation{reader: reader, mark: s.mark, facets: s.facets, numbers: s.numbers}
	g.users.Store(1)
	kept := map[uint64]*segment{}
	for _, ss := range snapshot.Segments() {
		seg := s.cards[ss.Id()]
		if seg == nil {
			var err error
			if seg, err = loadSegment(ss, s.facets); err != nil {
				return nil, err
			}
		}
		kept[ss.Id()] = seg
		g.add(ss, seg)
	}
	s.cards = kept
	return g, nil
}

// add appends one segment and counts its live documents.
func (g *generation) add(ss *scorch.SegmentSnapshot, seg *segment) {
	g.segments = append(g.segments, seg)
	g.offsets = append(g.offsets, uint64(g.size))
	dead := ss.Deleted()
	for i := range seg.cards {
		if dead != nil && dead.Contains(uint32(i)) {
			continue
		}
		g.docs++
		g.sum = g.sum.plus(seg.cards[i].lengths, 1)
	}
	if dead != nil && !dead.IsEmpty() {
		for len(g.deleted) < g.size+len(seg.cards) {
			g.deleted = append(g.deleted, false)
		}
		for it := dead.Iterator(); it.HasNext(); {
			g.deleted[g.size+int(it.Next())] = true
		}
	}
	g.size += len(seg.cards)
}

func loadSegment(ss *scorch.SegmentSnapshot, facets *facetTable) (*segment, error) {
	n := int(ss.FullSize())
	seg := &segment{cards: make([]card, n), facets: make([][]facetID, n)}
	for i := range n {
		var id, text string
		err := ss.VisitDocument(uint64(i), func(field string, _ byte, value []byte, _ []uint64) bool {
			switch field {
			case "_id":
				id = string(value)
			case fieldCard:
				text = string(value)
			}
			return true
		})
		if err != nil {
			return nil, fmt.Errorf("read card %d of segment %d: %w", i, ss.Id(), err)
		}
		c, err := decodeCard(graph.ID(id), text)
		if err != nil {
			return nil, fmt.Errorf("segment %d: %w", ss.Id(), err)
		}
		ids := make([]facetID, len(c.facets))
		for k, pair := range c.facets {
			ids[k] = facets.intern(pair)
		}
		c.facets = nil
		seg.cards[i], seg.facets[i] = c, ids
	}
	return seg, nil
}

// card returns the card of a document number.
func (g *generation) card(doc uint32) *card {
	s := g.segmentOf(doc)
	return &g.segments[s].cards[uint64(doc)-g.offsets[s]]
}

// facetsOf returns the facet values of a document.
func (g *generation) facetsOf(doc uint32) []facetID {
	s := g.segmentOf(doc)
	return g.segments[s].facets[uint64(doc)-g.offsets[s]]
}

// segmentOf finds the segment of a document; there are few.
func (g *generation) segmentOf(doc uint32) int {
	s := len(g.offsets) - 1
	for s > 0 && uint64(doc) < g.offsets[s] {
		s--
	}
	return s
}

func (g *generation) dead(doc uint32) bool {
	return int(doc) < len(g.deleted) && g.deleted[doc]
}

// find returns the card of id, or nil.
func (g *generation) find(id graph.ID) *card {
	if g == nil {
		return nil
	}
	internal, err := g.reader.InternalID(string(id))
	if err != nil || internal == nil {
		return nil
	}
	return g.card(uint32(internal.Value()))
}

// acquire returns the newest generation, to be released, or nil.
func (s *store) acquire() *generation {
	for {
		g := s.current.Load()
		if g == nil || g.retain() {
			return g
		}
	}
}

// retain takes one more hold of g unless it is gone.
func (g *generation) retain() bool {
	for {
		n := g.users.Load()
		if n == 0 {
			return false
		}
		if g.users.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

func (g *generation) release() {
	if g != nil && g.users.Add(-1) == 0 {
		// Nothing can be done about an error here, and nothing depends on it:
		// the reader only lets go of files.
		_ = g.reader.Close()
	}
}

// numberPool keeps the working arrays of searches.
type numberPool struct{ pool sync.Pool }

// sheet is the working array of one search: for every document a score, the
// weight of the query's characters that it covers, which of them it has as
// written and as heard, and which documents were touched.
type sheet struct {
	score, cover []float64
	seen, heard  []uint64
	in           []bool
	touched      []uint32
}

func (p *numberPool) get(size int) *sheet {
	if s, ok := p.pool.Get().(*sheet); ok && len(s.score) >= size {
		return s
	}
	size += size / 4
	return &sheet{
		score: make([]float64, size), cover: make([]float64, size), seen: make([]uint64, size), heard: make([]uint64, size),
		in: make([]bool, size),
	}
}

// put clears what was touched and gives the sheet back.
func (p *numberPool) put(s *sheet) {
	for _, d := range s.touched {
		s.score[d], s.cover[d], s.seen[d], s.heard[d], s.in[d] = 0, 0, 0, 0, false
	}
	s.touched = s.touched[:0]
	p.pool.Put(s)
}

// touch marks a document as found.
func (s *sheet) touch(doc uint32) {
	if !s.in[doc] {
		s.in[doc] = true
		s.touched = append(s.touched, doc)
	}
}
