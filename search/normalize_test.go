package search

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestNormalize(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"full width", "ＧＢ／Ｔ１９００１：２０１５", "gb/t19001:2015"},
		{"dashes", "13912—2020–1‐2−3―4", "13912-2020-1-2-3-4"},
		{"brackets and slashes", `建质〔2009〕87号【甲】a\b`, "建质(2009)87号(甲)a/b"},
		{"compatibility characters", "①㈱℃Ⅲ㎡：（", "1(株)°ciiim2:("},
		{"traditional", "鍍鋅層發髮附著力後裏", "镀锌层发发附着力后里"},
		{"white space", "  锌层\t\u3000 脱落\n", "锌层 脱落"},
		{"capital with a dot", "İSO", "iso"},
		{"a composed letter", "Ｅ\u0301tude", "étude"},
		{"control characters", "a\x00b\u200bc\ufeff", "abc"},
		{"nothing", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Normalize(tt.in)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFoldRemembersWhereItCameFrom(t *testing.T) {
	in := "  ＧＢ\u3000鍍㎡x"
	f := fold(in)
	if f.text != "gb 镀m2x" {
		t.Fatalf("folded to %q", f.text)
	}
	at := strings.Index(f.text, "镀")
	if got := in[f.from[at]:f.to[at]]; got != "鍍" {
		t.Errorf("镀 came from %q", got)
	}
	at = strings.Index(f.text, "2")
	if got := in[f.from[at]:f.to[at]]; got != "㎡" {
		t.Errorf("2 came from %q", got)
	}
}

func TestUndecorated(t *testing.T) {
	for in, want := range map[string]string{
		"*ST 信威": "信威", "st信威": "信威", "万科-A": "万科", "S佳通": "佳通", "standard": "standard", "ST": "st", "映翰通-U": "映翰通", "瓦轴B": "瓦轴", "锌B": "锌b", "iso-a": "iso-a",
	} {
		if got := undecorated(Normalize(in)); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"ＧＢ／Ｔ", "鍍鋅層", "İ", "ﬁ", "a\u0301\u0327", "\u1100\u1161\u11a8", "㍿①", "ǅ", "ϓ\u0301", "ẞ", "\xff\xfe", "薴", "Ω", "K"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := fold(s)
		if !utf8.ValidString(once.text) {
			t.Fatalf("%q folds to invalid %q", s, once.text)
		}
		if twice := Normalize(once.text); twice != once.text {
			t.Fatalf("%q folds to %q and then to %q", s, once.text, twice)
		}
		if len(once.from) != len(once.text) || len(once.to) != len(once.text) {
			t.Fatalf("%q: %d bytes, %d and %d offsets", s, len(once.text), len(once.from), len(once.to))
		}
		for i := range once.from {
			if once.from[i] < 0 || int(once.to[i]) > len(s) || once.from[i] > once.to[i] || i > 0 && once.from[i] < once.from[i-1] {
				t.Fatalf("%q: offsets %v, %v", s, once.from, once.to)
			}
		}
		for _, tok := range pairs(tokenize(once.text), once.text) {
			if once.text[tok.start:tok.end] != tok.text {
				t.Fatalf("%q: token %+v", s, tok)
			}
		}
	})
}
