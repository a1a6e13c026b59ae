package search

import (
	"context"
	"math"
	"slices"

	"zhitu/graph"
)

// scoreText fills the sheet with the text score of every document that r
// finds, and returns the greatest coverage possible.
func (x *execution) scoreText(ctx context.Context) error {
	g, p := x.g, x.params
	limit := maxTerms
	chars, cutChars, err := g.weigh(ctx, fieldAllU, texts(x.route.tokens), x.route.times, limit)
	if err != nil || len(chars) == 0 {
		return err
	}
	limit = max(maxTerms-len(chars), maxTerms/2)
	two, cutPairs, err := g.weigh(ctx, fieldAllB, x.route.pairs, x.route.pairFreq, limit)
	if err != nil {
		return err
	}
	if cutChars || cutPairs {
		x.warn("query_cut")
	}
	n := float64(g.docs)
	for _, list := range [][]weighed{chars, two} {
		weighAsking(list, p.Asking*n)
	}
	for _, c := range chars {
		x.whole += idf(n, c.common)
	}
	switch {
	case x.route.units <= 3:
		x.curve = p.Short
		err = x.byCharacters(ctx, chars, nil)
	case x.route.units <= 6:
		x.curve = p.Middle
		err = x.byCharacters(ctx, chars, two)
	default:
		x.curve = p.Long
		err = x.byPairs(ctx, chars, two)
	}
	if err != nil {
		return err
	}
	if err := x.bySound(ctx, chars); err != nil {
		return err
	}
	x.cover()
	return nil
}

// weighAsking sets in how many documents each term counts as being: words that
// only ask in at least floor.
func weighAsking(terms []weighed, floor float64) {
	for i := range terms {
		terms[i].common = terms[i].df
		if asks(terms[i].text) {
			terms[i].common = max(terms[i].df, floor)
		}
	}
}

