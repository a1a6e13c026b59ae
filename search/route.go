package search

import (
	"context"
	"slices"
	"strings"

	"zhitu/graph"
)

// Limits of one query. A longer one is cut and the answer says so: a pasted
// paragraph is a legitimate question.
const (
	maxQueryRunes = 256
	maxTerms      = 64 // index terms looked up; also the bits of a coverage
)

// routed is a query taken apart.
type routed struct {
	text     string // normalised, cut, undecorated
	squashed string
	tokens   []token // distinct by text, with
	times    []int   // how often each occurs
	pairs    []string
	pairFreq []int
	tokenSet map[string]bool
	pairSet  map[string]bool
	units    int // characters and words: what the router goes by
	codes    []graph.FoundCode
	cut      bool
}

// route normalises and takes a query apart.
func route(text string) routed {
	r := routed{}
	if runes := []rune(text); len(runes) > maxQueryRunes {
		text, r.cut = string(runes[:maxQueryRunes]), true
	}
	r.codes = graph.FindCodes(text)
	r.text = undecorated(Normalize(text))
	r.squashed = squash(r.text)
	all := tokenize(r.text)
	r.units = len(all)
	r.tokens, r.times = distinct(all)
	var two []token
	two, r.pairFreq = distinct(pairs(all, r.text))
	r.pairs = texts(two)
	r.tokenSet, r.pairSet = setOf(texts(r.tokens)), setOf(r.pairs)
	return r
}

func setOf(list []string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, s := range list {
		set[s] = true
	}
	return set
}

// distinct returns each token once, ordered by text, and how often it occurs.
// The order fixes the order of summation, and so the last bits of a score.
func distinct(all []token) ([]token, []int) {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b token) int { return strings.Compare(a.text, b.text) })
	var out []token
	var times []int
	for _, t := range sorted {
		if n := len(out); n > 0 && out[n-1].text == t.text {
			times[n-1]++
			continue
		}
		out, times = append(out, t), append(times, 1)
	}
	return out, times
}

// weighed is a term with its document frequency.
type weighed struct {
	text   string
	times  int
	df     float64
	common float64 // df, or more where the word only asks
}

// weigh looks up the frequency of terms and keeps the rarest max of them, in
// the order of their text.
func (g *generation) weigh(ctx context.Context, field string, terms []string, times []int, max int) (kept []weighed, cut bool, err error) {
	for i, t := range terms {
		df, err := g.frequency(ctx, field, t)
		if err != nil {
			return nil, false, err
		}
		kept = append(kept, weighed{text: t, times: times[i], df: df})
	}
	if len(kept) <= max {
		return kept, false, nil
	}
	slices.SortStableFunc(kept, func(a, b weighed) int { return int(a.df - b.df) })
	kept = kept[:max]
	slices.SortFunc(kept, func(a, b weighed) int { return strings.Compare(a.text, b.text) })
	return kept, true, nil
}
