package search

import (
	"slices"
	"strings"
	"sync"

	"github.com/mozillazg/go-pinyin"
)

// syllables maps a character to its toneless readings, the usual one first:
// 重 is zhong and chong. Readings are few, so that they are shared strings.
var syllables = sync.OnceValue(func() map[rune][]string {
	shared := map[string]string{}
	table := make(map[rune][]string, len(pinyin.PinyinDict))
	for code, marked := range pinyin.PinyinDict {
		var list []string
		for s := range strings.SplitSeq(marked, ",") {
			s = toneless(s)
			if kept, ok := shared[s]; ok {
				s = kept
			} else {
				shared[s] = s
			}
			if s != "" && !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
		table[rune(code)] = list
	}
	return table
})

var toneMarks = strings.NewReplacer(
	"ā", "a", "á", "a", "ǎ", "a", "à", "a", "ē", "e", "é", "e", "ě", "e", "è", "e", "ê", "e", "ế", "e", "ề", "e", "ḿ", "m",
	"ī", "i", "í", "i", "ǐ", "i", "ì", "i", "ō", "o", "ó", "o", "ǒ", "o", "ò", "o", "ū", "u", "ú", "u", "ǔ", "u", "ù", "u",
	"ǖ", "v", "ǘ", "v", "ǚ", "v", "ǜ", "v", "ü", "v", "ń", "n", "ň", "n", "ǹ", "n",
)

func toneless(s string) string {
	s = toneMarks.Replace(strings.ToLower(strings.TrimSpace(s)))
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' {
			return r
		}
		return -1
	}, s)
}

// phrases are words whose usual reading is not that of their characters.
var phrases = sync.OnceValue(func() map[string][]string {
	table := map[string][]string{}
	const words = "重庆 chong qing,厦门 xia men,长沙 chang sha,长春 chang chun,长江 chang jiang,长城 chang cheng,长安 chang an," +
		"长治 chang zhi,长兴 chang xing,长乐 chang le,乐清 yue qing,乐山 le shan,银行 yin hang,行业 hang ye,重工 zhong gong," +
		"成都 cheng du,六安 lu an,蚌埠 beng bu,台州 tai zhou,丽水 li shui,番禺 pan yu,大厦 da sha,音乐 yin yue,快乐 kuai le," +
		"调味 tiao wei,调节 tiao jie,传感 chuan gan,传动 chuan dong,传媒 chuan mei,单县 shan xian,会计 kuai ji,参茸 shen rong," +
		"系数 xi shu,便携 bian xie,朝阳 chao yang,华润 hua run,给排水 ji pai shui,供给 gong ji,藏药 zang yao,西藏 xi zang," +
		"曾都 zeng du,解放 jie fang,盛世 sheng shi,宁夏 ning xia,校准 jiao zhun,尺寸 chi cun,弹簧 tan huang,弹性 tan xing," +
		"降解 jiang jie,数控 shu kong,血液 xue ye,地板 di ban,目的 mu di,石油 shi you,仔猪 zi zhu,种植 zhong zhi,种子 zhong zi"
	for row := range strings.SplitSeq(words, ",") {
		f := strings.Fields(row)
		table[f[0]] = f[1:]
	}
	return table
})

// readings returns the toneless readings of each token, the likeliest first:
// that of a known phrase, else the usual one of the character. A token that is
// no Han character reads as itself; one that nobody can spell has none.
func readings(tokens []token) [][]string {
	out := make([][]string, len(tokens))
	table, known := syllables(), phrases()
	for i, t := range tokens {
		if !t.han {
			out[i] = []string{t.text}
		} else if out[i] == nil {
			out[i] = table[firstRune(t.text)]
		}
		for n := 3; n >= 2 && t.han; n-- {
			if i+n > len(tokens) {
				continue
			}
			word := ""
			for _, w := range tokens[i : i+n] {
				word += w.text
			}
			for k, s := range known[word] {
				out[i+k] = preferred(s, table[firstRune(tokens[i+k].text)])
			}
		}
	}
	return out
}

// preferred returns list with s moved to its beginning.
func preferred(s string, list []string) []string {
	out := append(make([]string, 0, len(list)+1), s)
	for _, other := range list {
		if other != s {
			out = append(out, other)
		}
	}
	return out
}

// maxReadings caps how many ways one name is written in pinyin.
const maxReadings = 8

// spellings returns how the tokens are written in joined pinyin and in
// initials: 映翰通 is yinghantong and yht. Letters and digits stand for
// themselves. The likeliest reading comes first; the product of heteronyms is
// capped.
func spellings(tokens []token) (joined, initials []string) {
	joined, initials = []string{""}, []string{""}
	for i, parts := range readings(tokens) {
		if len(parts) == 0 {
			return nil, nil
		}
		firsts := parts
		if !tokens[i].digits {
			firsts = nil
			for _, p := range parts {
				if !slices.Contains(firsts, p[:1]) {
					firsts = append(firsts, p[:1])
				}
			}
		}
		joined, initials = product(joined, parts), product(initials, firsts)
	}
	return joined, initials
}

// Spell returns name in joined toneless pinyin, in its likeliest reading; "" if
// anything but Chinese characters is in it.
func Spell(name string) string {
	tokens := tokenize(Normalize(name))
	for _, t := range tokens {
		if !t.han {
			return ""
		}
	}
	joined, _ := spellings(tokens)
	if len(tokens) == 0 || len(joined) == 0 {
		return ""
	}
	return joined[0]
}

// product appends each of tails to each of heads, heads with the usual tail
// first, at most maxReadings in all.
func product(heads, tails []string) []string {
	out := make([]string, 0, min(len(heads)*len(tails), maxReadings))
	for _, tail := range tails {
		for _, head := range heads {
			if len(out) == maxReadings {
				return out
			}
			out = append(out, head+tail)
		}
	}
	return out
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}
