package search

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zhitu/graph"
)

// The fields of the index. One property per analysis: a term is looked up only
// in a field that was filled the same way.
const (
	fieldAllU     = "all_u"     // characters and words of name, aliases and text
	fieldAllB     = "all_b"     // their bigrams
	fieldNameU    = "name_u"    // characters and words of the name
	fieldAliasU   = "alias_u"   // … of the aliases
	fieldPinyin   = "py"        // syllables of name and aliases, all readings
	fieldExact    = "exact"     // name and aliases as a whole, squashed
	fieldJoined   = "py_join"   // the same in joined pinyin
	fieldInitials = "initials"  // … in initials, and every ending of those
	fieldEdge     = "edge"      // their beginnings, for suggestions
	fieldCodeFull = "code_full" // gb19001-2016
	fieldCodeBase = "code_base" // gb19001
	fieldCodeNum  = "code_num"  // 19001
	fieldCard     = "card"      // stored only
)

// formatVersion is part of what makes an index readable by this build: raise
// it with every change of analysis or layout, and indexes are rebuilt.
const formatVersion = 2

const (
	maxEdge       = 12  // characters of a beginning that is indexed
	maxInitials   = 12  // endings of initials
	edgeReadings  = 2   // of a heteronym that have beginnings and endings; whole names have all
	maxNameTokens = 40  // of a name that is spelled in pinyin
	maxBody       = 1e5 // bytes of text per node that are indexed
)

// document is a node as the index holds it.
type document struct {
	card  card
	text  string              // name, aliases and body, normalised, one piece a line
	terms map[string][]string // terms of the keyword fields
	seen  map[fieldTerm]bool  // what is in terms
	py    []string
}

type fieldTerm struct{ field, term string }

// documents makes documents over one reader.
type documents struct {
	members *members
}

func newDocuments(r graph.Reader) *documents { return &documents{members: newMembers(r)} }

// indexed tells whether the index holds a node at all: only what everybody may
// see, and no system kinds.
func indexed(n graph.Node) bool {
	spec, ok := graph.NodeSpecOf(n.Kind)
	return ok && !spec.System && n.Visibility == graph.Public
}

// of returns the document of n.
func (d *documents) of(ctx context.Context, n graph.Node) (document, error) {
	spec, ok := graph.NodeSpecOf(n.Kind)
	if !ok {
		return document{}, fmt.Errorf("document of %s: unknown kind %q", n.ID, n.Kind)
	}
	doc := document{terms: map[string][]string{}, seen: map[fieldTerm]bool{}}
	names := []string{Normalize(n.Name)}
	for _, a := range n.Aliases {
		if a = Normalize(a); a != "" && !slices.Contains(names, a) {
			names = append(names, a)
		}
	}
	codes := doc.addCodes(n, spec)
	doc.addNames(names)
	doc.text = strings.Join(append(slices.Clone(names), bodyOf(n, spec, codes)...), "\n")
	facets, err := d.facets(ctx, n, spec)
	if err != nil {
		return document{}, err
	}
	doc.card = card{
		id: n.ID, kind: n.Kind, state: n.State, from: n.ValidFrom, to: n.ValidTo, date: dateOf(n),
		severity: int(n.Fields.Int("severity")), names: names, facets: facets, codes: codes,
	}
	return doc, nil
}

// bodyOf returns the normalised texts in which n is found beside its names.
func bodyOf(n graph.Node, spec graph.NodeSpec, codes []string) []string {
	var body []string
	size := 0
	add := func(s string) {
		if s = Normalize(s); s != "" && size < maxBody {
			body, size = append(body, s), size+len(s)
		}
	}
	for _, f := range slices.Concat(spec.Fields, graph.CommonFields()) {
		if f.Search == graph.SearchBody {
			add(n.Fields.Text(f.Name))
			for _, s := range n.Fields.Texts(f.Name) {
				add(s)
			}
		}
	}
	for _, c := range codes {
		add(c)
	}
	for _, e := range n.Evidence {
		add(e.Quote)
	}
	return body
}

// addNames fills the fields that hold names as a whole.
func (d *document) addNames(names []string) {
	for _, name := range names {
		tokens := tokenize(name)
		d.add(fieldExact, squash(name))
		d.addEdges(squash(name))
		if len(tokens) == 0 || len(tokens) > maxNameTokens {
			continue
		}
		for _, alternatives := range readings(tokens) {
			d.py = append(d.py, alternatives...)
		}
		joined, initials := spellings(tokens)
		for k, j := range joined {
			d.add(fieldJoined, j)
			if k < edgeReadings {
				d.addEdges(j)
			}
		}
		for k, in := range initials {
			endings := 1
			if k < edgeReadings {
				endings = maxInitials
				d.addEdges(in)
			}
			for i := 0; i < len(in) && i < endings; i++ {
				d.add(fieldInitials, in[i:])
			}
		}
	}
}

