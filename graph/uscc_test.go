package graph

import (
	"errors"
	"strings"
	"testing"
)

func TestParseUSCC(t *testing.T) {
	tests := []struct{ name, given, want, code, expected string }{
		{"valid", "91350100M000100Y43", "91350100M000100Y43", "", ""},
		{"inner check X, outer G", "9144030071526726XG", "9144030071526726XG", "", ""},
		{"remainder 0 is written 0", "91131125MA00002690", "91131125MA00002690", "", ""},
		{"lower case", "91350100m000100y43", "91350100M000100Y43", "", ""},
		{"full width", "９１３５０１００Ｍ０００１００Ｙ４３", "91350100M000100Y43", "", ""},
		{"blanks", " 91350100 M000100Y4　3\n", "91350100M000100Y43", "", ""},
		{"wrong check", "91350100M000100Y44", "", "uscc_check", "3"},
		{"Z is outside the alphabet", "91350100M000100Y4Z", "", "uscc_alphabet", usccAlphabet},
		{"so is I", "9I350100M000100Y43", "", "uscc_alphabet", usccAlphabet},
		{"the region is digits", "91A50100M000100Y43", "", "uscc_alphabet", usccDigits},
		{"too short", "91350100M000100Y4", "", "uscc_length", "18"},
		{"too long", "91350100M000100Y433", "", "uscc_length", "18"},
		{"empty", "", "", "uscc_length", "18"},
		{"18 characters, not bytes", "九1350100M000100Y43", "", "uscc_alphabet", usccAlphabet},
		// Outer check recomputed for an inner check of 1, which is what 9
		// becomes when letters count as in the outer check.
		{"letter values of the outer check", withCheck("91131125MA0000261"), "", "uscc_inner_check", "9"},
		{"remainder as index", "91350100M000100Y4W", "", "uscc_check", "3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseUSCC(tt.given)
			if string(got) != tt.want {
				t.Errorf("ParseUSCC(%q) = %q, want %q", tt.given, got, tt.want)
			}
			invalid, _ := errors.AsType[*InvalidError](err)
			switch {
			case tt.code == "" && err != nil:
				t.Errorf("ParseUSCC(%q): %v", tt.given, err)
			case tt.code != "" && (invalid == nil || invalid.Code != tt.code || invalid.Want != tt.expected):
				t.Errorf("ParseUSCC(%q): %v, want %s (%s)", tt.given, err, tt.code, tt.expected)
			case tt.code != "" && !errors.Is(err, ErrInvalid):
				t.Errorf("ParseUSCC(%q): %v is not ErrInvalid", tt.given, err)
			}
		})
	}
}

func withCheck(first17 string) string { return first17 + usccCheck(first17) }

// Sums and remainders of the worked table, so that a mistake shows where it is.
func TestUSCCChecksOfTheWorkedTable(t *testing.T) {
	for code, want := range map[string][2]string{
		"91350100M000100Y43": {"4", "3"},
		"9144030071526726XG": {"X", "G"},
		"91131125MA00002690": {"9", "0"},
	} {
		if got := [2]string{usccInnerCheck(code[8:16]), usccCheck(code[:17])}; got != want {
			t.Errorf("%s: inner and outer check %q, want %q", code, got, want)
		}
	}
}

func TestRegisteredRegionIsThatOfTheCode(t *testing.T) {
	u, err := ParseUSCC("91350100M000100Y43")
	if err != nil {
		t.Fatal(err)
	}
	if got := u.RegisteredRegion(); got != "350100" {
		t.Errorf("RegisteredRegion() = %q, want 350100", got)
	}
	if got := USCC("").RegisteredRegion(); got != "" {
		t.Errorf("of the zero USCC: %q", got)
	}
}

func TestALongValueIsShownShort(t *testing.T) {
	_, err := ParseUSCC(strings.Repeat("镀", 5000))
	if len(err.Error()) > 300 {
		t.Errorf("the error has %d bytes", len(err.Error()))
	}
}

func FuzzParseUSCC(f *testing.F) {
	f.Add("91350100M000100Y43")
	f.Add("９１３５０１００ m000100y43")
	f.Fuzz(func(t *testing.T, s string) {
		u, err := ParseUSCC(s)
		if err != nil {
			return
		}
		if again, err := ParseUSCC(string(u)); err != nil || again != u || len(u) != usccLength {
			t.Errorf("ParseUSCC(%q) = %q, read again %q, %v", s, u, again, err)
		}
	})
}
