package web

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"zhitu/graph"
)

// The page has its own dictionaries, because English is needed as much as
// Chinese and nothing must be fetched before a page can be read. This holds
// them to the graph's words: one term for one concept, everywhere.
func TestTheDictionariesSayWhatTheSchemaSays(t *testing.T) {
	zh, en := dictionary(t, "zh"), dictionary(t, "en")
	want := map[string]string{}
	for _, k := range graph.Nodes() {
		if !k.System {
			want["kind."+string(k.Kind)] = k.Zh
		}
	}
	for _, k := range graph.Edges() {
		want["edge."+string(k.Kind)] = k.Zh
	}
	for _, v := range graph.Vocabularies() {
		for _, term := range v.Terms {
			want[v.Name+"."+term.Code] = term.Zh
		}
	}
	for key, text := range want {
		got, ok := zh[key]
		switch {
		case !ok:
			t.Errorf("src/i18n/zh.json lacks %q: %q", key, text)
		case got != text:
			t.Errorf("src/i18n/zh.json says %q for %q, the schema %q", got, key, text)
		}
		if _, ok := en[key]; !ok {
			t.Errorf("src/i18n/en.json lacks %q", key)
		}
	}
}

// Each class of gap says what it means, and nothing ever says that a thing does
// not exist: the graph knows only what it has recorded.
func TestTheDictionariesClaimNoMoreThanTheGraphKnows(t *testing.T) {
	zh := dictionary(t, "zh")
	for _, class := range codes(t, "gap_class") {
		if _, ok := zh["gap.meaning."+class]; !ok {
			t.Errorf("src/i18n/zh.json lacks gap.meaning.%s", class)
		}
	}
	for key, text := range zh {
		if s, ok := text.(string); ok && strings.Contains(s, "不存在") && !strings.Contains(s, "不等于不存在") {
			t.Errorf("%s says 不存在: the graph says only 未收录", key)
		}
	}
}

func codes(t *testing.T, vocabulary string) []string {
	t.Helper()
	v, ok := graph.VocabularyOf(vocabulary)
	if !ok || len(v.Codes()) == 0 {
		t.Fatalf("no vocabulary %s", vocabulary)
	}
	return slices.Clone(v.Codes())
}

func dictionary(t *testing.T, lang string) map[string]any {
	t.Helper()
	b, err := os.ReadFile("src/i18n/" + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var d map[string]any
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatalf("%s: %v", lang, err)
	}
	return d
}