// addCodes fills the code fields and returns the codes as they are written.
func (d *document) addCodes(n graph.Node, spec graph.NodeSpec) []string {
	var codes []string
	for _, f := range spec.Fields {
		if f.Search != graph.SearchCode {
			continue
		}
		values := n.Fields.Texts(f.Name)
		if s := n.Fields.Text(f.Name); s != "" {
			values = append(slices.Clone(values), s)
		}
		for _, v := range values {
			if v = clean(v); v != "" {
				codes = append(codes, v)
				d.addCode(v)
			}
		}
	}
	// An alias may be a number too: the older spelling of a joint standard.
	if n.Kind == graph.Standard || n.Kind == graph.Rule {
		for _, a := range n.Aliases {
			if number, ok := parseNumber(a); ok {
				d.addKeys(number.Keys())
			}
		}
	}
	return codes
}

func (d *document) addCode(v string) {
	d.addEdges(squash(Normalize(v)))
	number, ok := parseNumber(v)
	if !ok {
		// Free codes: whole, and each word of it (C3770 助动车制造).
		norm := Normalize(v)
		d.add(fieldCodeBase, squash(norm))
		for _, word := range strings.Fields(norm) {
			d.add(fieldCodeBase, squash(word))
			d.add(fieldCodeNum, strings.TrimLeft(squash(word), "abcdefghijklmnopqrstuvwxyz"))
		}
		return
	}
	d.addKeys(number.Keys())
	d.addEdges(squash(number.Keys().Full))
	d.addEdges(squash(number.Keys().Base))
	d.addEdges(squash(number.Keys().Num))
}

func (d *document) addKeys(k graph.CodeKeys) {
	d.add(fieldCodeFull, k.Full)
	d.add(fieldCodeBase, k.Base)
	d.add(fieldCodeNum, k.Num)
}

// parseNumber reads s as the number of a standard or rule.
func parseNumber(s string) (graph.CodeNumber, bool) {
	if c, ok := graph.ParseCode(s); ok {
		return c, true
	}
	if r, ok := graph.ParseRuleNo(s); ok {
		return r, true
	}
	return nil, false
}

func (d *document) add(field, term string) {
	key := fieldTerm{field, term}
	if term != "" && len(term) <= 256 && !d.seen[key] {
		d.seen[key] = true
		d.terms[field] = append(d.terms[field], term)
	}
}

// addEdges adds the beginnings of s.
func (d *document) addEdges(s string) {
	n := 0
	for i := range s {
		if n > 0 {
			d.add(fieldEdge, s[:i])
		}
		if n++; n > maxEdge {
			return
		}
	}
	d.add(fieldEdge, s)
}

// squash leaves letters, digits and Han characters only, and the dash of a code
// between digits: gb/t 17761 and gbt17761 are one.
func squash(s string) string {
	return strings.Map(func(r rune) rune {
		if classOf(r) == otherRune {
			return -1
		}
		return r
	}, s)
}

// facets returns the values of n that can be filtered by and counted.
func (d *documents) facets(ctx context.Context, n graph.Node, spec graph.NodeSpec) ([]string, error) {
	ms, err := d.members.of(ctx, n)
	if err != nil {
		return nil, err
	}
	regions, err := d.members.regions(ctx, n)
	if err != nil {
		return nil, err
	}
	var out []string
	add := func(name string, values ...string) {
		for _, v := range values {
			if v = clean(v); v != "" {
				out = append(out, name+"="+v)
			}
		}
	}
	add("kind", string(n.Kind))
	add("state", n.State.String())
	add("chain", ms.chains...)
	add("region", regions...)
	add("position", ms.positions...)
	for _, f := range slices.Concat(spec.Fields, graph.CommonFields()) {
		switch {
		case f.Name == "position" || f.Search != graph.SearchFilter && f.Name != "illustrative" && f.Name != "synthetic":
		case f.Type == graph.Integer:
			if v := n.Fields.Int(f.Name); v != 0 {
				add(f.Name, strconv.FormatInt(v, 10))
			}
		case f.Type == graph.Boolean:
			if n.Fields.Flag(f.Name) {
				add(f.Name, "true")
			}
		case f.Type == graph.TermList:
			add(f.Name, n.Fields.Texts(f.Name)...)
		default:
			add(f.Name, n.Fields.Text(f.Name))
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// dateOf returns the day that sort=date orders n by: when it took effect or
// began, else when it was issued.
func dateOf(n graph.Node) graph.Date {
	for _, name := range []string{"effective", "issued", "starts_on", "initiated_on", "date", "deadline", "ends_on"} {
		if s := n.Fields.Span(name); s.Known() {
			return s.First
		}
	}
	if n.ValidFrom.Known() {
		return n.ValidFrom
	}
	return graph.Unknown
}
