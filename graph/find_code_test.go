package graph

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFindCodesPointsIntoTheTextAsGiven(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string // canonical = as it stands in the text
	}{
		{"inside a question", "请问GBT19001的要求是什么", []string{"GB/T 19001=GBT19001"}},
		{"two in one", "GB/T 24001-2016/ISO 14001:2015", []string{"GB/T 24001-2016=GB/T 24001-2016", "ISO 14001:2015=ISO 14001:2015"}},
		{"full width", "按ＧＢ／Ｔ　１３９１２—２０２０，见", []string{"GB/T 13912-2020=ＧＢ／Ｔ　１３９１２—２０２０"}},
		{"what NFKC makes longer stands before", "㎜℡½ GB 17761", []string{"GB 17761=GB 17761"}},
		{"combined characters", "e\u0301e\u0301 iso9001", []string{"ISO 9001=iso9001"}},
		{"a list with numbers", "1.GB/T 19001；2.GB/T 24001", []string{"GB/T 19001=GB/T 19001", "GB/T 24001=GB/T 24001"}},
		{"a rule and a standard", "CNCA-C11-16：2023依据GB 17761", []string{"CNCA-C11-16:2023=CNCA-C11-16：2023", "GB 17761=GB 17761"}},
		{"each of a list has its own place", "ISO9001/14001", []string{"ISO 9001=ISO9001", "ISO 14001=14001"}},
		{"a notice begins after the verb", "须按照建质【2009】87号文执行", []string{"建质〔2009〕87号=建质【2009】87号"}},
		{"a certifier's approval is no rule", "CNCA-R-2002-001", nil},
		{"models, paper, steel", "6061-T6、5G、A3、2025年、Q235B", nil},
		{"a broken encoding", "\xff\xfeGB 17761\xff", []string{"GB 17761=GB 17761"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range FindCodes(tt.text) {
				got = append(got, f.Code.String()+"="+tt.text[f.Start:f.End])
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("FindCodes(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestARangeYieldsEveryMember(t *testing.T) {
	found := FindCodes("符合GB/T 3098.1~3098.17的要求")
	if len(found) != 17 || found[8].Code.String() != "GB/T 3098.9" || found[16].Code.String() != "GB/T 3098.17" {
		t.Errorf("found %d: %v", len(found), found)
	}
	if long := FindCodes("GB/T 3098.1~3098.900"); len(long) != 2 {
		t.Errorf("a range of 900 yields %d, want its ends", len(long))
	}
}

// spellings are the ways people write a code; year says that it keeps the year.
var spellings = []struct {
	name  string
	write func(code string) string
	year  bool
}{
	{"as it is", func(s string) string { return s }, true},
	{"lower case", strings.ToLower, true},
	{"no blank", func(s string) string { return strings.ReplaceAll(s, " ", "") }, true},
	{"em dash", func(s string) string { return strings.ReplaceAll(s, "-", "—") }, true},
	{"full width", fullWidth, true},
	{"colon before the year", func(s string) string { return beforeYear(s, ":") }, true},
	{"dash before the year", func(s string) string { return beforeYear(s, "-") }, true},
	{"blank before the year", func(s string) string { return beforeYear(s, " ") }, true},
	{"compact", func(s string) string { return compact(s) }, true},
	{"compact, lower case", func(s string) string { return strings.ToLower(compact(s)) }, true},
	{"no year", func(s string) string { return beforeYear(s, "") }, false},
	{"compact, lower case, no year", func(s string) string { return strings.ToLower(compact(beforeYear(s, ""))) }, false},
}

// TestEverySpellingOfTheSeedIsFound writes each number of the seed in each way
// into a sentence. What may be missed is what nobody can tell from a word.
func TestEverySpellingOfTheSeedIsFound(t *testing.T) {
	standards, rules := seedNumbers(t)
	tried, missed := 0, 0
	for _, number := range append(standards, rules...) {
		var want CodeNumber
		if c, ok := ParseCode(number); ok && c.Tier() != "" {
			want = c
		} else if r, ok := ParseRuleNo(number); ok {
			want = r
		} else {
			continue
		}
		for _, sp := range spellings {
			text := sp.write(number)
			tried++
			found := FindCodes("请问" + text + "的要求是什么")
			ok := len(found) == 1 && found[0].Code.Keys().Base == want.Keys().Base &&
				(!sp.year || found[0].Code.Year() == want.Year())
			if !ok {
				missed++
				t.Logf("%s: %q gives %v, want %s", sp.name, text, found, want)
			}
		}
	}
	t.Logf("%d spellings, %d missed", tried, missed)
	if missed*100 > tried {
		t.Errorf("%d of %d spellings missed, more than 1 %%", missed, tried)
	}
}

func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '　'
		case '!' <= r && r <= '~':
			return r + 0xfee0
		}
		return r
	}, s)
}

// beforeYear replaces what stands before a final year; without sep the year goes too.
func beforeYear(s, sep string) string {
	i := strings.LastIndexAny(s, "-:")
	if year, end := fourDigitYearAt(s, i+1); i < 0 || year == 0 || end != len(s) {
		return s
	}
	if sep == "" {
		return s[:i]
	}
	return s[:i] + sep + s[i+1:]
}

