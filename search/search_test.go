package search

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
)

func TestWhatPeopleTypeLands(t *testing.T) {
	l := small(t)
	x := open(t, l, t.TempDir())
	settled(t, x)
	tests := []struct {
		name, query string
		first       graph.ID
	}{
		{"a code in compact lower case", "gbt13912", "standard:gb_t-13912-2020"},
		{"a code in full width", "ＧＢ／Ｔ 13912—2020", "standard:gb_t-13912-2020"},
		{"a code inside a question", "请问GBT13912的要求是什么", "standard:gb_t-13912-2020"},
		{"a code without year: the edition in force", "gb17761", "standard:gb-17761-2024"},
		{"a code with an old year: that edition", "GB 17761-2018", "standard:gb-17761-2018"},
		{"a number alone", "17761", "standard:gb-17761-2024"},
		{"a rule's number", "cnca-c11-16", "rule:cnca-c11-16-2023"},
		{"an English standard", "iso9001", "standard:iso-9001-2015"},
		{"a class of products", "3770", "product:ddc"},
		{"a name", "镀锌层附着力不足", "problem:qp-sw-01"},
		{"an alias", "锌层结合力差", "problem:qp-sw-01"},
		{"an alias of another word", "起火", "problem:qp-xn-02"},
		{"traditional characters", "鍍鋅層附著力不足", "problem:qp-sw-01"},
		{"a part of a name", "附着力", "problem:qp-sw-01"},
		{"a question", "充电器和锂电池不匹配怎么办", "problem:qp-xn-02"},
		{"a text in the body", "热失控", "problem:qp-xn-02"},
		{"a homophone", "应翰通", "firm:yht"},
		{"characters swapped", "映通翰", "firm:yht"},
		{"initials", "yht", "firm:yht"},
		{"joined pinyin", "yinghantong", "firm:yht"},
		{"a heteronym", "chongqingyinhangdianziyouxiangongsi", "firm:cq"},
		{"a single character", "网", "chain:sw"},
		{"a region's code", "131125", "region:131125"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := search(t, x, l, Query{Text: tt.query, Highlight: true, IncludeTotal: true})
			if len(p.Items) == 0 || p.Items[0].ID != tt.first {
				t.Errorf("%q gives %v, want %s first", tt.query, idsOf(p), tt.first)
			}
		})
	}
}

func TestGBForGBTIsHinted(t *testing.T) {
	l := small(t)
	x := open(t, l, t.TempDir())
	settled(t, x)
	p := search(t, x, l, Query{Text: "gbt17761"})
	if diff := cmp.Diff([]graph.ID{"standard:gb-17761-2024", "standard:gb-17761-2018"}, idsOf(p)[:2]); diff != "" {
		t.Error(diff)
	}
	if p.Hint != "GB 17761" {
		t.Errorf("hint %q, want GB 17761", p.Hint)
	}
	if p := search(t, x, l, Query{Text: "GB 17761"}); p.Hint != "" {
		t.Errorf("hint %q for the right prefix", p.Hint)
	}
}
