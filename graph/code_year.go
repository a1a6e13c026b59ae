package graph

import (
	"strconv"
	"strings"
)

// yearAt reads the year of an edition at i: after a dash, a colon or a blank,
// with four digits or, where style has them, two. It returns 0 and i when there
// is none; a date (GB 17761:2024-09-01, ISO 14001 2026年) is none.
func yearAt(s string, i int, style codeStyle) (year, end int) {
	j := skipBlanks(s, i)
	if j == len(s) {
		return 0, i
	}
	sep := s[j]
	switch {
	case sep == '-':
		for j < len(s) && s[j] == '-' { // —— is typed for one dash
			j++
		}
		j = skipBlanks(s, j)
	case sep == ':':
		j = skipBlanks(s, j+1)
	case j > i && asciiDigit(sep):
		sep = ' '
	default:
		return 0, i
	}
	if year, end = fourDigitYearAt(s, j); year != 0 {
		if dateGoesOn(s, end, sep, style) {
			return 0, i
		}
		return year, end
	}
	if year, end = twoDigitYearAt(s, j, style); year != 0 && sep == '-' {
		return year, end
	}
	return 0, i
}

// fourDigitYearAt reads 19xx or 20xx at i, as a whole word; the XG of an
// amendment may be glued to it (2016XG1-2020).
func fourDigitYearAt(s string, i int) (year, end int) {
	end = digitsAt(s, i)
	if end-i != 4 || s[i:i+2] != "19" && s[i:i+2] != "20" {
		return 0, i
	}
	if end < len(s) && asciiLetter(s[end]) && !strings.HasPrefix(s[end:], "XG") {
		return 0, i
	}
	year, _ = strconv.Atoi(s[i:end])
	return year, end
}

// twoDigitYearAt reads a year of two digits at i. Chinese codes had them until
// 1999, and -05 is refused rather than guessed; ASTM has them still.
func twoDigitYearAt(s string, i int, style codeStyle) (year, end int) {
	end = digitsAt(s, i)
	if end-i != 2 || end < len(s) && (asciiLetter(s[end]) || s[end] == '%') || numberGoesOn(s, end) {
		return 0, i
	}
	yy, _ := strconv.Atoi(s[i:end])
	switch codeStyles[style].shortYear {
	case codeYear19:
		if yy >= 50 {
			return 1900 + yy, end
		}
	case codeYear19or20:
		if yy >= 50 {
			return 1900 + yy, end
		}
		return 2000 + yy, end
	}
	return 0, i
}

// dateGoesOn reports whether the year that ends at i and was read after sep is
// the beginning of a date. DIN does write the month: DIN EN ISO 9001:2015-11.
func dateGoesOn(s string, i int, sep byte, style codeStyle) bool {
	if sep == ':' && style == internationalStyle {
		return dateWordAt(s, i)
	}
	return numberGoesOn(s, i) || sep != '-' && dateWordAt(s, i)
}

// numberGoesOn reports whether - or . and a digit follow at i.
func numberGoesOn(s string, i int) bool {
	return i+1 < len(s) && (s[i] == '-' || s[i] == '.') && asciiDigit(s[i+1])
}

// dateWordAt reports whether the digits that end at i are a year, month or day
// in words. 2015年版 is an edition.
func dateWordAt(s string, i int) bool {
	rest := s[skipBlanks(s, i):]
	if after, ok := strings.CutPrefix(rest, "年"); ok {
		return !strings.HasPrefix(after, "版")
	}
	return strings.HasPrefix(rest, "月") || strings.HasPrefix(rest, "日")
}

// amendmentsAt reads the codeAmendments that follow an edition at i and returns
// them as they are written.
func amendmentsAt(s string, i int) (canon string, end int) {
	for {
		one, j := amendmentAt(s, i)
		if j == i {
			return canon, i
		}
		canon, i = canon+one, j
	}
}

func amendmentAt(s string, i int) (canon string, end int) {
	j, mark := skipBlanks(s, i), ""
	if j < len(s) && (s[j] == '/' || s[j] == '+') {
		mark = s[j : j+1]
		j = skipBlanks(s, j+1)
	}
	for _, a := range codeAmendments {
		if !strings.HasPrefix(s[j:], a.word) || mark == "" && a.mark == "" {
			continue
		}
		k := skipBlanks(s, j+len(a.word))
		num := digitsAt(s, k)
		if n := num - k; n > 3 || n == 0 && a.numbers || num < len(s) && asciiLetter(s[num]) {
			continue
		}
		if a.mark != "" {
			mark = a.mark
		}
		canon = mark + a.canon + s[k:num]
		if year, after := yearAt(s, num, freeStyle); year != 0 {
			return canon + a.yearSep + strconv.Itoa(year), after
		}
		return canon, num
	}
	return "", i
}

// The classes of characters. A text has been folded before, so ASCII is enough.

func asciiDigit(b byte) bool  { return '0' <= b && b <= '9' }
func asciiLetter(b byte) bool { return 'A' <= b && b <= 'Z' }
func asciiAlnum(b byte) bool  { return asciiDigit(b) || asciiLetter(b) }
func asciiBlank(b byte) bool  { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

func digitsAt(s string, i int) int {
	for i < len(s) && asciiDigit(s[i]) {
		i++
	}
	return i
}

func lettersAt(s string, i int) int {
	for i < len(s) && asciiLetter(s[i]) {
		i++
	}
	return i
}

// skipBlanks passes a few blanks; a long run of them ends any code.
func skipBlanks(s string, i int) int {
	const most = 4
	for end := min(i+most, len(s)); i < end && asciiBlank(s[i]); {
		i++
	}
	return i
}

// skipGap passes what may stand between prefix and number: blanks or one dash,
// underscore or, after ITSS, dot.
func skipGap(s string, i int, dot bool) int {
	j := skipBlanks(s, i)
	if j < len(s) && (s[j] == '-' || s[j] == '_' || dot && s[j] == '.') {
		return skipBlanks(s, j+1)
	}
	return j
}
