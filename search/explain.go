package search

import (
	"context"
	"html"
	"slices"
	"strings"

	"zhitu/graph"
)

// matched says why a node is a hit, strongest reason first.
func (x *execution) matched(f found, n *graph.Node) []Match {
	c := x.g.card(f.doc)
	q := x.route.squashed
	out := []Match{}
	add := func(field, text, of string) {
		if len(out) < 3 && !slices.ContainsFunc(out, func(m Match) bool { return m.Field == field }) {
			out = append(out, Match{Field: field, Text: text, For: of})
		}
	}
	if f.score >= boostNum {
		for _, code := range c.codes {
			if x.asksFor(code) {
				add("code", code, "")
			}
		}
	}
	for i, name := range c.names {
		if squash(name) == q {
			x.addName(add, n, i)
		}
	}
	if latin(q) {
		for i, name := range c.names {
			joined, initials := spellings(tokenize(name))
			if slices.Contains(joined, q) {
				add("pinyin", q, originalName(n, i))
			} else if slices.ContainsFunc(initials, func(s string) bool { return strings.HasSuffix(s, q) }) {
				add("initials", q, originalName(n, i))
			}
		}
	}
	x.addShared(add, c, n)
	for _, s := range textsOf(n) {
		if len(out) > 0 {
			break
		}
		if words := x.sharedWords(Normalize(s)); len(words) > 0 {
			add("text", strings.Join(words, " "), "")
		}
	}
	return out
}

func (x *execution) addName(add func(field, text, of string), n *graph.Node, i int) {
	if i == 0 {
		add("name", n.Name, "")
	} else {
		add("alias", originalName(n, i), n.Name)
	}
}

// addShared names the name or alias that shares most of the query, by sight or
// by sound.
func (x *execution) addShared(add func(field, text, of string), c *card, n *graph.Node) {
	best, at := 0, -1
	for i, name := range c.names {
		if k := len(strings.Join(x.sharedWords(name), "")); k > best {
			best, at = k, i
		}
	}
	if at >= 0 {
		text := strings.Join(x.sharedWords(c.names[at]), " ")
		if at == 0 {
			add("name", text, "")
		} else {
			add("alias", text, n.Name)
		}
		return
	}
	sp := newSpeller(x.route.text)
	for i, name := range c.names {
		if x.route.units > 1 && x.route.units <= maxRerankUnits && sp.similarity(name) > 0.5 {
			add("pinyin", originalName(n, i), n.Name)
		}
	}
}

// sharedWords returns the longest runs of the query that text has, in order,
// at most five.
func (x *execution) sharedWords(text string) []string {
	var out []string
	for _, s := range x.runs(text) {
		if w := text[s.start:s.end]; !slices.Contains(out, w) && len(out) < 5 {
			out = append(out, w)
		}
	}
	return out
}

// asksFor tells whether the query has the number of code, in any spelling.
func (x *execution) asksFor(code string) bool {
	n, ok := parseNumber(code)
	if !ok {
		return strings.Contains(squash(Normalize(code)), x.route.squashed)
	}
	if n.Keys().Num == x.route.squashed || n.Keys().Base == x.route.squashed {
		return true
	}
	return slices.ContainsFunc(x.route.codes, func(f graph.FoundCode) bool { return f.Code.Keys().Base == n.Keys().Base })
}

// originalName returns the name or alias of n that stands at i on its card.
func originalName(n *graph.Node, i int) string {
	if i == 0 {
		return n.Name
	}
	seen := []string{Normalize(n.Name)}
	for _, a := range n.Aliases {
		if norm := Normalize(a); norm != "" && !slices.Contains(seen, norm) {
			if seen = append(seen, norm); len(seen) == i+1 {
				return a
			}
		}
	}
	return ""
}

// span is a stretch of a normalised text.
type span struct{ start, end int }

