package answer

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"zhitu/graph"
)

// taker reads something that is no entity out of a sentence.
type taker func(*sentence, *parsed) (Filled, bool)

// takeRest takes what neither cues nor fillers explain, as it was written.
func takeRest(s *sentence, r *parsed) (Filled, bool) {
	var b strings.Builder
	for i, c := range s.runes {
		switch {
		case r.covered[i]:
			b.WriteByte(' ')
		default:
			b.WriteRune(c)
			r.covered[i] = true
		}
	}
	text := strings.Join(strings.FieldsFunc(b.String(), func(c rune) bool { return !isWord(c) && !strings.ContainsRune("-/.", c) }), " ")
	return Filled{Value: text, Text: text}, text != ""
}

// takeCode takes the first standard or rule number.
func takeCode(s *sentence, r *parsed) (Filled, bool) {
	if len(s.codes) == 0 {
		return Filled{}, false
	}
	c := s.codes[0]
	mark(r.covered, c.start, c.end)
	return Filled{Value: c.number, Text: c.number}, true
}

// takeCodes takes every standard or rule number.
func takeCodes(s *sentence, r *parsed) (Filled, bool) {
	var list []string
	for _, c := range s.codes {
		mark(r.covered, c.start, c.end)
		list = append(list, c.number)
	}
	return Filled{Value: strings.Join(list, ","), Text: strings.Join(list, " ")}, len(list) > 0
}

// takeManyCodes is takeCodes where there are at least two.
func takeManyCodes(s *sentence, r *parsed) (Filled, bool) {
	if len(s.codes) < 2 {
		return Filled{}, false
	}
	return takeCodes(s, r)
}

// takeQuoted takes what stands in quotation marks, the first of it.
func takeQuoted(s *sentence, r *parsed) (Filled, bool) {
	open := slices.IndexFunc(s.runes, func(c rune) bool { return strings.ContainsRune("“「『\"《", c) })
	if open < 0 {
		return Filled{}, false
	}
	end := slices.IndexFunc(s.runes[open+1:], func(c rune) bool { return strings.ContainsRune("”」』\"》", c) })
	if end <= 0 {
		return Filled{}, false
	}
	mark(r.covered, open, open+end+2)
	text := string(s.runes[open+1 : open+1+end])
	return Filled{Value: text, Text: text}, true
}

// takeEdgeID takes an edge id, which people paste.
func takeEdgeID(s *sentence, r *parsed) (Filled, bool) {
	for i := range s.runes {
		if s.runes[i] != 'e' || i+2 >= len(s.runes) || s.runes[i+1] != '-' {
			continue
		}
		end := i
		for end < len(s.runes) && s.runes[end] < 128 && (isWord(s.runes[end]) || s.runes[end] == '-') {
			end++
		}
		mark(r.covered, i, end)
		return Filled{Value: string(s.runes[i:end]), Text: string(s.runes[i:end])}, true
	}
	return Filled{}, false
}

// numberBefore takes the number before one of units: 三层, 5家.
func numberBefore(units string, nth int) taker {
	return func(s *sentence, r *parsed) (Filled, bool) {
		seen := 0
		for i := range s.runes {
			if !strings.ContainsRune(units, s.runes[i]) {
				continue
			}
			n, start, ok := numberEnding(s.runes, i)
			if !ok {
				continue
			}
			if seen++; seen == nth {
				mark(r.covered, start, i+1)
				return Filled{Value: strconv.Itoa(n), Text: string(s.runes[start : i+1])}, true
			}
		}
		return Filled{}, false
	}
}

