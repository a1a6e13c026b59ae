package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"zhitu/graph"
)

// Suggestion is a node whose name, alias, code, pinyin or initials begins with
// what was typed.
type Suggestion struct {
	ID      graph.ID       `json:"id"`
	Kind    graph.NodeKind `json:"kind"`
	Name    string         `json:"name"`
	Matched Match          `json:"matched"`
}

const (
	defaultSuggestions = 10
	maxSuggestions     = 50
	maxCandidates      = 20000 // postings looked at for one suggestion
)

// candidate is a document that begins as typed: how well, in steps, then by
// length of its name and id.
type candidate struct {
	doc   uint32
	rank  int
	size  int
	id    graph.ID
	match Match
}

// suggest returns at most limit completions of text.
func (x *execution) suggest(ctx context.Context, text string, kinds []graph.NodeKind, limit int) ([]Suggestion, error) {
	typed := squash(Normalize(text))
	if typed == "" {
		return []Suggestion{}, nil
	}
	var all []candidate
	seen := 0
	err := x.g.lookup(ctx, fieldEdge, beginning(typed), func(doc uint32) {
		c := x.g.card(doc)
		if seen++; seen > maxCandidates || len(kinds) > 0 && !slices.Contains(kinds, c.kind) || !x.admits(c) {
			return
		}
		all = append(all, candidate{doc: doc, size: utf8.RuneCountInString(c.names[0]), id: c.id})
	})
	if err != nil {
		return nil, err
	}
	return x.complete(ctx, typed, all, limit)
}

// beginning returns at most maxEdge characters of s.
func beginning(s string) string {
	n := 0
	for i := range s {
		if n++; n > maxEdge {
			return s[:i]
		}
	}
	return s
}

// complete orders candidates and confirms the best against the view.
func (x *execution) complete(ctx context.Context, typed string, all []candidate, limit int) ([]Suggestion, error) {
	for i := range all {
		all[i].rank, all[i].match = x.begins(typed, x.g.card(all[i].doc))
	}
	all = slices.DeleteFunc(all, func(c candidate) bool { return c.rank < 0 })
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.size, b.size), strings.Compare(string(a.id), string(b.id)))
	})
	out := []Suggestion{}
	for len(all) > 0 && len(out) < limit {
		part := all[:min(len(all), limit)]
		all = all[len(part):]
		ids := make([]graph.ID, len(part))
		for i, c := range part {
			ids[i] = c.id
		}
		nodes, err := x.view.Nodes(ctx, ids)
		if err != nil {
			return nil, fmt.Errorf("confirm %d suggestions: %w", len(ids), err)
		}
		for _, c := range part {
			i := slices.IndexFunc(nodes, func(n graph.Node) bool { return n.ID == c.id })
			if i < 0 || nodes[i].Visibility != graph.Public || len(out) == limit {
				continue
			}
			n := &nodes[i]
			m := c.match
			if m.Field != "name" && m.Field != "code" {
				m.For = n.Name
			}
			out = append(out, Suggestion{ID: n.ID, Kind: n.Kind, Name: n.Name, Matched: m})
		}
	}
	return out, nil
}

// begins tells how a card begins as typed: 0 the name itself, 1 a code, 2 the
// name's beginning, 3 an alias, 4 pinyin, 5 initials; -1 not at all (the index
// knows only the first characters).
func (x *execution) begins(typed string, c *card) (int, Match) {
	for i, name := range c.names {
		s := squash(name)
		switch {
		case i == 0 && s == typed:
			return 0, Match{Field: "name", Text: typed}
		case i == 0 && strings.HasPrefix(s, typed):
			return 2, Match{Field: "name", Text: typed}
		case strings.HasPrefix(s, typed):
			return 3, Match{Field: "alias", Text: name}
		}
	}
	for _, code := range c.codes {
		if strings.HasPrefix(squash(Normalize(code)), typed) {
			return 1, Match{Field: "code", Text: code}
		}
		if n, ok := parseNumber(code); ok {
			k := n.Keys()
			if strings.HasPrefix(squash(k.Full), typed) || strings.HasPrefix(squash(k.Base), typed) || strings.HasPrefix(squash(k.Num), typed) {
				return 1, Match{Field: "code", Text: code}
			}
		}
	}
	if !latin(typed) {
		return -1, Match{}
	}
	for _, name := range c.names {
		joined, initials := spellings(tokenize(name))
		if slices.ContainsFunc(joined, func(s string) bool { return strings.HasPrefix(s, typed) }) {
			return 4, Match{Field: "pinyin", Text: typed}
		}
		if slices.ContainsFunc(initials, func(s string) bool { return strings.HasPrefix(s, typed) }) {
			return 5, Match{Field: "initials", Text: typed}
		}
	}
	return -1, Match{}
}