// runs returns where text has pieces of the query: bigrams for a long query,
// characters too for a short one, neighbours merged.
func (x *execution) runs(text string) []span {
	tokens := tokenize(text)
	var out []span
	add := func(list []token, wanted map[string]bool) {
		for _, t := range list {
			if wanted[t.text] {
				out = append(out, span{t.start, t.end})
			}
		}
	}
	add(pairs(tokens, text), x.route.pairSet)
	if x.route.units <= 6 || len(out) == 0 {
		add(tokens, x.route.tokenSet)
	}
	slices.SortFunc(out, func(a, b span) int { return a.start - b.start })
	merged := out[:0]
	for _, s := range out {
		if n := len(merged); n > 0 && s.start <= merged[n-1].end {
			merged[n-1].end = max(merged[n-1].end, s.end)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// The sizes of highlights.
const (
	maxHighlights   = 3
	highlightRadius = 30 // characters round the first mark
)

// highlights marks the query in the name, the aliases and the texts of n, as
// they are written: what was matched is normalised, what is shown is not.
func (x *execution) highlights(n *graph.Node) []Highlight {
	out := []Highlight{}
	add := func(field, text string) {
		if len(out) >= maxHighlights {
			return
		}
		if h := x.mark(text); h != "" {
			out = append(out, Highlight{Field: field, HTML: h})
		}
	}
	add("name", n.Name)
	for _, a := range n.Aliases {
		add("alias", a)
	}
	spec, _ := graph.NodeSpecOf(n.Kind)
	for _, f := range slices.Concat(spec.Fields, graph.CommonFields()) {
		if f.Search == graph.SearchBody || f.Search == graph.SearchCode {
			add(f.Name, n.Fields.Text(f.Name))
			for _, s := range n.Fields.Texts(f.Name) {
				add(f.Name, s)
			}
		}
	}
	for _, e := range n.Evidence {
		add("evidence", e.Quote)
	}
	return out
}

// mark returns text, or a window of a long one, escaped as HTML with the
// query's pieces in <mark>; "" if it has none.
func (x *execution) mark(text string) string {
	f := fold(text)
	runs := x.runs(f.text)
	if len(runs) == 0 {
		return ""
	}
	from, to := window(text, int(f.from[runs[0].start]))
	var b strings.Builder
	if from > 0 {
		b.WriteString("…")
	}
	at := from
	for _, r := range runs {
		start, end := int(f.from[r.start]), int(f.to[r.end-1])
		if start < at || end > to {
			continue
		}
		b.WriteString(html.EscapeString(text[at:start]))
		b.WriteString("<mark>" + html.EscapeString(text[start:end]) + "</mark>")
		at = end
	}
	b.WriteString(html.EscapeString(text[at:to]))
	if to < len(text) {
		b.WriteString("…")
	}
	return b.String()
}

// window returns the bytes of text round at that are shown.
func window(text string, at int) (from, to int) {
	starts := make([]int, 0, len(text)/3)
	here := 0
	for i := range text {
		if i <= at {
			here = len(starts)
		}
		starts = append(starts, i)
	}
	if len(starts) <= 4*highlightRadius {
		return 0, len(text)
	}
	first := max(0, here-highlightRadius)
	last := min(len(starts), first+4*highlightRadius)
	if last == len(starts) {
		return starts[first], len(text)
	}
	return starts[first], starts[last]
}

// textsOf returns every text in which n is found beside its names.
func textsOf(n *graph.Node) []string {
	spec, _ := graph.NodeSpecOf(n.Kind)
	var out []string
	for _, f := range slices.Concat(spec.Fields, graph.CommonFields()) {
		if f.Search == graph.SearchBody || f.Search == graph.SearchCode {
			if s := n.Fields.Text(f.Name); s != "" {
				out = append(out, s)
			}
			out = append(out, n.Fields.Texts(f.Name)...)
		}
	}
	for _, e := range n.Evidence {
		out = append(out, e.Quote)
	}
	return out
}

// lowCoverage is below which another name is offered.
const lowCoverage = 0.6

// didYouMean offers a name that looks or sounds like the query when no hit
// covers it well. It never replaces the query.
func (x *execution) didYouMean(ctx context.Context) (string, error) {
	if x.blank() || x.route.units < 2 || x.route.units > 2*maxRerankUnits || len(x.route.codes) > 0 {
		return "", nil
	}
	for _, h := range x.hits {
		if h.score >= boostInitials || h.cover >= lowCoverage && x.seesAll(h) {
			return "", nil
		}
	}
	sp := newSpeller(x.route.text)
	best, name := 0.0, ""
	top, _ := x.best(ordering{}, nil, x.params.Rerank)
	var ids []graph.ID
	sims := map[graph.ID]float64{}
	at := map[graph.ID]int{}
	for _, f := range top {
		c := x.g.card(f.doc)
		for i, s := range c.names {
			if sim := sp.similarity(s); sim > 0.6 && sim > sims[c.id] {
				sims[c.id], at[c.id] = sim, i
			}
		}
		if sims[c.id] > 0 {
			ids = append(ids, c.id)
		}
	}
	nodes, err := x.view.Nodes(ctx, ids)
	if err != nil {
		return "", err
	}
	for i := range nodes {
		n := &nodes[i]
		offer := originalName(n, at[n.ID])
		if sims[n.ID] > best || sims[n.ID] == best && offer < name {
			best, name = sims[n.ID], offer
		}
	}
	if Normalize(name) == x.route.text {
		return "", nil
	}
	return name, nil
}

// seesAll tells whether h has as written what it covers, not by its sound.
func (x *execution) seesAll(h found) bool { return x.sheet.heard[h.doc]&^x.sheet.seen[h.doc] == 0 }
