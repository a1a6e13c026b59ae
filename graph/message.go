package graph

import (
	"maps"
	"slices"
	"strings"
)

// The catalogue of texts: everything that the program says to people under a
// code, in Chinese and in English. Code elsewhere names a code; a test finds
// every code of the tree here.

// Lang is a language of the catalogue. The zero Lang is Chinese.
type Lang string

// The languages of the catalogue.
const (
	Chinese Lang = "zh"
	English Lang = "en"
)

// wording is what stands under one code: what is the matter, and what to do
// about it. {field}, {value} and {want} are filled in from the error; a part in
// [brackets] is left out when one that it names is empty.
type wording struct {
	zh, en     string // what
	zhDo, enDo string // what to do; may be empty where that is plain
}

// Title returns what code says in general, without the particulars of one
// error; for a code that the catalogue lacks, the code.
func Title(lang Lang, code string) string {
	t, ok := textOf(code)
	if !ok {
		return code
	}
	what, _ := t.in(lang)
	return strings.TrimRight(fill(what, &InvalidError{}), " ,:，：")
}

// Message returns what code says about e (nil: nothing in particular): what is
// wrong, where, and what to do.
func Message(lang Lang, code string, e *InvalidError) string {
	t, ok := textOf(code)
	if !ok {
		return code
	}
	if e == nil {
		e = &InvalidError{}
	}
	what, do := t.in(lang)
	out := fill(what, e)
	if do != "" {
		out += stop(lang) + fill(do, e)
	}
	return out + strings.TrimRight(stop(lang), " ")
}

// Message returns the text of e in lang.
func (e *InvalidError) Message(lang Lang) string { return Message(lang, e.Code, e) }

// Codes returns every code of the catalogue, sorted.
func Codes() []string {
	var all []string
	for _, part := range catalogue {
		all = slices.AppendSeq(all, maps.Keys(part))
	}
	slices.Sort(all)
	return all
}

// RuleCodes returns the codes of what a record or a write can break, sorted.
func RuleCodes() []string {
	codes := slices.Collect(maps.Keys(recordTexts))
	return slices.Sorted(slices.Values(slices.AppendSeq(codes, maps.Keys(graphTexts))))
}

func textOf(code string) (wording, bool) {
	for _, part := range catalogue {
		if t, ok := part[code]; ok {
			return t, true
		}
	}
	return wording{}, false
}

func (t wording) in(lang Lang) (what, do string) {
	if lang == English {
		return t.en, t.enDo
	}
	return t.zh, t.zhDo
}

func stop(lang Lang) string {
	if lang == English {
		return ". "
	}
	return "。"
}

// fill puts the particulars of e into a template.
func fill(template string, e *InvalidError) string {
	values := map[string]string{"{field}": e.Field, "{value}": e.Value, "{want}": e.Want}
	var out strings.Builder
	for template != "" {
		before, rest, optional := strings.Cut(template, "[")
		out.WriteString(substitute(before, values))
		if !optional {
			break
		}
		part, after, _ := strings.Cut(rest, "]")
		if !lacks(part, values) {
			out.WriteString(substitute(part, values))
		}
		template = after
	}
	return out.String()
}

func lacks(part string, values map[string]string) bool {
	for name, v := range values {
		if v == "" && strings.Contains(part, name) {
			return true
		}
	}
	return false
}

// substitute goes over the template once, so that braces inside a value stay
// what they are.
func substitute(s string, values map[string]string) string {
	pairs := make([]string, 0, 2*len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		pairs = append(pairs, name, values[name])
	}
	return strings.NewReplacer(pairs...).Replace(s)
}
