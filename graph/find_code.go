package graph

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// FoundCode is the number of a standard, notice or rule in a text.
type FoundCode struct {
	Code CodeNumber // a Code or a RuleNo

	// Start and End are byte offsets in the text as it was given. The members
	// of a range (3098.1~3098.17) all have those of the range.
	Start, End int
}

// FindCodes returns the numbers of standards, notices and rules in text, in any
// spelling, from left to right: 请问gbt19001的要求是什么 has one. A range yields
// each of its members, GB/T 34943/34944-2017 both. What may as well be a model,
// a hardness or a date (6061-T6, HB 150, 2025年) is left out.
func FindCodes(text string) []FoundCode {
	t := foldText(text)
	var found []FoundCode
	done := 0 // everything before it belongs to what was found
	for i := 0; i < len(t.s); {
		hits, end := t.numbersAt(i, done)
		if len(hits) == 0 {
			i = t.next(i)
			continue
		}
		for _, h := range hits {
			h.Start, h.End = t.source(h.Start, h.End)
			found = append(found, h)
		}
		i, done = end, end
	}
	return found
}

// foldedText is a text as the grammar reads it, and where each byte came from.
type foldedText struct {
	s  string
	at []int // byte i of s came from at[i]; at[len(s)] is the end
}

func foldText(text string) foldedText {
	var b strings.Builder
	at := make([]int, 0, len(text)+1)
	emit := func(r rune, from int) {
		n, _ := b.WriteRune(foldCodeRune(r))
		for range n {
			at = append(at, from)
		}
	}
	for i := 0; i < len(text); {
		// What is in NFKC already goes rune by rune, the rest by segments,
		// whose runes all come from the beginning of the segment.
		normal := i + norm.NFKC.QuickSpanString(text[i:])
		for j, r := range text[i:normal] {
			emit(r, i+j)
		}
		if i = normal; i == len(text) {
			break
		}
		n := norm.NFKC.NextBoundaryInString(text[i:], true)
		if n <= 0 {
			n = len(text) - i
		}
		for _, r := range norm.NFKC.String(text[i : i+n]) {
			emit(r, i)
		}
		i += n
	}
	return foldedText{b.String(), append(at, len(text))}
}

// source returns where in the text as given the bytes start to end came from.
func (t foldedText) source(start, end int) (int, int) {
	for end < len(t.s) && t.at[end] == t.at[end-1] {
		end++
	}
	return t.at[start], t.at[end]
}

// next is the next position after i where a number may begin.
func (t foldedText) next(i int) int {
	if asciiLetter(t.s[i]) {
		return lettersAt(t.s, i)
	}
	_, size := utf8.DecodeRuneInString(t.s[i:])
	return i + size
}

// numbersAt returns the numbers that begin at i, or whose bracket does, and
// where the last of them ends. What was found before done is not read again.
func (t foldedText) numbersAt(i, done int) ([]FoundCode, int) {
	if !asciiLetter(t.s[i]) {
		if strings.IndexByte("([\xe3", t.s[i]) < 0 { // \xe3 begins 〔 and 【
			return nil, i
		}
		c, start, end, ok := noticeAt(t.s, done, i)
		if !ok {
			return nil, i
		}
		return []FoundCode{{c, start, end}}, end
	}
	if !wordStart(t.s, i) {
		return nil, i
	}
	if r, end := ruleNoAt(t.s, i); end > i {
		return []FoundCode{{r, i, end}}, end
	}
	c, end, certain := codeAt(t.s, i)
	if !certain || end < len(t.s) && asciiAlnum(t.s[end]) || c.tier == codeTierIndustry && c.suffix == "" && afterWord(t.s, i) {
		return nil, i
	}
	return siblingsAt(t.s, c, i, end)
}

// wordStart reports whether a number may begin at i: not inside a model number.
func wordStart(s string, i int) bool {
	if i == 0 {
		return true
	}
	switch prev := s[i-1]; prev {
	case '-', '_':
		return i < 2 || !asciiAlnum(s[i-2])
	default:
		return !asciiAlnum(prev)
	}
}

// afterWord reports whether a word and a slash precede i, as in NOA/SC04.
func afterWord(s string, i int) bool {
	return i >= 2 && s[i-1] == '/' && asciiLetter(s[i-2])
}
