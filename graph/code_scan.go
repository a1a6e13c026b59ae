package graph

import "strings"

// This file is the grammar: functions that look at an upper-case text at a
// position and say where what they look for ends. None of them keeps state, so
// trying the next reading is simply calling the next function.

// codeHead is the part of a code before its number.
type codeHead struct {
	prefix, suffix string
	body           codeBody
	apart          bool // a blank stands before the number
}

// codeHeadReaders are tried in this order; the first that fits wins. DB and T/ come
// before the tables because only they have digits or a slash in the prefix.
var codeHeadReaders = []func(s string, i int) (codeHead, int, bool){
	localHead, socialHead, chineseHead, foreignHead, compactSocialHead,
}

// codeAt reads a code at i and returns where it ends, i when there is none.
// Certain is false when it may as well be a model, a hardness or a gas.
func codeAt(s string, i int) (c Code, end int, certain bool) {
	for _, read := range codeHeadReaders {
		h, j, ok := read(s, i)
		if !ok {
			continue
		}
		if c, end, certain = h.restAt(s, j); end > j {
			return c, end, certain
		}
	}
	return Code{}, i, false
}

// restAt reads number, year and codeAmendments of h, j being just after the head.
func (h codeHead) restAt(s string, j int) (c Code, end int, certain bool) {
	num := skipGap(s, j, h.prefix == dottedCodePrefix)
	h.apart = h.apart || num > j && asciiBlank(s[j])
	number, end := numberAt(s, num, h.body.style)
	if end == num || !strings.HasPrefix(number, h.body.only) {
		return Code{}, j, false
	}
	c = Code{prefix: h.prefix, suffix: h.suffix, number: number, tier: h.body.tier, style: h.body.style}
	c.year, end = yearAt(s, end, h.body.style)
	short := c.year != 0 && !asciiDigit(s[end-3])
	c.amendment, end = amendmentsAt(s, end)
	if c.year == 0 && c.amendment == "" && dateWordAt(s, end) {
		return Code{}, j, false // 2025年 after EN is a year and no standard
	}
	return c, end, h.certain(s[num:], c, short)
}

// certain reports whether c, whose number is at the start of rest, is a code in
// running text too. A short year is one of two digits: HB 60-75 is a hardness.
func (h codeHead) certain(rest string, c Code, short bool) bool {
	want := h.body.glued
	if h.apart {
		want = h.body.spaced
	}
	lead := lettersAt(rest, 0)
	n := digitsAt(rest, lead) - lead
	if c.year != 0 {
		return !short || n >= 3 || n >= h.body.spaced
	}
	hasPart := lead+n < len(c.number) && c.tier != codeTierIndustry
	return n >= want || hasPart && want < neverBare
}

// localHead reads DB33, DB3305, DBS33 with or without /T. A separator has to
// follow: in DB332428 nobody can tell the region from the number.
func localHead(s string, i int) (codeHead, int, bool) {
	word := s[i:lettersAt(s, i)]
	if word != "DB" && word != "DBS" {
		return codeHead{}, i, false
	}
	j := skipBlanks(s, i+len(word))
	k := digitsAt(s, j)
	if n := k - j; n != 2 && n != 4 || !strings.Contains(codeProvinces, "|"+s[j:j+2]+"|") {
		return codeHead{}, i, false
	}
	h := codeHead{prefix: word + s[j:k]}
	h.body = codeBody{tier: codeTierLocal, style: chineseStyle, spaced: 3, glued: 3}
	suffix, end := suffixAt(s, k)
	switch {
	case suffix != "":
		h.suffix, h.body.spaced, h.body.glued = suffix, 1, 1
	case strings.HasPrefix(s[skipBlanks(s, k):], "/"): // DB11/ 501-2017
		end = skipBlanks(s, k) + 1
	case k == len(s) || !asciiBlank(s[k]):
		return codeHead{}, i, false
	}
	return h, end, true
}

// socialHead reads T/ZZB and Q/CSG: T and Q are followed by the issuer, which
// may contain digits (T/31SCTA 001), and never are a suffix.
func socialHead(s string, i int) (codeHead, int, bool) {
	tier, ok := socialTier(s[i:lettersAt(s, i)])
	if !ok {
		return codeHead{}, i, false
	}
	j := skipBlanks(s, i+1)
	if j == len(s) || s[j] != '/' {
		return codeHead{}, i, false
	}
	j = skipBlanks(s, j+1)
	end := j // after the last letter of the run
	for k := j; k < len(s) && asciiAlnum(s[k]); k++ {
		if asciiLetter(s[k]) {
			end = k + 1
		}
	}
	return issuerHead(s[i:i+1], s[j:end], tier), end, end-j >= 2
}