func compact(s string) string { return strings.NewReplacer(" ", "", "/", "").Replace(s) }

// codeSeeds start the fuzzers where the grammar is.
var codeSeeds = []string{
	"GB/T 13912—2020", "gb／t 13912－2020", "iso/iec17000：2020", "DB33/T2428-2022", "T/HZWXTZ 001-2021", "Q/CSG 1203005-2015",
	"ASTM A641/A641M-09", "JIS B 8433-1:2015", "GB/T 10288-2016/XG1-2020", "EN 15194:2017+A1:2023", "ISO 9001:2015/Amd 1:2024",
	"根据建质〔2009〕87号文件", "GB/T 3098.1~3098.17", "GB 5009.22/.33/.121", "CNCA-C11-01/A1：2014", "CQC16-463511-2018", "ITSS.1-2015",
	"NB/SH/T 0001-2019", "\xffGB 1\u0301", "㎜℡½", "GJB 150.1A-2009",
}

// codeTokens are what codes and their surroundings are made of.
var codeTokens = strings.Split("GB|GBZ|GJB|HB|QC|NB/SH|TSG|DB|DBS|33|3305|T|Q|/T|/Z|T/|Q/|ZZB|CSG|ISO|IEC|/IEC|EN|DIN|ASTM|UL|JIS|IEEE|AS|TS|TR|R|"+
	"GUIDE|CECS|ITSS|CNCA|CQC|CCAP|CCRC|C11|13C|APP|A641|M|X12|B|9001|2012|1999|85|05|1|17|2015|001|8000|0|.|-|:|/|~|+| |  |—|：|至|年|版|月|号|第|〔|〕|[|]|"+
	"(|)|建质|根据|XG|AMD|COR|A|AC|的|℡|½|é|\xff|\u0301|\n|_|%|、", "|")

// TestTokensInAnyOrder reaches deeper than bytes at random do.
func TestTokensInAnyOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	read, found := 0, 0
	for range 50_000 {
		var b strings.Builder
		for range 1 + random.IntN(9) {
			b.WriteString(codeTokens[random.IntN(len(codeTokens))])
		}
		if _, ok := ParseCode(b.String()); ok {
			read++
		}
		found += len(FindCodes(b.String()))
		checkParsed(t, b.String())
		checkFound(t, b.String())
	}
	t.Logf("%d read, %d found", read, found)
	if read == 0 || found == 0 {
		t.Error("the tokens make no codes")
	}
}

func FuzzParseCode(f *testing.F) {
	for _, s := range codeSeeds {
		f.Add(s)
	}
	f.Fuzz(checkParsed)
}

func FuzzFindCodes(f *testing.F) {
	for _, s := range codeSeeds {
		f.Add("请问" + s + "的要求")
	}
	f.Fuzz(checkFound)
}

// checkParsed holds that what is read is read again as the same.
func checkParsed(t *testing.T, s string) {
	if c, ok := ParseCode(s); ok {
		if again, ok := ParseCode(c.String()); !ok || again != c {
			t.Errorf("ParseCode(%q) = %q, read again %q, %v", s, c, again, ok)
		}
		if family, ok := ParseCode(c.Family()); !ok || family.Family() != c.Family() {
			t.Errorf("family %q of %q is read as %q, %v", c.Family(), s, family, ok)
		}
		if k := c.Keys(); k.Base == "" || k.Num == "" || (k.Full == "") != (c.Year() == 0) {
			t.Errorf("keys of %q are %+v", c, k)
		}
	}
	if r, ok := ParseRuleNo(s); ok {
		if again, ok := ParseRuleNo(r.String()); !ok || again != r {
			t.Errorf("ParseRuleNo(%q) = %q, read again %q, %v", s, r, again, ok)
		}
	}
	if id := DerivedID("Standard", s); len(id) > maxDerivedID || !fitsID(id) {
		t.Errorf("DerivedID of %q is %q", s, id)
	}
}

// checkFound holds that what is found lies in the text, in order and between
// whole characters, and is read as the same.
func checkFound(t *testing.T, text string) {
	last := 0
	for _, found := range FindCodes(text) {
		if found.Start < last || found.Start >= found.End || found.End > len(text) {
			t.Errorf("FindCodes(%q): %q at %d to %d, after %d", text, found.Code, found.Start, found.End, last)
			return
		}
		last = found.Start
		if !startsRune(text, found.Start) || !startsRune(text, found.End) {
			t.Errorf("FindCodes(%q): %q cuts a character", text, found.Code)
		}
		if c, ok := found.Code.(Code); ok {
			if again, ok := ParseCode(c.String()); !ok || again != c {
				t.Errorf("FindCodes(%q): %q is read again as %q, %v", text, c, again, ok)
			}
		}
	}
}

// startsRune reports whether a character starts at i, or the text ends. A stray
// byte is a character of its own.
func startsRune(text string, i int) bool {
	if i == len(text) {
		return true
	}
	for at := range text {
		if at == i {
			return true
		}
	}
	return false
}

func BenchmarkFindCodes(b *testing.B) {
	text := strings.Repeat("镀锌层附着力不足，按GB/T 13912—2020和ISO 1461:2009检验，型号6061-T6。", 20)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		FindCodes(text)
	}
}
