package graph

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// maxDerivedID is the longest id in bytes.
const maxDerivedID = 128

// DerivedID returns the id of a record that came without one: kind:local, where
// local is its code in lower case (standard:gb_t-13912-2020,
// firm:91350100m000100y43). A name, or a code that does not fit an id
// (中国药典2025年版), gives kind:x- and a hash; there what makes the name unique,
// such as the chain of a segment, is passed as parents. The same input always
// gives the same id, and so do two spellings of one standard or rule.
func DerivedID(kind, codeOrName string, parents ...string) string {
	kind = strings.ToLower(kind)
	name := norm.NFKC.String(codeOrName)
	local := name
	if number := derivedNumber(kind, codeOrName); number != nil {
		name = norm.NFKC.String(number.String())
		local = strings.NewReplacer("/", "_", " ", "-").Replace(name)
	}
	local = strings.ToLower(local)
	if fitsID(local) && len(kind)+1+len(local) <= maxDerivedID {
		return kind + ":" + local
	}
	text := kind + "\x00" + name
	for _, p := range parents {
		text += "\x00" + p
	}
	sum := sha256.Sum256([]byte(text))
	return kind + ":x-" + hex.EncodeToString(sum[:8])
}

// derivedNumber reads the code of a standard or rule, nil when it is free text
// or the record of another kind.
func derivedNumber(kind, code string) CodeNumber {
	switch kind {
	case "standard":
		if c, ok := ParseCode(code); ok {
			return c
		}
	case "rule":
		if r, ok := ParseRuleNo(code); ok {
			return r
		}
	}
	return nil
}

// fitsID reports whether s is in the alphabet of ids: [a-z0-9][a-z0-9._:-]*.
func fitsID(s string) bool {
	const alnum = "abcdefghijklmnopqrstuvwxyz0123456789"
	return s != "" && madeOf(s[:1], alnum) && madeOf(s[1:], alnum+"._:-")
}