// compactSocialHead reads TZZB in TZZB1697-2020: any word that starts with T or
// Q would do, so the number has to be glued to it and the year has to be there.
func compactSocialHead(s string, i int) (codeHead, int, bool) {
	end := lettersAt(s, i)
	if digits := digitsAt(s, end) - end; end-i < 3 || digits < 2 || end-i+digits < 6 {
		return codeHead{}, i, false
	}
	tier, ok := socialTier(s[i : i+1])
	if !ok {
		return codeHead{}, i, false
	}
	if _, num := numberAt(s, end, freeStyle); num == end {
		return codeHead{}, i, false
	} else if year, _ := yearAt(s, num, freeStyle); year == 0 {
		return codeHead{}, i, false
	}
	return issuerHead(s[i:i+1], s[i+1:end], tier), end, true
}

func socialTier(word string) (string, bool) {
	switch word {
	case "T":
		return codeTierAssociation, true
	case "Q":
		return codeTierEnterprise, true
	}
	return "", false
}

// issuerHead is the head of a standard of issuer. A few letters after T/ may be
// a unit (500 t/ha): those need a year, or a longer number.
func issuerHead(kind, issuer, tier string) codeHead {
	body := codeBody{tier: tier, style: freeStyle, spaced: 1, glued: 1}
	switch {
	case len(issuer) < 3:
		body.spaced, body.glued = neverBare, neverBare
	case len(issuer) == 3:
		body.spaced, body.glued = 3, 3
	}
	return codeHead{prefix: kind + "/" + issuer, body: body}
}

// chineseHead reads the prefixes of chineseCodeBodies: GB/T, GBT, GB T, NB/SH/T.
func chineseHead(s string, i int) (codeHead, int, bool) {
	j := lettersAt(s, i)
	word := s[i:j]
	if j < len(s) && s[j] == '/' { // NB/SH
		k := lettersAt(s, j+1)
		if _, ok := chineseCodeBodies[s[i:k]]; ok {
			word, j = s[i:k], k
		}
	}
	body, ok := chineseCodeBodies[word]
	if !ok {
		return gluedSuffixHead(word, j)
	}
	// In TSG Z6002 and JTG T the letter belongs to the number unless a slash says otherwise.
	if suffix, k := suffixAt(s, j); suffix != "" && (body.style == chineseStyle || s[j] == '/') {
		return suffixedHead(word, suffix, body), k, true
	}
	return codeHead{prefix: word, body: body}, j, true
}

// gluedSuffixHead reads GBT and, of longer numbers, CHZ. GBZ is in the table and
// does not come here.
func gluedSuffixHead(word string, end int) (codeHead, int, bool) {
	if word == "" {
		return codeHead{}, end, false
	}
	prefix, suffix := word[:len(word)-1], word[len(word)-1:]
	body, ok := chineseCodeBodies[prefix]
	h := suffixedHead(prefix, suffix, body)
	if suffix == "Z" {
		h.body.spaced, h.body.glued = 4, 4
	}
	return h, end, ok && (suffix == "T" || suffix == "Z")
}

// suffixedHead is word/suffix. With a suffix there is hardly a word that a
// prefix could be confused with.
func suffixedHead(word, suffix string, body codeBody) codeHead {
	body.spaced, body.glued = 1, 2
	switch {
	case body.tier != codeTierMandatory:
	case suffix == "Z":
		body.tier = codeTierGuide
	default:
		body.tier = codeTierVoluntary
	}
	return codeHead{prefix: word, suffix: suffix, body: body}
}

// suffixAt reads /T or /Z at i, the slash also as \ - _ or a blank for T alone:
// GB Z is no spelling of GB/Z.
func suffixAt(s string, i int) (suffix string, end int) {
	j, slash := skipBlanks(s, i), false
	if j < len(s) && strings.IndexByte(`/\-_`, s[j]) >= 0 {
		slash = s[j] == '/' || s[j] == '\\'
		j = skipBlanks(s, j+1)
	}
	if j == len(s) || s[j] != 'T' && (s[j] != 'Z' || !slash) || lettersAt(s, j) != j+1 {
		return "", i
	}
	return s[j : j+1], j + 1
}

