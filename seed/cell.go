package seed

import "strings"

// Cells of spreadsheets. A text that begins like a formula is given a leading
// apostrophe, so that no program runs it; reading takes it away again, so that
// the round trip is exact. A text that begins with apostrophes before such a
// sign gets one more, for the same reason.

// formulaSigns begin a formula in some program, their full-width forms too.
const formulaSigns = "=+-@\t\r\n＝＋－＠"

// neutralCell returns what may stand in a cell for s.
func neutralCell(s string) string {
	if bare := strings.TrimLeft(s, "'"); bare != "" && strings.ContainsAny(firstRune(bare), formulaSigns) {
		return "'" + s
	}
	return s
}

// originalCell takes back what neutralCell did.
func originalCell(s string) string {
	if bare := strings.TrimLeft(s, "'"); len(bare) < len(s) && bare != "" && strings.ContainsAny(firstRune(bare), formulaSigns) {
		return s[1:]
	}
	return s
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}
