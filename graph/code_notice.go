package graph

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A notice 文件 of a ministry is numbered by the office's own mark, the year and
// a running number: 建质〔2009〕87号. The brackets are typed in many ways.
const noticeOpen, noticeClose = "〔[(【", "〕])】"

// maxNoticeMark is the longest mark 发文机关代字 in characters.
const maxNoticeMark = 10

// noticeLead are words that stand before a mark in a sentence and are Han
// characters like it: the mark of 根据建质〔2009〕87号 begins after them.
var noticeLead = []string{
	"根据", "依据", "按照", "依照", "遵照", "参照", "执行", "符合", "落实", "贯彻", "印发", "请问",
	"关于", "文件", "通知", "文号", "转载", "引用", "以及", "按", "见", "的", "和", "与", "及", "或", "以", "由", "在", "是", "了", "载", "引",
}

// parseNotice reads s, all of it, as the number of a notice.
func parseNotice(s string) (Code, bool) {
	open := strings.IndexAny(s, noticeOpen)
	if open <= 0 || markStart(s, 0, open) != 0 {
		return Code{}, false
	}
	c, end := noticeTailAt(s, open)
	c.prefix = s[:open]
	return c, end == len(s)
}

// noticeAt reads the notice whose opening bracket is at open and whose mark
// begins not before floor.
func noticeAt(s string, floor, open int) (c Code, start, end int, ok bool) {
	c, end = noticeTailAt(s, open)
	if end == open {
		return Code{}, open, open, false
	}
	start = markStart(s, floor, open)
	for _, word := range noticeLead {
		if at := strings.LastIndex(s[start:open], word); at >= 0 {
			start += at + len(word)
		}
	}
	c.prefix = s[start:open]
	return c, start, end, utf8.RuneCountInString(c.prefix) >= 2
}

// markStart returns where the run of Han characters that ends at end begins.
func markStart(s string, floor, end int) int {
	for n := 0; n < maxNoticeMark; n++ {
		r, size := utf8.DecodeLastRuneInString(s[floor:end])
		if size == 0 || !unicode.Is(unicode.Han, r) {
			break
		}
		end -= size
	}
	return end
}

// noticeTailAt reads 〔2009〕87号 at i.
func noticeTailAt(s string, i int) (c Code, end int) {
	r, size := utf8.DecodeRuneInString(s[i:])
	open := slices.Index([]rune(noticeOpen), r)
	year, j := fourDigitYearAt(s, i+size)
	if open < 0 || year == 0 {
		return Code{}, i
	}
	r, size = utf8.DecodeRuneInString(s[j:])
	if r != []rune(noticeClose)[open] {
		return Code{}, i
	}
	rest := strings.TrimPrefix(s[j+size:], "第")
	n := digitsAt(rest, 0)
	if n == 0 || n > 5 || !strings.HasPrefix(rest[n:], "号") {
		return Code{}, i
	}
	number := strings.TrimLeft(rest[:n-1], "0") + rest[n-1:n]
	end = len(s) - len(rest) + n + len("号")
	return Code{number: number, year: year, style: noticeStyle}, end
}

// noticeKeys are those of a notice: a number alone says nothing without its year.
func noticeKeys(c Code) CodeKeys {
	num := strconv.Itoa(c.year) + "-" + c.number
	return CodeKeys{Full: c.prefix + num, Base: c.prefix + num, Num: num}
}
