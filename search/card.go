package search

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"zhitu/graph"
)

// card is what filtering, facets, sorting, reranking and suggestions need of a
// document. It is stored with the document and held in memory, so that none of
// them reads the index's postings or doc values.
type card struct {
	id       graph.ID
	kind     graph.NodeKind
	state    graph.State
	from, to graph.Date // validity
	date     graph.Date // what sort=date means; Unknown sorts last
	severity int
	lengths  lengths
	names    []string // normalised: the name, then the aliases
	codes    []string // as they are written
	facets   []string // name=value
}

// lengths are the numbers of terms of a document in the ranked fields.
type lengths struct{ AllU, AllB, NameU, AliasU int64 }

func (l lengths) plus(o lengths, sign int64) lengths {
	return lengths{l.AllU + sign*o.AllU, l.AllB + sign*o.AllB, l.NameU + sign*o.NameU, l.AliasU + sign*o.AliasU}
}

// The layout is text, fields apart by one control character and items of a
// list by another; normalised text and codes hold neither.
const (
	cardSeparator = "\x1e"
	itemSeparator = "\x1f"
	cardFields    = 10
)

// encode returns the card without its id, which is that of the document.
func (c card) encode() string {
	l := c.lengths
	return strings.Join([]string{
		string(c.kind), strconv.Itoa(int(c.state)),
		strconv.Itoa(int(c.from)), strconv.Itoa(int(c.to)), strconv.Itoa(int(c.date)), strconv.Itoa(c.severity),
		fmt.Sprintf("%d,%d,%d,%d", l.AllU, l.AllB, l.NameU, l.AliasU),
		strings.Join(c.names, itemSeparator), strings.Join(c.facets, itemSeparator),
		strings.Join(c.codes, itemSeparator),
	}, cardSeparator)
}

func decodeCard(id graph.ID, s string) (card, error) {
	part := strings.Split(s, cardSeparator)
	if len(part) != cardFields {
		return card{}, fmt.Errorf("card of %s has %d fields", id, len(part))
	}
	var number [5]int
	for i, text := range part[1:6] {
		n, err := strconv.Atoi(text)
		if err != nil {
			return card{}, fmt.Errorf("card of %s: %w", id, err)
		}
		number[i] = n
	}
	c := card{
		id: id, kind: graph.NodeKind(part[0]), state: graph.State(number[0]), from: graph.Date(number[1]),
		to: graph.Date(number[2]), date: graph.Date(number[3]), severity: number[4],
		names: strings.Split(part[7], itemSeparator),
	}
	l := &c.lengths
	if _, err := fmt.Sscanf(part[6], "%d,%d,%d,%d", &l.AllU, &l.AllB, &l.NameU, &l.AliasU); err != nil {
		return card{}, fmt.Errorf("card of %s: lengths: %w", id, err)
	}
	if part[8] != "" {
		c.facets = strings.Split(part[8], itemSeparator)
	}
	if part[9] != "" {
		c.codes = strings.Split(part[9], itemSeparator)
	}
	return c, nil
}

// clean takes what would break the layout out of a value.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}
