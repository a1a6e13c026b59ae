package search

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:embed data/t2s.txt
var simplifiedTable string

// simplified maps a Traditional character to its Simplified one.
var simplified = sync.OnceValue(func() map[rune]rune {
	table := make(map[rune]rune, 4200)
	for line := range strings.Lines(simplifiedTable) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		from, size := utf8.DecodeRuneInString(line)
		to, _ := utf8.DecodeRuneInString(line[size:])
		table[from] = to
	}
	table['著'] = '着' // 附著, 著色: the table keeps 著 for 著名, which folds to 着名 on both sides
	return table
})

// Normalize is the one form in which texts and queries meet: NFKC, lower case,
// Traditional to Simplified characters, one dash, one bracket, one slash, white
// space collapsed. It is idempotent. Only the index and queries see it; a
// record is never changed by it.
func Normalize(s string) string { return fold(s).text }

// folded is a normalised text that remembers where each of its bytes came
// from, because normalising moves offsets.
type folded struct {
	text string
	from []int32 // byte i of text came from the original segment that begins at from[i]
	to   []int32 // … and ends at to[i]
}

func fold(s string) folded {
	out := foldOnce(s)
	// Where something was left out, its neighbours may now join: fold what is
	// left again, and follow the offsets through both.
	for range 4 {
		if norm.NFKC.IsNormalString(out.text) {
			break
		}
		again := foldOnce(out.text)
		for i := range again.from {
			from := out.from[min(int(again.from[i]), len(out.from)-1)]
			again.from[i], again.to[i] = from, max(from, out.to[max(0, again.to[i]-1)])
		}
		out = again
	}
	return out
}

func foldOnce(s string) folded {
	f := folder{table: simplified(), single: singles()}
	f.b.Grow(len(s))
	f.from, f.to = make([]int32, 0, len(s)), make([]int32, 0, len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if int(r) < len(f.single) && f.single[r] != 0 && (r >= utf8.RuneSelf || i+1 == len(s) || s[i+1] < utf8.RuneSelf) {
			f.emit(f.single[r], i, i+n)
			i += n
			continue
		}
		if n = norm.NFKC.NextBoundaryInString(s[i:], true); n <= 0 {
			n = len(s) - i
		}
		f.segment(s[i:i+n], i, i+n)
		i += n
	}
	return folded{text: f.b.String(), from: f.from, to: f.to}
}

// singles holds what each character of the basic plane folds to where that is
// one character whatever follows; 0 where one has to look closer. ASCII counts
// where ASCII follows.
var singles = sync.OnceValue(func() []rune {
	out := make([]rune, 1<<16)
	table := simplified()
	for r := rune(0); r < 1<<16; r++ {
		s := string(r)
		if r >= utf8.RuneSelf {
			if p := norm.NFKC.PropertiesString(s); !utf8.ValidRune(r) || r == utf8.RuneError || !p.BoundaryBefore() || !p.BoundaryAfter() {
				continue
			}
		}
		if folded := []rune(foldSegment(s, table)); len(folded) == 1 {
			out[r] = folded[0]
		}
	}
	return out
})

type folder struct {
	table    map[rune]rune
	single   []rune
	b        strings.Builder
	from, to []int32
	blank    bool // white space is due before the next character
}

// segment folds one segment of the original, which lies at [from, to).
func (f *folder) segment(s string, from, to int) {
	for _, r := range foldSegment(s, f.table) {
		f.emit(r, from, to)
	}
}

// foldSegment folds what NFKC maps independently of its neighbours. Lower case
// can leave NFKC, and the tables can leave lower case, so it goes round until
// nothing changes.
func foldSegment(s string, table map[rune]rune) string {
	for range 4 {
		next := norm.NFKC.String(strings.Map(func(r rune) rune {
			return foldRune(unicode.ToLower(r), table)
		}, norm.NFKC.String(s)))
		if next == s {
			break
		}
		s = next
	}
	return s
}

func (f *folder) emit(r rune, from, to int) {
	if unicode.IsSpace(r) {
		f.blank = f.b.Len() > 0
		return
	}
	if r == utf8.RuneError || unicode.IsControl(r) || r == '\u200b' || r == '\ufeff' {
		return
	}
	if f.blank {
		f.blank = false
		f.put(' ', from, from) // the blank before it, of no width
	}
	f.put(r, from, to)
}

func (f *folder) put(r rune, from, to int) {
	n, _ := f.b.WriteRune(r)
	for range n {
		f.from = append(f.from, int32(from))
		f.to = append(f.to, int32(to))
	}
}

// foldRune maps what NFKC leaves apart: dashes, brackets, slashes, Traditional
// characters.
func foldRune(r rune, table map[rune]rune) rune {
	if r < utf8.RuneSelf {
		if r == '\\' {
			return '/'
		}
		return r
	}
	switch r {
	case '—', '–', '‐', '‑', '‒', '−', '―', '﹣', '－':
		return '-'
	case '〔', '【', '［', '「', '『', '〖':
		return '('
	case '〕', '】', '］', '」', '』', '〗':
		return ')'
	case '／', '＼', '⁄', '∕':
		return '/'
	}
	if to, ok := table[r]; ok {
		return to
	}
	return r
}

// firmDecorations are what exchanges put round the short name of a listed
// firm; a query is also tried without them.
var firmDecorations = struct{ before, after []string }{
	before: []string{"*st", "st", "pt", "s"},
	after:  []string{"-a", "-b", "-u", "-w", "a", "b"},
}

// undecorated returns the normalised q without the marks of listed firms:
// *ST 信威 → 信威. A mark counts only next to a Han character.
func undecorated(q string) string {
	for _, p := range firmDecorations.before {
		if rest, ok := strings.CutPrefix(q, p); ok {
			rest = strings.TrimPrefix(rest, " ")
			if r, _ := utf8.DecodeRuneInString(rest); unicode.Is(unicode.Han, r) {
				q = rest
				break
			}
		}
	}
	for _, p := range firmDecorations.after {
		if rest, ok := strings.CutSuffix(q, p); ok {
			if r, n := utf8.DecodeLastRuneInString(rest); unicode.Is(unicode.Han, r) && n < len(rest) {
				return rest
			}
		}
	}
	return q
}