// bySound adds what sounds like a short query, if nothing has all of its
// characters: 震翰通 finds 映翰通 through yin han tong.
func (x *execution) bySound(ctx context.Context, chars []weighed) error {
	if x.route.units < 2 || x.route.units > maxRerankUnits || x.params.Sound == 0 {
		return nil
	}
	for _, d := range x.sheet.touched {
		if x.sheet.cover[d] > 0.999*x.whole {
			return nil
		}
	}
	type syllable struct {
		weighed
		bit   int
		cover float64
	}
	var all []syllable
	for i, c := range chars {
		for _, s := range syllables()[firstRune(c.text)] {
			df, err := x.g.frequency(ctx, fieldPinyin, s)
			if err != nil {
				return err
			}
			all = append(all, syllable{weighed{text: s, times: c.times, df: df}, i, idf(float64(x.g.docs), c.common)})
		}
	}
	r := &ranker{g: x.g, sheet: x.sheet}
	for _, s := range all {
		err := r.add(ctx, termScore{
			field: fieldPinyin, term: s.text, weight: float64(s.times) * x.params.Sound, curve: x.curve,
			bit: s.bit, heard: true, cover: s.cover * x.params.SoundCover, drives: s.df <= max(x.params.Common*float64(x.g.docs), 100),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// average returns the average of a length over all documents, at least one.
func (g *generation) average(sum int64) float64 {
	if g.docs == 0 || sum == 0 {
		return 1
	}
	return max(1, float64(sum)/float64(g.docs))
}

// byCharacters lets the characters choose the documents: what short names and
// abbreviations need.
func (x *execution) byCharacters(ctx context.Context, chars, two []weighed) error {
	r := &ranker{g: x.g, sheet: x.sheet}
	l := x.g.mark.Lengths
	drives := x.drivers(chars)
	for pass := range 2 { // what drives goes first
		for i, c := range chars {
			if drives[i] != (pass == 0) {
				continue
			}
			t := termScore{
				field: fieldAllU, term: c.text, weight: float64(c.times), curve: x.curve, average: x.g.average(l.AllU),
				bit: i, cover: idf(float64(x.g.docs), c.common), atLeast: c.common, drives: drives[i],
			}
			if err := r.add(ctx, t); err != nil {
				return err
			}
		}
	}
	r.order = nil
	if err := x.names(ctx, r, chars); err != nil {
		return err
	}
	for _, w := range two {
		err := r.add(ctx, termScore{
			field: fieldAllB, term: w.text, weight: float64(w.times) * x.params.MiddlePairs, curve: x.curve,
			average: x.g.average(l.AllB), bit: -1, atLeast: w.common,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// names adds to what was found by its name or an alias.
func (x *execution) names(ctx context.Context, r *ranker, chars []weighed) error {
	l := x.g.mark.Lengths
	for _, f := range []struct {
		field  string
		weight float64
		sum    int64
	}{{fieldNameU, x.params.Name, l.NameU}, {fieldAliasU, x.params.Alias, l.AliasU}} {
		for _, c := range chars {
			if f.weight == 0 || f.sum == 0 {
				continue
			}
			err := r.add(ctx, termScore{
				field: f.field, term: c.text, weight: float64(c.times) * f.weight, curve: x.curve, average: x.g.average(f.sum),
				bit: -1, atLeast: c.common,
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// byPairs lets bigrams choose the documents and characters only score them;
// where the index has none of the bigrams, characters choose after all.
func (x *execution) byPairs(ctx context.Context, chars, two []weighed) error {
	known := slices.DeleteFunc(slices.Clone(two), func(w weighed) bool { return w.df == 0 })
	if len(known) == 0 {
		return x.byCharacters(ctx, chars, nil)
	}
	r := &ranker{g: x.g, sheet: x.sheet}
	l := x.g.mark.Lengths
	drives := x.drivers(known)
	for pass := range 2 {
		for i, w := range known {
			if drives[i] != (pass == 0) {
				continue
			}
			err := r.add(ctx, termScore{
				field: fieldAllB, term: w.text, weight: float64(w.times), curve: x.curve, average: x.g.average(l.AllB),
				bit: -1, atLeast: w.common, drives: drives[i],
			})
			if err != nil {
				return err
			}
		}
	}
	r.order = nil
	for i, c := range chars {
		err := r.add(ctx, termScore{
			field: fieldAllU, term: c.text, weight: float64(c.times) * x.params.LongChars, curve: x.curve,
			average: x.g.average(l.AllU), bit: i, cover: idf(float64(x.g.docs), c.common), atLeast: c.common,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// drivers tells which terms may add documents: those in few of them, or all
// when none is rare.
func (x *execution) drivers(terms []weighed) []bool {
	out := make([]bool, len(terms))
	some := false
	for i, t := range terms {
		out[i] = t.df > 0 && t.df <= max(x.params.Common*float64(x.g.docs), 100)
		some = some || out[i]
	}
	if !some {
		for i := range out {
			out[i] = true
		}
	}
	return out
}

// kindWeights is what a text score is worth by kind, where that is not 1: what
// people look for before what it rests on.
var kindWeights = map[graph.NodeKind]float64{
	graph.Chain: 1.3, graph.Problem: 1.1, graph.Bundle: 1.1,
	graph.Source: 0.5, graph.MetricObservation: 0.6, graph.Certificate: 0.8, graph.Clause: 0.8, graph.TestCapability: 0.9,
}

// cover multiplies every score by the share of the query that the document
// covers.
func (x *execution) cover() {
	s := x.sheet
	for _, d := range s.touched {
		if w, ok := kindWeights[x.g.card(d).kind]; ok {
			s.score[d] *= w
		}
		share := min(1, s.cover[d]/x.whole)
		s.cover[d] = share
		switch x.curve.C {
		case 1:
			s.score[d] *= share
		case 2:
			s.score[d] *= share * share
		default:
			s.score[d] *= math.Pow(share, x.curve.C)
		}
	}
}

// Boosts of what matches as a whole: above any text score, because an exact
// code comes first, then an exact name.
const (
	boostFull     = 18000
	boostBase     = 9000
	boostNum      = 3000
	boostExact    = 400
	boostJoined   = 300
	boostInitials = 200
)

// scoreWhole adds what matches as a whole: codes, names, pinyin.
func (x *execution) scoreWhole(ctx context.Context) error {
	type probe struct {
		field, term string
		boost       float64
	}
	var probes []probe
	for _, f := range x.route.codes {
		k := f.Code.Keys()
		probes = append(probes, probe{fieldCodeFull, k.Full, boostFull}, probe{fieldCodeBase, k.Base, boostBase})
	}
	q := x.route.squashed
	if len(x.route.codes) == 0 && len(q) <= 64 {
		probes = append(probes, probe{fieldCodeBase, q, boostBase}, probe{fieldCodeNum, q, boostNum})
	}
	probes = append(probes, probe{fieldExact, q, boostExact})
	if latin(q) {
		probes = append(probes, probe{fieldJoined, q, boostJoined}, probe{fieldInitials, q, boostInitials})
	}
	for _, p := range probes {
		if p.term == "" || len(p.term) > 256 {
			continue
		}
		err := x.g.lookup(ctx, p.field, p.term, func(doc uint32) {
			x.sheet.touch(doc)
			x.sheet.score[doc] += p.boost
			x.sheet.cover[doc] = 1
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// latin tells whether s may be pinyin or initials.
func latin(s string) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		if (s[i] < 'a' || s[i] > 'z') && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

// numberOf returns the standard number of a found code.
func numberOf(f graph.FoundCode) (graph.Code, bool) {
	c, ok := f.Code.(graph.Code)
	return c, ok
}
