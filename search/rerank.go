package search

import (
	"math"
	"slices"
	"strings"
)

// alignment of a query with a name: characters that agree in order, by sight
// or by sound; a swap of neighbours is one error, not two.
const (
	sameSound = 0.8
	swapped   = 1.7 // of two
)

// speller compares a query's characters with those of names.
type speller struct {
	query []rune
	sound [][]string // readings of every character of the query
	rows  [3][]float64
	heard map[rune][]string
}

func newSpeller(q string) *speller {
	s := &speller{query: []rune(squash(q)), heard: syllables()}
	for _, r := range s.query {
		s.sound = append(s.sound, s.heard[r])
	}
	return s
}

// alike tells what one character of the query is worth against one of a name.
func (s *speller) alike(i int, r rune) float64 {
	if s.query[i] == r {
		return 1
	}
	for _, a := range s.heard[r] {
		if slices.Contains(s.sound[i], a) {
			return sameSound
		}
	}
	return 0
}

// align returns the best alignment of the query with name, at most the length
// of the query.
func (s *speller) align(name []rune) float64 {
	n := len(name) + 1
	for k := range s.rows {
		if cap(s.rows[k]) < n {
			s.rows[k] = make([]float64, n)
		}
		s.rows[k] = s.rows[k][:n]
		clear(s.rows[k])
	}
	old, last, row := s.rows[0], s.rows[1], s.rows[2]
	for i := range s.query {
		row[0] = 0
		for j := range name {
			best := max(last[j+1], row[j])
			if a := s.alike(i, name[j]); a > 0 {
				best = max(best, last[j]+a)
			}
			if i > 0 && j > 0 && s.query[i] == name[j-1] && s.query[i-1] == name[j] && s.query[i] != s.query[i-1] {
				best = max(best, old[j-1]+swapped)
			}
			row[j+1] = best
		}
		old, last, row = last, row, old
	}
	return last[len(name)]
}

// similarity of the query with one name: 1 when the name has all of it in order.
func (s *speller) similarity(name string) float64 {
	runes := []rune(squash(name))
	if len(s.query) == 0 || len(runes) == 0 {
		return 0
	}
	sim := s.align(runes) / float64(len(s.query))
	if s.alike(0, runes[0]) > 0 {
		sim += 0.1
	}
	return sim - 0.02*math.Log(float64(len(runes)))
}

// rerank looks at the best hits of a short query again, by their names: what a
// bag of characters cannot see is their order and their sound.
func (x *execution) rerank() {
	if latin(x.route.squashed) {
		x.initialsFirst()
		return
	}
	if x.params.Rerank == 0 || x.blank() || x.route.units < 2 {
		return
	}
	best, _ := x.best(ordering{}, nil, x.params.Rerank)
	if x.route.units > maxRerankUnits {
		x.namedFirst(best)
		return
	}
	top := 0.0
	for _, f := range best {
		if f.score < boostNum {
			top = max(top, textPart(f.score))
		}
	}
	sp := newSpeller(x.route.text)
	again := make(map[uint32]float64, len(best))
	for _, f := range best {
		like := x.params.TextLikeness * f.cover // what has it in its text is as good as a name that nearly has it
		for _, name := range x.g.card(f.doc).names {
			like = max(like, sp.similarity(name))
		}
		again[f.doc] = x.params.Likeness * top * like
	}
	for i := range x.hits {
		x.hits[i].score += again[x.hits[i].doc]
	}
}

const maxRerankUnits = 8

// namedFirst lifts what a question calls by its whole name: 三证同步认证 in
// 三证同步认证对我家有哪些问题管用. A longer name says more.
func (x *execution) namedFirst(best []found) {
	if len(best) == 0 {
		return
	}
	q, top := x.route.squashed, textPart(best[0].score)
	lift := make(map[uint32]float64, len(best))
	for _, f := range best {
		for _, name := range x.g.card(f.doc).names {
			if s := squash(name); len(s) >= minNamed && strings.Contains(q, s) {
				lift[f.doc] = max(lift[f.doc], x.params.Named*top*math.Sqrt(float64(len(s))/float64(len(q))))
			}
		}
	}
	for i := range x.hits {
		x.hits[i].score += lift[x.hits[i].doc]
	}
}

// minNamed is how many bytes a name has at least to be lifted: three Chinese
// characters.
const minNamed = 9

// initialsFirst orders what was found by initials: whole names before endings
// of names, short names before long ones.
func (x *execution) initialsFirst() {
	q := x.route.squashed
	for i := range x.hits {
		h := &x.hits[i]
		if h.score < boostInitials || h.score >= boostExact {
			continue
		}
		best := 0.0
		for _, name := range x.g.card(h.doc).names {
			tokens := tokenize(name)
			_, initials := spellings(tokens)
			if slices.Contains(initials, q) {
				best = max(best, 50)
			} else if slices.ContainsFunc(initials, func(s string) bool { return strings.HasSuffix(s, q) }) {
				best = max(best, 20-10*math.Tanh(float64(len(tokens))/20))
			}
		}
		h.score += best
	}
}

// textPart is a score without the boosts of whole matches.
func textPart(score float64) float64 {
	for _, b := range []float64{boostExact, boostJoined, boostInitials} {
		if score >= b {
			score -= b
		}
	}
	return score
}
