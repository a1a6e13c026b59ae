package graph

import (
	"strconv"
	"strings"
)

// RuleNo is the number of a certification rule 认证规则 (CNCA-C11-16:2021) or of
// a certifier's detail rule 实施细则 (CQC-C1116-2021). The zero RuleNo is not
// valid; get one from ParseRuleNo or FindCodes.
type RuleNo struct {
	family  string // CNCA-C11-01/A1, CQC-C1116
	number  string // the same without the body: C11-01/A1, C1116
	yearSep string
	year    int
	detail  bool
}

// ruleForms are the numbers that are known. In a form 9 stands for a digit and
// W for a word of up to six letters; the rest is itself.
var ruleForms = []struct {
	body, joint, form string
	detail            bool // its body writes the year as it likes
}{
	{"CNCA", "-", "C99-99/A99", false}, // compulsory certification since 2014
	{"CNCA", "-", "C99-99/A9", false},
	{"CNCA", "-", "C99-99", false},
	{"CNCA", "-", "99C-999", false}, // and before
	{"CNCA", "-", "W-999", false},   // management systems, food, apps
	{"CNCA", "-", "W-99", false},
	{"CQC", "-", "C99-99", true},
	{"CQC", "-", "C9999", true},
	{"CQC", "/", "W999", true},
	{"CQC", "", "99-999999", true},
	{"CBC", "-", "C9999", true},
	{"CCAP", "-", "C99-99", true},
	{"CCAP", "-", "W-999999", true},
	{"CCRC", "-", "W", true}, // a word alone needs a year
}

// ruleWords are written in mixed case; every other word is in upper case.
var ruleWords = map[string]string{"APP": "App"}

// ParseRuleNo reads s, all of it, as the number of a rule or detail rule, with
// or without year: general rules such as CNCA-00C-008 are cited without one.
func ParseRuleNo(s string) (RuleNo, bool) {
	if len(s) > maxCodeBytes {
		return RuleNo{}, false
	}
	s = NormalizeCode(s)
	r, end := ruleNoAt(s, 0)
	return r, end > 0 && end == len(s)
}

// String returns the canonical spelling.
func (r RuleNo) String() string {
	if r.year == 0 {
		return r.family
	}
	return r.family + r.yearSep + strconv.Itoa(r.year)
}

// Family returns the number without the year.
func (r RuleNo) Family() string { return r.family }

// Year returns the year of the edition, 0 when the number names none.
func (r RuleNo) Year() int { return r.year }

// Detail reports whether it is a certifier's detail rule.
func (r RuleNo) Detail() bool { return r.detail }

// Keys returns the index keys: cnca-c11-16-2021, cnca-c11-16, c11-16.
func (r RuleNo) Keys() CodeKeys {
	return codeKeys(keyText(r.family), keyText(r.number), r.year)
}

// ruleNoAt reads the number of a rule at i of an upper-case text, i when there
// is none.
func ruleNoAt(s string, i int) (RuleNo, int) {
	for _, f := range ruleForms {
		rest, ok := strings.CutPrefix(s[i:], f.body)
		if !ok {
			continue
		}
		start := len(s) - len(rest)
		j := ruleJoint(s, start, f.joint, f.form)
		word, end := ruleFormAt(s, j, f.form)
		if j < 0 || end == j || word == "R" || word == "RF" { // CNCA-R-2002-001 approves a certifier
			continue
		}
		r := RuleNo{number: s[j:end], yearSep: ":", detail: f.detail}
		sep := end
		if r.year, end = yearAt(s, end, freeStyle); r.year != 0 && f.detail && s[skipBlanks(s, sep)] != ':' {
			r.yearSep = "-"
		}
		if f.form == "W" && r.year == 0 || end < len(s) && asciiAlnum(s[end]) {
			continue
		}
		if canon, ok := ruleWords[word]; ok {
			r.number = strings.Replace(r.number, word, canon, 1)
		}
		r.family = f.body + f.joint + r.number
		return r, end
	}
	return RuleNo{}, i
}

// ruleJoint returns where the form begins, the body having ended at i. CNCA C11
// and CNCAC11 are CNCA-C11; other forms have to be joined as they are.
func ruleJoint(s string, i int, joint, form string) int {
	switch {
	case joint == "":
		return i
	case strings.HasPrefix(s[skipBlanks(s, i):], joint):
		return skipBlanks(s, skipBlanks(s, i)+1)
	case joint == "-" && form[0] != 'W':
		return skipBlanks(s, i)
	}
	return -1
}

// ruleFormAt matches form at i, and returns the word in it and where it ends.
func ruleFormAt(s string, i int, form string) (word string, end int) {
	if i < 0 {
		return "", i
	}
	const longestWord = 6
	j := i
	for k := range len(form) {
		switch {
		case form[k] == 'W':
			n := lettersAt(s, j) - j
			if n == 0 || n > longestWord {
				return "", i
			}
			word, j = s[j:j+n], j+n
		case j < len(s) && (s[j] == form[k] || form[k] == '9' && asciiDigit(s[j])):
			j++
		default:
			return "", i
		}
	}
	if j < len(s) && asciiAlnum(s[j]) {
		return "", i
	}
	return word, j
}

// CertifierApproval returns the approval number 批准号 of a certifier in its one
// spelling: CNCA-R-2002-001, CNCA-RF-2010-25 for those founded from abroad.
func CertifierApproval(s string) (string, bool) {
	s = NormalizeCode(s)
	rest, ok := strings.CutPrefix(s, "CNCA-R")
	if !ok {
		return "", false
	}
	rest = strings.TrimPrefix(rest, "F")
	if len(rest) < len("-2002-01") || rest[0] != '-' || digitsAt(rest, 1) != 5 || rest[5] != '-' {
		return "", false
	}
	if n := digitsAt(rest, 6) - 6; n < 2 || n > 4 || 6+n != len(rest) {
		return "", false
	}
	return s, true
}
