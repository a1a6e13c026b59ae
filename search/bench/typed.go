package bench

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"zhitu/search"
)

// Typed says how the queries of a set are typed instead of as they are.
type Typed string

// The ways of typing. Each changes queries of Chinese characters only; the
// others are left out.
const (
	AsWritten Typed = ""
	Homophone Typed = "homophone" // one character by another of the same sound
	Swapped   Typed = "swapped"   // two neighbours swapped
	Joined    Typed = "joined"    // in joined pinyin
	Initials  Typed = "initials"  // in the initials of the pinyin
)

// retype returns the queries of s typed in another way. What chance decides is
// decided by the query alone, so that every run asks the same.
func retype(s *set, how Typed) ([]item, error) {
	if how == AsWritten {
		return s.queries, nil
	}
	if !slices.Contains([]Typed{Homophone, Swapped, Joined, Initials}, how) {
		return nil, fmt.Errorf("unknown way of typing %q", how)
	}
	sounds := soundsOf(s)
	var out []item
	for i, q := range s.queries {
		r := rand.New(rand.NewPCG(uint64(i), 20261123))
		if text, ok := retypeOne([]rune(search.Normalize(q.Text)), how, sounds, r); ok {
			out = append(out, item{ID: q.ID, Text: text})
		}
	}
	return out, nil
}

// soundsOf lists the characters of the corpus by their usual sound.
func soundsOf(s *set) map[string][]rune {
	seen := map[rune]bool{}
	out := map[string][]rune{}
	for _, it := range s.corpus {
		for _, c := range search.Normalize(it.Text) {
			if sound := search.Spell(string(c)); !seen[c] && sound != "" {
				seen[c] = true
				out[sound] = append(out[sound], c)
			}
		}
	}
	for _, list := range out {
		slices.Sort(list)
	}
	return out
}

func retypeOne(q []rune, how Typed, sounds map[string][]rune, r *rand.Rand) (string, bool) {
	for _, c := range q {
		if search.Spell(string(c)) == "" {
			return "", false
		}
	}
	switch how {
	case Joined:
		return search.Spell(string(q)), len(q) > 1
	case Initials:
		out := ""
		for _, c := range q {
			out += search.Spell(string(c))[:1]
		}
		return out, len(q) > 2
	case Swapped:
		if len(q) < 3 {
			return "", false
		}
		i := r.IntN(len(q) - 1)
		out := slices.Clone(q)
		out[i], out[i+1] = out[i+1], out[i]
		return string(out), q[i] != q[i+1]
	}
	if len(q) < 3 {
		return "", false
	}
	for range 10 {
		i := r.IntN(len(q))
		same := sounds[search.Spell(string(q[i]))]
		if c := same[r.IntN(len(same))]; c != q[i] {
			out := slices.Clone(q)
			out[i] = c
			return string(out), true
		}
	}
	return "", false
}
