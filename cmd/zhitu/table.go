package main

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// runeWidth returns how many columns of a terminal r takes: two for Chinese
// characters and full-width forms, none for what joins the character before it.
func runeWidth(r rune) int {
	if r < 0x20 || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) {
		return 0
	}
	if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
		return 2
	}
	return 1
}

func textWidth(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

func padRight(s string, columns int) string {
	return s + strings.Repeat(" ", max(0, columns-textWidth(s)))
}

// noLineStart are characters that no line begins with.
const noLineStart = "，。、；：！？）》」』”’】〕…—,.;:!?)]}%"

// wrap cuts s into lines of at most columns. Chinese may break anywhere but
// before a closing mark, Latin words and numbers stay whole where they fit.
func wrap(s string, columns int) []string {
	columns = max(columns, 4)
	var lines []string
	for _, paragraph := range strings.Split(clean(s), "\n") {
		line := ""
		for _, piece := range pieces(paragraph) {
			if line != "" && textWidth(line)+textWidth(strings.TrimRight(piece, " ")) > columns {
				lines = append(lines, strings.TrimRight(line, " "))
				line = ""
				piece = strings.TrimLeft(piece, " ")
			}
			for textWidth(piece) > columns {
				head := cutAt(piece, columns)
				lines = append(lines, head)
				piece = piece[len(head):]
			}
			line += piece
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}

// clean drops control characters, which a record may hold and a terminal would
// obey.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s)
}

// noLineEnd are characters that no line ends with.
const noLineEnd = "（《「『“‘【〔([{"

// pieces splits a line where it may break.
func pieces(s string) []string {
	var out []string
	start := 0
	runes := []rune(s)
	for i := 1; i <= len(runes); i++ {
		if i == len(runes) || breaks(runes[i-1], runes[i]) {
			out = append(out, string(runes[start:i]))
			start = i
		}
	}
	return out
}

func breaks(before, after rune) bool {
	if strings.ContainsRune(noLineStart, after) || strings.ContainsRune(noLineEnd, before) || after == ' ' {
		return false
	}
	return before == ' ' || runeWidth(before) == 2 || runeWidth(after) == 2
}

func cutAt(s string, columns int) string {
	n := 0
	for i, r := range s {
		if n += runeWidth(r); n > columns {
			return s[:i]
		}
	}
	return s
}

// table is rows of cells under a head. Cells wrap, so that nothing is cut.
type table struct {
	head []string
	rows [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

const (
	columnGap  = 2
	leastWidth = 8 // no column is squeezed below it
)

// write prints t in at most columns, indented.
func (t *table) write(w io.Writer, indent, columns int) {
	widths := t.widths(columns - indent)
	t.writeRow(w, t.head, widths, indent)
	rule := make([]string, len(widths))
	for i, n := range widths {
		rule[i] = strings.Repeat("-", n)
	}
	t.writeRow(w, rule, widths, indent)
	spaced := t.tall(widths)
	for i, row := range t.rows {
		if spaced && i > 0 {
			fmt.Fprintln(w)
		}
		t.writeRow(w, row, widths, indent)
	}
}

// tall tells whether rows wrap so much that they need air between them.
func (t *table) tall(widths []int) bool {
	for _, row := range t.rows {
		if _, height := wrapCells(row, widths); height > 2 {
			return true
		}
	}
	return false
}

func wrapCells(cells []string, widths []int) (wrapped [][]string, height int) {
	wrapped, height = make([][]string, len(widths)), 1
	for i := range widths {
		if i < len(cells) {
			wrapped[i] = wrap(cells[i], widths[i])
			height = max(height, len(wrapped[i]))
		}
	}
	return wrapped, height
}

func (t *table) writeRow(w io.Writer, cells []string, widths []int, indent int) {
	wrapped, height := wrapCells(cells, widths)
	for line := range height {
		var b strings.Builder
		b.WriteString(strings.Repeat(" ", indent))
		for i, n := range widths {
			text := ""
			if line < len(wrapped[i]) {
				text = wrapped[i][line]
			}
			b.WriteString(padRight(text, n+columnGap))
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

// widths gives each column what its widest cell needs, and where that is too
// much takes from the widest until the table fits.
func (t *table) widths(columns int) []int {
	out := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i := range out {
			if i >= len(row) {
				continue
			}
			for _, line := range strings.Split(clean(row[i]), "\n") {
				out[i] = max(out[i], textWidth(line))
			}
		}
	}
	for {
		total, widest := columnGap*(len(out)-1), 0
		for i, n := range out {
			total += n
			if n > out[widest] {
				widest = i
			}
		}
		if total <= columns || len(out) == 0 || out[widest] <= leastWidth {
			return out
		}
		out[widest]--
	}
}