var hanDigits = map[rune]int{'一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9, '十': 10}

// numberEnding reads the number that ends before end, in digits or Chinese.
func numberEnding(text []rune, end int) (n, start int, ok bool) {
	start = end
	for start > 0 && unicode.IsDigit(text[start-1]) {
		start--
	}
	if start < end {
		n, err := strconv.Atoi(string(text[start:end]))
		return n, start, err == nil
	}
	if end == 0 {
		return 0, end, false
	}
	d, isHan := hanDigits[text[end-1]]
	if !isHan {
		return 0, end, false
	}
	if d < 10 && end > 1 && text[end-2] == '十' {
		return 10 + d, end - 2, true
	}
	return d, end - 1, true
}

// takeClass takes a class of GB/T 4754: 3770 or C3770.
func takeClass(s *sentence, r *parsed) (Filled, bool) {
	for i := 0; i < len(s.runes); i++ {
		end := i
		for end < len(s.runes) && unicode.IsDigit(s.runes[end]) {
			end++
		}
		n := end - i
		inCode := slices.ContainsFunc(s.codes, func(c codeMention) bool { return i >= c.start && i < c.end })
		if n >= 2 && n <= 4 && !inCode && !(end < len(s.runes) && strings.ContainsRune("年月日家层", s.runes[end])) {
			mark(r.covered, i, end)
			return Filled{Value: string(s.runes[i:end]), Text: string(s.runes[i:end])}, true
		}
		if n > 0 {
			i = end
		}
	}
	return Filled{}, false
}

// takeRegionCode takes the first six-digit region code.
func takeRegionCode(s *sentence, r *parsed) (Filled, bool) {
	for i := 0; i+6 <= len(s.runes); i++ {
		end := i
		for end < len(s.runes) && unicode.IsDigit(s.runes[end]) {
			end++
		}
		if end-i == 6 {
			mark(r.covered, i, end)
			return Filled{Value: string(s.runes[i:end]), Text: string(s.runes[i:end])}, true
		}
		if end > i {
			i = end
		}
	}
	return Filled{}, false
}

// takeDate takes the date of the sentence as a parameter of its own, for
// questions that compare two dates.
func takeDate(s *sentence, r *parsed) (Filled, bool) {
	if s.asOf == graph.Unknown {
		return Filled{}, false
	}
	mark(r.covered, s.asOfAt[0], s.asOfAt[1])
	return Filled{Value: s.asOf.String(), Text: string(s.runes[s.asOfAt[0]:s.asOfAt[1]])}, true
}

// takeToday takes the date of the view.
func takeToday(s *sentence, _ *parsed) (Filled, bool) {
	return Filled{Value: s.today.String()}, true
}

// takeWeekAgo takes the date a week before that of the view: 本周.
func takeWeekAgo(s *sentence, _ *parsed) (Filled, bool) {
	return Filled{Value: s.today.AddDays(-7).String()}, true
}

// readDate finds a date in the words: 2025年6月, 2025-06-01, 去年底, 明年5月,
// 上个月. A month or year means its last day: the state at its end.
func readDate(text []rune, today graph.Date) (graph.Date, [2]int) {
	year, month, _ := time.Date(1, 1, int(today), 0, 0, 0, 0, time.UTC).Date()
	for i := range text {
		for _, rel := range []struct {
			word  string
			years int
		}{{"去年", -1}, {"前年", -2}, {"明年", 1}, {"后年", 2}, {"今年", 0}} {
			if hasAt(text, i, rel.word) {
				return dateFrom(text, i, i+2, year+rel.years)
			}
		}
		for _, rel := range []struct {
			word   string
			months int
		}{{"上个月", -1}, {"上月", -1}, {"下个月", 1}, {"下月", 1}} {
			if hasAt(text, i, rel.word) {
				last := graph.DateOf(year, month+time.Month(rel.months)+1, 1) - 1
				return last, [2]int{i, i + len([]rune(rel.word))}
			}
		}
		if y, ok := yearAt(text, i); ok {
			return dateFrom(text, i, i+4, y)
		}
	}
	return graph.Unknown, [2]int{}
}

func hasAt(text []rune, i int, word string) bool {
	w := []rune(word)
	return i+len(w) <= len(text) && slices.Equal(text[i:i+len(w)], w)
}

// yearAt reads a year that 年 or - follows and that is no part of a number.
func yearAt(text []rune, i int) (int, bool) {
	if i+4 >= len(text) || i > 0 && (unicode.IsDigit(text[i-1]) || strings.ContainsRune("-:/", text[i-1])) {
		return 0, false
	}
	y, err := strconv.Atoi(string(text[i : i+4]))
	if err != nil || y < 1980 || y > 2100 {
		return 0, false
	}
	return y, text[i+4] == '年' || text[i+4] == '-' && i+5 < len(text) && unicode.IsDigit(text[i+5])
}

// dateFrom reads what follows a year: 底, 年底, 6月, 6月30日, -06-30.
func dateFrom(text []rune, start, i, year int) (graph.Date, [2]int) {
	for i < len(text) && strings.ContainsRune("年-", text[i]) {
		i++
	}
	if i < len(text) && strings.ContainsRune("底末", text[i]) {
		return graph.DateOf(year, 12, 31), [2]int{start, i + 1}
	}
	if hasAt(text, i, "年底") || hasAt(text, i, "年末") {
		return graph.DateOf(year, 12, 31), [2]int{start, i + 2}
	}
	if i < len(text) && strings.ContainsRune("初", text[i]) {
		return graph.DateOf(year, 1, 1), [2]int{start, i + 1}
	}
	month, next, ok := numberFrom(text, i)
	if !ok || month < 1 || month > 12 || next >= len(text) || !strings.ContainsRune("月-", text[next]) {
		return graph.DateOf(year, 12, 31), [2]int{start, i}
	}
	next++
	day, end, ok := numberFrom(text, next)
	if ok && day >= 1 && day <= 31 {
		if end < len(text) && strings.ContainsRune("日号", text[end]) {
			end++
		}
		return graph.DateOf(year, time.Month(month), day), [2]int{start, end}
	}
	for _, tail := range []string{"底", "末", "份"} {
		if hasAt(text, next, tail) {
			next++
		}
	}
	return graph.DateOf(year, time.Month(month)+1, 1) - 1, [2]int{start, next}
}

func numberFrom(text []rune, i int) (n, end int, ok bool) {
	end = i
	for end < len(text) && (unicode.IsDigit(text[end]) || hanDigits[text[end]] > 0) {
		end++
	}
	if end == i {
		return 0, i, false
	}
	n, _, ok = numberEnding(text[:end], end)
	return n, end, ok
}

// takeGapClass takes a class of gap that the words name.
func takeGapClass(s *sentence, r *parsed) (Filled, bool) {
	for _, x := range []struct{ class, words string }{
		{"no_certifier", "没有机构|无机构|没机构|无可用机构|没有可用机构"},
		{"no_test_method", "没有试验方法|无试验方法|没有检测方法|没法检测"},
		{"withdrawn_only", "只有废止|只有作废|标准都废止|仅有废止"},
		{"indirect_only", "仅间接|只有间接|只间接"},
	} {
		if s.find(x.words, r.covered) > 0 {
			return Filled{Value: x.class, Text: x.class}, true
		}
	}
	return Filled{}, false
}

// takePolicyTool takes a policy tool or the name of one in the words.
func takePolicyTool(s *sentence, r *parsed) (Filled, bool) {
	for _, x := range []struct{ tool, words string }{
		{"认证费用支持", "认证费|认证补贴|办认证|认证补助"}, {"检测费用减免", "检测费|检验费"},
		{"金融信贷", "苏质贷|认证贷|质量贷|信贷|贷款|贷"}, {"知识产权质押融资", "质押|知识产权"}, {"质量奖", "质量奖"},
		{"财政补贴", "财政|补贴|奖补|补助"}, {"培训", "培训"},
	} {
		if s.find(x.words, r.covered) > 0 {
			return Filled{Value: x.tool, Text: x.tool}, true
		}
	}
	return Filled{}, false
}

// takeMetric takes the metric that the words name, or the figure itself.
func takeMetric(s *sentence, r *parsed) (Filled, bool) {
	for _, words := range []string{
		"一次合格率", "利润率", "经营成本", "市场占有率", "满意率", "产值", "销售额", "小巨人", "龙头企业", "合格率", "专家", "标准", "认证规则", "案例",
	} {
		if s.find(words, r.covered) > 0 {
			return Filled{Value: words, Text: words}, true
		}
	}
	return Filled{}, false
}

// takeTopic takes what is asked about where no name fits: the words that are
// neither cue nor filler.
func takeTopic(s *sentence, r *parsed) (Filled, bool) {
	best, start := [2]int{}, -1
	for i := 0; i <= len(s.runes); i++ {
		free := i < len(s.runes) && !r.covered[i] && !s.filler[i]
		switch {
		case free && start < 0:
			start = i
		case !free && start >= 0:
			if i-start > best[1]-best[0] {
				best = [2]int{start, i}
			}
			start = -1
		}
	}
	if best[1]-best[0] < 2 {
		return Filled{}, false
	}
	mark(r.covered, best[0], best[1])
	text := string(s.runes[best[0]:best[1]])
	return Filled{Value: text, Text: text}, true
}
