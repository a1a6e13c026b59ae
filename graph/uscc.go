package graph

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// USCC is a unified social credit code 统一社会信用代码 (GB 32100-2015) whose
// checks held: 18 characters, upper case. The zero USCC is not valid; get one
// from ParseUSCC.
type USCC string

const (
	usccLength   = 18
	usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY" // no I, O, S, V, Z: 31 characters
	usccDigits   = "0123456789"
)

// ParseUSCC reads s in any case and width, with or without blanks. The error is
// an *InvalidError with code uscc_length, uscc_alphabet, uscc_check (the last
// character) or uscc_inner_check (the 17th, by GB 11714).
func ParseUSCC(s string) (USCC, error) {
	code := strings.ToUpper(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, norm.NFKC.String(s)))
	invalid := func(rule, want string) (USCC, error) {
		return "", &InvalidError{Code: rule, Value: shownUSCC(code), Want: want}
	}
	if n := len([]rune(code)); n != usccLength {
		return invalid("uscc_length", "18")
	}
	if !madeOf(code, usccAlphabet) {
		return invalid("uscc_alphabet", usccAlphabet)
	}
	if !madeOf(code[2:8], usccDigits) { // the region
		return invalid("uscc_alphabet", usccDigits)
	}
	if want := usccCheck(code[:17]); code[17:] != want {
		return invalid("uscc_check", want)
	}
	if want := usccInnerCheck(code[8:16]); code[16:17] != want {
		return invalid("uscc_inner_check", want)
	}
	return USCC(code), nil
}

// RegisteredRegion returns the region code in which the holder was registered.
// The code keeps it for ever: neither the holder nor the region need be there today.
func (u USCC) RegisteredRegion() string {
	if len(u) != usccLength {
		return ""
	}
	return string(u[2:8])
}

// usccCheck returns the 18th character for the first 17: 31 minus the weighted
// sum modulo 31, where 31 is written 0.
func usccCheck(code string) string {
	sum, weight := 0, 1
	for i := range len(code) {
		sum += strings.IndexByte(usccAlphabet, code[i]) * weight
		weight = weight * 3 % 31
	}
	check := (31 - sum%31) % 31
	return usccAlphabet[check : check+1]
}

// usccInnerCheck returns the 9th character of an organization code for the first
// 8 (GB 11714). Here letters count through the whole alphabet, A=10 to Z=35: M
// is 22, while it is 21 in the outer check.
func usccInnerCheck(code string) string {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	sum := 0
	for i, weight := range []int{3, 7, 9, 10, 5, 8, 4, 2} {
		sum += strings.IndexByte(alphabet, code[i]) * weight
	}
	return string("0123456789X"[(11-sum%11)%11])
}

// shownUSCC is what an error shows of what was given.
func shownUSCC(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// madeOf reports whether every character of s is one of chars.
func madeOf(s, chars string) bool { return strings.Trim(s, chars) == "" }
