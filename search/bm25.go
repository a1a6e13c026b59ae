package search

import (
	"context"
	"fmt"
	"math"
	"slices"

	index "github.com/blevesearch/bleve_index_api"
)

// termScore is one term of a query in one field.
type termScore struct {
	field, term string
	weight      float64 // times how often the query has it
	curve       Curve
	average     float64 // length of the field; 0: lengths do not count
	bit         int     // of the query's character, below maxTerms; -1: covers nothing
	heard       bool    // covers by sound only
	cover       float64 // what covering it is worth
	atLeast     float64 // documents that it counts as being in
	drives      bool    // may add documents; otherwise it only scores those found
}

// ranker adds up scores on a sheet.
type ranker struct {
	g     *generation
	sheet *sheet
	order []uint32 // touched documents in order, for terms that do not drive
}

// idf is textbook and never negative.
func idf(n, df float64) float64 { return math.Log(1 + (n-df+0.5)/(df+0.5)) }

// frequency returns how many live documents have term in field.
func (g *generation) frequency(ctx context.Context, field, term string) (float64, error) {
	r, err := g.reader.TermFieldReader(ctx, []byte(term), field, false, false, false)
	if err != nil {
		return 0, fmt.Errorf("frequency of %s:%s: %w", field, term, err)
	}
	n := r.Count()
	return float64(n), r.Close()
}

// checkEvery is after how many postings a deadline is looked at.
const checkEvery = 4096

// add scores one term.
func (r *ranker) add(ctx context.Context, t termScore) (err error) {
	lengths := t.average > 0
	reader, err := r.g.reader.TermFieldReader(ctx, []byte(t.term), t.field, lengths, lengths, false)
	if err != nil {
		return fmt.Errorf("postings of %s:%s: %w", t.field, t.term, err)
	}
	defer func() {
		if cerr := reader.Close(); err == nil {
			err = cerr
		}
	}()
	df := float64(reader.Count())
	if df == 0 {
		return nil
	}
	t.weight *= idf(float64(r.g.docs), max(df, t.atLeast))
	if !t.drives {
		if r.order == nil {
			r.order = slices.Clone(r.sheet.touched)
			slices.Sort(r.order)
		}
		if float64(len(r.order))*4 < df {
			return r.visitFound(ctx, reader, t)
		}
	}
	return r.visitAll(ctx, reader, t)
}

// visitAll goes through the whole list of postings.
func (r *ranker) visitAll(ctx context.Context, reader index.TermFieldReader, t termScore) error {
	var posting index.TermFieldDoc
	for i := 1; ; i++ {
		p, err := reader.Next(posting.Reset())
		if err != nil {
			return fmt.Errorf("postings of %s:%s: %w", t.field, t.term, err)
		}
		if p == nil {
			return nil
		}
		if i%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		doc := uint32(p.ID.Value())
		if t.drives {
			r.sheet.touch(doc)
		} else if !r.sheet.in[doc] {
			continue
		}
		r.score(doc, p, t)
	}
}

// visitFound looks the documents found so far up in a long list of postings.
func (r *ranker) visitFound(ctx context.Context, reader index.TermFieldReader, t termScore) error {
	var posting index.TermFieldDoc
	var id index.IndexInternalID
	at := -1
	for i, doc := range r.order {
		if i%checkEvery == checkEvery-1 && ctx.Err() != nil {
			return ctx.Err()
		}
		if at < int(doc) {
			id = index.NewIndexInternalID(id, uint64(doc))
			p, err := reader.Advance(id, posting.Reset())
			if err != nil {
				return fmt.Errorf("postings of %s:%s: %w", t.field, t.term, err)
			}
			if p == nil {
				return nil
			}
			at = int(p.ID.Value())
		}
		if at == int(doc) {
			r.score(doc, &posting, t)
		}
	}
	return nil
}

func (r *ranker) score(doc uint32, p *index.TermFieldDoc, t termScore) {
	s := r.sheet
	if t.bit >= 0 {
		bit := uint64(1) << t.bit
		if t.heard {
			if s.heard[doc]&bit != 0 {
				return // another reading of the same character
			}
			s.heard[doc] |= bit
			if s.seen[doc]&bit == 0 {
				s.cover[doc] += t.cover
			}
		} else if s.seen[doc]&bit == 0 {
			s.seen[doc] |= bit
			s.cover[doc] += t.cover
		}
	}
	if t.average == 0 {
		s.score[doc] += t.weight
		return
	}
	tf := float64(p.Freq)
	// Bleve keeps 1/sqrt(length) as a float32; rounded it is exact.
	length := math.Round(1 / (p.Norm * p.Norm))
	s.score[doc] += t.weight * tf * (t.curve.K1 + 1) / (tf + t.curve.K1*(1-t.curve.B+t.curve.B*length/t.average))
}

// lookup calls f with every live document that has term in a keyword field.
func (g *generation) lookup(ctx context.Context, field, term string, f func(doc uint32)) (err error) {
	reader, err := g.reader.TermFieldReader(ctx, []byte(term), field, false, false, false)
	if err != nil {
		return fmt.Errorf("look up %s:%s: %w", field, term, err)
	}
	defer func() {
		if cerr := reader.Close(); err == nil {
			err = cerr
		}
	}()
	var posting index.TermFieldDoc
	for i := 1; ; i++ {
		p, err := reader.Next(posting.Reset())
		if err != nil {
			return fmt.Errorf("look up %s:%s: %w", field, term, err)
		}
		if p == nil {
			return nil
		}
		if i%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		f(uint32(p.ID.Value()))
	}
}