// foreignHead reads the bodies of foreignCodeBodies and the types of documents, in
// any combination, glued or not: ISO/IEC TR, ISOIEC, DIN EN ISO.
func foreignHead(s string, i int) (codeHead, int, bool) {
	word, canon := foreignWordAt(s, i)
	body, ok := foreignCodeBodies[word]
	if !ok {
		return codeHead{}, i, false
	}
	h, last, end := codeHead{prefix: canon, body: body}, word, i+len(word)
	for {
		j := end
		if k := skipBlanks(s, j); k < len(s) && (s[k] == '/' || s[k] == '-') {
			j = skipBlanks(s, k+1)
		} else {
			j = k
		}
		next, canon := foreignWordAt(s, j)
		if _, isType := codeDocumentTypes[next]; next == "" || isType && body.style != internationalStyle {
			break // the R of JIS R 5210 is a letter of the number
		}
		h.prefix += foreignJoint(h.prefix, last, next) + canon
		h.body.only = ""
		last, end = next, j+len(next)
	}
	// Letters that are left belong to a longer word: ISOLATOR, ULTRA. The one
	// letter of ASTM A641 belongs to the number.
	rest := lettersAt(s, end) - end
	return h, end, rest == 0 || rest == 1 && codeStyles[body.style].lead > 0
}

// foreignWordAt returns the longest body or type that s has at i, as read and
// as written. R, the old Recommendations, is one only as a whole word.
func foreignWordAt(s string, i int) (word, canon string) {
	for j := lettersAt(s, i); j > i; j-- {
		word = s[i:j]
		if _, ok := foreignCodeBodies[word]; ok {
			return word, word
		}
		if canon, ok := codeDocumentTypes[word]; ok && (word != "R" || lettersAt(s, i) == j) {
			return word, canon
		}
	}
	return "", ""
}

// foreignJoint is what stands between prefix, whose last word is last, and next.
func foreignJoint(prefix, last, next string) string {
	_, isType := codeDocumentTypes[next]
	switch {
	case isType && (strings.HasSuffix(prefix, "ISO") || prefix == "CEN") && next != "GUIDE":
		return "/"
	case isType, strings.Contains(codeAdopters, "|"+last+"|"):
		return " "
	}
	return "/"
}

// numberAt reads a number with its parts at i, as style writes it.
func numberAt(s string, i int, style codeStyle) (number string, end int) {
	g := codeStyles[style]
	j := min(lettersAt(s, i), i+g.lead) // after the letters
	num := j
	if style == jisStyle { // B 8433
		num = skipBlanks(s, j)
	}
	k := digitsAt(s, num)
	if k == num || k-num > g.digits || g.leadMust && j == i {
		return "", i
	}
	if g.tail && k < len(s) && asciiLetter(s[k]) {
		k++
	}
	k = partsAt(s, k, style)
	if style == astmStyle && k < len(s) && s[k] == '/' { // A641/A641M
		if _, twin := numberAt(s, k+1, style); twin > k+1 && s[twin-1] == 'M' {
			k = twin
		}
	}
	if k < len(s) && asciiAlnum(s[k]) {
		return "", i
	}
	if style == jisStyle {
		return s[i:j] + " " + s[num:k], k
	}
	return s[i:k], k
}

// partsAt returns the end of the parts at i: .1 after GB, -1 and -X12 after ISO.
func partsAt(s string, i int, style codeStyle) int {
	g := codeStyles[style]
	for i < len(s) && strings.IndexByte(g.parts, s[i]) >= 0 {
		end := partAt(s, i+1, style)
		if end == i+1 || end-i-1 > g.partChars || end < len(s) && asciiAlnum(s[end]) {
			break
		}
		if s[i] == '-' && yearTailAt(s, i+1) {
			break
		}
		i = end
	}
	return i
}

// partAt returns the end of one part at i. Only international and military ones
// have letters: X12, 1AE, 1A; a single letter is a part when a year follows.
func partAt(s string, i int, style codeStyle) int {
	if style != internationalStyle && style != letteredStyle {
		return digitsAt(s, i)
	}
	lead := i
	if style == internationalStyle {
		lead = min(lettersAt(s, i), i+2)
	}
	end := digitsAt(s, lead)
	if end == lead {
		if lead == i+1 && lead+1 < len(s) && s[lead] == ':' && asciiDigit(s[lead+1]) {
			return lead
		}
		return i
	}
	if end-lead > 5 {
		return i
	}
	return min(lettersAt(s, end), end+2)
}

// yearTailAt reports whether the four digits at i are the year of a code that
// writes it after a dash. In ISO/TS 10303-1905:2001 they are a part.
func yearTailAt(s string, i int) bool {
	year, end := fourDigitYearAt(s, i)
	if year == 0 {
		return false
	}
	return end+1 >= len(s) || s[end] != ':' && s[end] != '-' || !asciiDigit(s[end+1])
}
