package search

import (
	"unicode"
	"unicode/utf8"
)

// token is one piece of a normalised text: a Han (or kana, Hangul) character,
// or a run of letters or digits.
type token struct {
	text       string
	start, end int  // byte offsets in the normalised text
	han        bool // one character that is a word by itself
	glued      bool // follows the token before it with nothing between
	digits     bool
}

type runeClass uint8

const (
	otherRune runeClass = iota
	hanRune
	letterRune
	digitRune
)

func classOf(r rune) runeClass {
	switch {
	case r < utf8.RuneSelf:
		switch {
		case 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
			return letterRune
		case '0' <= r && r <= '9':
			return digitRune
		}
		return otherRune
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
		return hanRune
	case unicode.IsLetter(r), unicode.IsMark(r):
		return letterRune
	case unicode.IsDigit(r):
		return digitRune
	}
	return otherRune
}

// tokenize takes a normalised text apart. iso9001 is two tokens, iso and 9001,
// so that it meets iso 9001.
func tokenize(s string) []token {
	out := make([]token, 0, len(s)/3+1)
	last := otherRune
	for i, r := range s {
		n := utf8.RuneLen(r)
		class := classOf(r)
		switch {
		case class == otherRune:
		case class != hanRune && class == last:
			t := &out[len(out)-1]
			t.end = i + n
			t.text = s[t.start:t.end]
		default:
			out = append(out, token{
				text: s[i : i+n], start: i, end: i + n, han: class == hanRune,
				glued: last != otherRune, digits: class == digitRune,
			})
		}
		last = class
	}
	return out
}

// pairs returns the terms of the bigram field: two neighbouring Han characters;
// a Han character that has no neighbour; a run of letters and digits as it is
// written (6061, t6, gb17761).
func pairs(tokens []token, text string) []token {
	out := make([]token, 0, len(tokens))
	for i := 0; i < len(tokens); {
		j := i + 1
		for j < len(tokens) && tokens[j].glued && tokens[j].han == tokens[i].han {
			j++
		}
		run := tokens[i:j]
		switch {
		case !run[0].han || len(run) == 1:
			start, end := run[0].start, run[len(run)-1].end
			out = append(out, token{text: text[start:end], start: start, end: end, han: run[0].han})
		default:
			for k := 0; k+1 < len(run); k++ {
				out = append(out, token{text: text[run[k].start:run[k+1].end], start: run[k].start, end: run[k+1].end, han: true})
			}
		}
		i = j
	}
	return out
}
