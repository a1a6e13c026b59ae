package graph

import (
	"strconv"
	"strings"
)

// maxCodeRange is how many members of a range are spelled out; of a longer one,
// which is no range of parts, only both ends are taken.
const maxCodeRange = 99

// siblingsAt returns c, which stands from start to end, with what is enumerated
// after it under the same prefix (a range, or numbers behind slashes), and where
// that ends.
func siblingsAt(s string, c Code, start, end int) ([]FoundCode, int) {
	found := []FoundCode{{c, start, end}}
	if c.amendment != "" || c.style != chineseStyle && c.style != internationalStyle && c.style != freeStyle {
		return found, end
	}
	if last, j := rangeEndAt(s, c, end); j > end {
		return codeRange(c, last, start, j), j
	}
	for c.style != freeStyle && end < len(s) && s[end] == '/' {
		next, j := siblingNumberAt(s, c, end+1, false)
		if j == end+1 {
			break
		}
		found = append(found, FoundCode{next, end + 1, j})
		end = j
		for i, each := range found { // 34943/34944-2017: the year is of both
			if code := each.Code.(Code); code.year == 0 {
				code.year = next.year
				found[i].Code = code
			}
		}
	}
	return found, end
}

// rangeEndAt reads what follows first at i as the other end of a range:
// 3098.1~3098.17, ~17, ~.17 or ~GB/T 3098.17. It returns i when there is none.
func rangeEndAt(s string, first Code, i int) (last Code, end int) {
	j, sign := rangeSignAt(s, i)
	if sign == "" {
		return Code{}, i
	}
	if last, end, _ = codeAt(s, j); end > j {
		if last.prefix == first.prefix && last.suffix == first.suffix {
			return last, end
		}
		return Code{}, i
	}
	last, end = siblingNumberAt(s, first, j, sign == "~")
	if end == j || sign == "-" && !strings.Contains(last.number, ".") {
		return Code{}, i
	}
	return last, end
}

// rangeSignAt reads the sign of a range at i and returns where the other end
// begins. A dash is one only between numbers with parts: 3098.1-3098.17.
func rangeSignAt(s string, i int) (end int, sign string) {
	i = skipBlanks(s, i)
	for _, sign := range []string{"~", "〜", "∼", "至", "-"} {
		if strings.HasPrefix(s[i:], sign) {
			end = skipBlanks(s, i+len(sign))
			if sign == "〜" || sign == "∼" {
				sign = "~"
			}
			return end, sign
		}
	}
	return i, ""
}

// siblingNumberAt reads a number at i that shares what it leaves out with first:
// after GB 5009.22 it is .33 or 5009.33, after GB/T 34943 it is 34944. When
// short, a bare 33 is a part too.
func siblingNumberAt(s string, first Code, i int, short bool) (Code, int) {
	base, sep, _ := splitPart(first.number)
	var number string
	end := i
	if sep != "" && strings.HasPrefix(s[i:], sep) {
		if end = digitsAt(s, i+1); end == i+1 || end-i > 4 || end < len(s) && asciiLetter(s[end]) {
			return Code{}, i
		}
		number = base + s[i:end]
	} else {
		number, end = numberAt(s, i, first.style)
		ownBase, ownSep, _ := splitPart(number)
		switch {
		case number == "", ownSep != "" && ownBase != base:
			return Code{}, i
		case ownSep != "":
		case sep != "" && short && len(number) <= 3:
			number = base + sep + number
		case sep != "", len(number) < 4:
			return Code{}, i
		}
	}
	c := first
	c.number = number
	start := end
	c.year, end = yearAt(s, end, first.style)
	if c.year == 0 && dateWordAt(s, end) {
		return Code{}, i
	}
	if year, _ := fourDigitYearAt(number, 0); year != 0 && len(number) == 4 && end == start {
		return Code{}, i // ISO 9001/2015 has no sibling
	}
	return c, end
}

// splitPart splits the last part from a number: 3098.17 into 3098, . and 17.
func splitPart(number string) (base, sep, part string) {
	if i := strings.LastIndexAny(number, ".-"); i >= 0 {
		return number[:i], number[i : i+1], number[i+1:]
	}
	return number, "", ""
}

// codeRange returns every member from first to last, which all stand where the
// range does. The year is of all members when it is named once.
func codeRange(first, last Code, start, end int) []FoundCode {
	if first.year == 0 {
		first.year = last.year
	}
	found := []FoundCode{{first, start, end}}
	base, sep, from := splitPart(first.number)
	lastBase, _, to := splitPart(last.number)
	n, errFrom := strconv.Atoi(from)
	m, errTo := strconv.Atoi(to)
	if base == lastBase && errFrom == nil && errTo == nil && m-n <= maxCodeRange {
		for n++; n < m; n++ {
			c := first
			c.number = base + sep + strconv.Itoa(n)
			if first.year != last.year {
				c.year = 0
			}
			found = append(found, FoundCode{c, start, end})
		}
	}
	return append(found, FoundCode{last, start, end})
}
