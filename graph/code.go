package graph

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Code is the number of a standard 标准号, or of a ministry's notice 文号, taken
// apart. One document has one Code, however it was spelled: two Codes are of
// the same edition exactly when they are equal. The zero Code is not valid;
// get one from ParseCode or FindCodes.
type Code struct {
	prefix    string // GB, DB33, T/ZZB, ISO/IEC, DIN EN ISO, 建质
	suffix    string // T or Z of a Chinese prefix, or empty
	number    string // with its parts: 2828.1, 60204-1, 105-X12, A641/A641M
	amendment string // with its mark: /XG1-2013, /Amd 1:2024, +A1:2023
	tier      string
	year      int // of the edition 年代号; 0 when the code names none
	style     codeStyle
}

// CodeNumber is what a standard's Code and a certification rule's RuleNo have
// in common: enough to look the document up.
type CodeNumber interface {
	String() string // the one canonical spelling
	Family() string // the same without the year
	Year() int      // of the edition, 0 when it is not named
	Keys() CodeKeys
}

// CodeKeys are the terms a number is indexed and looked up by, from exact to
// loose. They leave out the T and Z of Chinese prefixes, so that GB 19001 finds
// GB/T 19001; the answer then has to say so (see SameNumberOtherPrefix).
type CodeKeys struct {
	Full string // gb19001-2016; empty when the number names no year
	Base string // gb19001
	Num  string // 19001
}

// maxCodeBytes bounds what is looked at: no code is longer, and a cell of a
// spreadsheet may be.
const maxCodeBytes = 256

// ParseCode reads s, all of it, as the number of a standard in any of the usual
// spellings. It refuses free text (中国药典2025年版), the numbers of rules and
// ranges of standards; none of them is an error, they are no codes. The caller
// says that s is a code, so that CH 4 is one here and methane in FindCodes.
func ParseCode(s string) (Code, bool) {
	if len(s) > maxCodeBytes {
		return Code{}, false
	}
	s = NormalizeCode(s)
	if c, ok := parseNotice(s); ok {
		return c, true
	}
	c, end, _ := codeAt(s, 0)
	if end == 0 || end != len(s) {
		return Code{}, false
	}
	return c, true
}

// NormalizeCode is the first step of every reading of a code: NFKC, one dash
// for all dashes (NFKC leaves most of them), upper case, and no blanks at the
// ends or round / - . and :.
func NormalizeCode(s string) string {
	s = strings.Map(foldCodeRune, norm.NFKC.String(s))
	const tight = "/-.:"
	var b strings.Builder
	blank := false
	for _, r := range s {
		if unicode.IsSpace(r) {
			blank = true
			continue
		}
		if blank && b.Len() > 0 {
			last := b.String()[b.Len()-1]
			if !strings.ContainsRune(tight, r) && strings.IndexByte(tight, last) < 0 {
				b.WriteByte(' ')
			}
		}
		blank = false
		b.WriteRune(r)
	}
	return b.String()
}

// foldCodeRune maps the dashes, slashes and the case of a text that is in NFKC.
func foldCodeRune(r rune) rune {
	switch r {
	case '—', '–', '―', '‐', '‒', '−':
		return '-'
	case '∕', '⁄':
		return '/'
	}
	return unicode.ToUpper(r)
}

// String returns the canonical spelling, GB/T 13912-2020 or ISO 9001:2015.
func (c Code) String() string {
	if c.style == noticeStyle {
		return fmt.Sprintf("%s〔%d〕%s号", c.prefix, c.year, c.number)
	}
	s := c.Family()
	if c.year != 0 {
		s += codeStyles[c.style].yearSep + c.writtenYear()
	}
	return s + c.amendment
}

// writtenYear is the year as the body itself writes it: ASTM keeps two digits.
func (c Code) writtenYear() string {
	if codeStyles[c.style].shortYear == codeYear19or20 && 1950 <= c.year && c.year < 2050 {
		return fmt.Sprintf("%02d", c.year%100)
	}
	return strconv.Itoa(c.year)
}

// Family returns the code without year and amendment: what all editions of a
// standard share. A notice is numbered anew each year, so its family is itself.
func (c Code) Family() string {
	if c.style == noticeStyle {
		return c.String()
	}
	s := c.prefix
	if c.suffix != "" {
		s += "/" + c.suffix
	}
	if c.prefix == dottedCodePrefix {
		return s + "." + c.number
	}
	return s + " " + c.number
}

// Year returns the year of the edition, 0 when the code names none. An
// amendment's own year is not it: GB/T 10288-2016/XG1-2020 is of 2016.
func (c Code) Year() int { return c.year }

// Keys returns the index keys. An amendment is found with the edition that it
// amends, and a joint or special document under its first body: everybody
// writes ISO 27001 for ISO/IEC 27001.
func (c Code) Keys() CodeKeys {
	if c.style == noticeStyle {
		return noticeKeys(c)
	}
	prefix := c.prefix
	if !strings.HasPrefix(prefix, "T/") && !strings.HasPrefix(prefix, "Q/") {
		prefix, _, _ = strings.Cut(prefix, "/")
		prefix, _, _ = strings.Cut(prefix, " ")
	}
	prefix = strings.ReplaceAll(keyText(prefix), "-", "")
	if prefix != "" && asciiDigit(prefix[len(prefix)-1]) {
		prefix += "-" // db33-2428 is not db3324-28
	}
	num := keyText(c.number)
	return codeKeys(prefix+num, num, c.year)
}

// codeKeys builds the keys of a number from its base.
func codeKeys(base, num string, year int) CodeKeys {
	k := CodeKeys{Base: base, Num: num}
	if year != 0 {
		k.Full = base + "-" + strconv.Itoa(year)
	}
	return k
}

// keyText is s in the alphabet of the keys: lower case, no blanks, - for /.
func keyText(s string) string {
	return strings.ToLower(strings.NewReplacer("/", "-", " ", "").Replace(s))
}

// Tier returns the level of the standard 层级 as its prefix tells it, one of
// the vocabulary tier; empty for a notice, which is no standard.
func (c Code) Tier() string { return c.tier }

// Mandatory reports whether the standard is mandatory 强制性, and whether the
// prefix can tell. It cannot for industry and local standards without T: they
// were mandatory once, and since 2018 only national ones are unless another law
// says otherwise.
func (c Code) Mandatory() (mandatory, known bool) {
	switch c.tier {
	case codeTierMandatory:
		return true, true
	case codeTierIndustry, codeTierLocal:
		return false, c.suffix != ""
	case codeTierMetrology, "":
		return false, false
	}
	return false, true
}

// Region returns the region code that the prefix of a local standard names as
// it did when the standard was issued (DB33 → 330000, DB3305 → 330500); empty
// for any other.
func (c Code) Region() string {
	if c.tier != codeTierLocal {
		return ""
	}
	digits := strings.TrimLeft(c.prefix, "DBS")
	return digits + strings.Repeat("0", 6-len(digits))
}

// SameNumberOtherPrefix reports whether a and b are one number, of one year
// where both name it, that differ in the T or Z of their prefix: who asks for
// GB/T 17761 most likely wants GB 17761 (您是否要找). Numbers do move between
// the two, and people mix them up.
func SameNumberOtherPrefix(a, b Code) bool {
	return a.prefix == b.prefix && a.prefix != "" && a.suffix != b.suffix && a.number == b.number &&
		(a.year == b.year || a.year == 0 || b.year == 0)
}
