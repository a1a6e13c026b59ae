package search

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"zhitu/graph"
)

// Query is what is searched for. The zero Query finds everything.
type Query struct {
	Text string
	// Filters narrow by facet: kind, chain, region, position, status, severity,
	// state, or any field that the schema table marks as a filter. Values of
	// one facet are alternatives, facets must all fit. Without a filter by
	// state, records that are retired or merged are left out.
	Filters      map[string][]string
	Facets       []string // to be counted, each without its own filter
	Sort         string   // "", "name", "date", "severity", "kind"; "-" before it turns it round
	Highlight    bool
	PageSize     int // 0: 50
	PageToken    string
	IncludeTotal bool
}

// Page is one page of hits.
type Page struct {
	Items         []Hit                   `json:"items"`
	Facets        map[string][]FacetValue `json:"facets"`
	DidYouMean    string                  `json:"did_you_mean"`
	Hint          string                  `json:"hint"` // a code that was probably meant: 您是否要找 …
	Total         *int                    `json:"total,omitempty"`
	NextPageToken string                  `json:"next_page_token"`
	Seq           graph.Seq               `json:"seq"` // of the index
	Warnings      []string                `json:"warnings"`
}

// Hit is one node that was found.
type Hit struct {
	ID           graph.ID       `json:"id"`
	Kind         graph.NodeKind `json:"kind"`
	Name         string         `json:"name"`
	Score        float64        `json:"score"`
	State        graph.State    `json:"state"`
	Status       graph.Status   `json:"status,omitempty"` // of a standard or rule on the date of the view
	Illustrative bool           `json:"illustrative,omitempty"`
	Highlights   []Highlight    `json:"highlights"`
	Matched      []Match        `json:"matched"`
}

// Highlight is a piece of a field, safe as HTML, with what was found in <mark>.
type Highlight struct {
	Field string `json:"field"`
	HTML  string `json:"html"`
}

// Match says why a hit is one: the query's text in a field, where need be for
// which name of the node it stands.
type Match struct {
	Field string `json:"field"` // name, alias, code, pinyin, initials, text
	Text  string `json:"text"`
	For   string `json:"for,omitempty"`
}

// FacetValue is how many hits have one value of a facet.
type FacetValue struct {
	Value string `json:"value"`
	Name  string `json:"name"` // in Chinese, where the schema knows it
	Count int    `json:"count"`
}

// The limits of a page.
const (
	defaultPageSize = 50
	maxPageSize     = 1000
	maxFacetValues  = 200
)

// validate refuses what cannot be answered and fills in defaults.
func (q *Query) validate() error {
	if q.PageSize == 0 {
		q.PageSize = defaultPageSize
	}
	if q.PageSize < 0 || q.PageSize > maxPageSize {
		return &graph.InvalidError{Field: "page_size", Code: "out_of_range", Value: strconv.Itoa(q.PageSize), Want: fmt.Sprintf("1–%d", maxPageSize)}
	}
	if !slices.Contains(sortOrders, strings.TrimPrefix(q.Sort, "-")) {
		return &graph.InvalidError{Field: "sort", Code: "unknown_code", Value: q.Sort, Want: strings.Join(sortOrders[1:], " | ")}
	}
	known := FacetNames()
	for _, f := range q.Facets {
		if !slices.Contains(known, f) {
			return &graph.InvalidError{Field: "facets", Code: "unknown_code", Value: f, Want: strings.Join(known, " | ")}
		}
	}
	for f := range q.Filters {
		if !slices.Contains(known, f) {
			return &graph.InvalidError{Field: f, Code: "unknown_code", Value: f, Want: strings.Join(known, " | ")}
		}
	}
	return nil
}

// FacetNames returns what can be filtered by and counted, in order.
func FacetNames() []string {
	names := []string{"kind", "chain", "region", "position", "status", "severity", "state", "illustrative", "synthetic"}
	for _, k := range graph.Nodes() {
		for _, f := range slices.Concat(k.Fields, graph.CommonFields()) {
			if f.Search == graph.SearchFilter && !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		}
	}
	return names
}

// fingerprint identifies the list that q pages through on asOf: everything but
// the page.
func (q Query) fingerprint(asOf graph.Date) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q %d", q.Text, q.Sort, asOf)
	for _, name := range slices.Sorted(maps.Keys(q.Filters)) {
		values := slices.Sorted(slices.Values(q.Filters[name]))
		fmt.Fprintf(&b, " %q=%q", name, slices.Compact(values))
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:6])
}

// cursor is the place of a hit in a list: the keys that order it. It is no
// secret; rights are checked again on every page.
type cursor struct {
	Key   string    `json:"k"` // of the sort order; the score when there is none
	ID    graph.ID  `json:"i"`
	Query string    `json:"q"`
	Seq   graph.Seq `json:"s"`
}

func (c cursor) encode() (string, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("encode page token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// decodeCursor reads a page token of the list fingerprint.
func decodeCursor(token, fingerprint string) (cursor, error) {
	var c cursor
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil || c.ID == "" {
		return c, &graph.InvalidError{Field: "page_token", Code: "bad_page_token", Value: token}
	}
	if c.Query != fingerprint {
		return c, &graph.InvalidError{Field: "page_token", Code: "other_page_token"}
	}
	return c, nil
}

// The sort orders; the first is by score.
var sortOrders = []string{"", "name", "date", "severity", "kind"}

// ordering is how hits follow one another. Ties are always broken by id, so
// that two builds of one graph list alike.
type ordering struct {
	by      string
	reverse bool
}

func orderingOf(sort string) ordering {
	by, reverse := strings.CutPrefix(sort, "-")
	return ordering{by: by, reverse: reverse}
}

// place is a hit's place in the order.
type place struct {
	number float64 // ascending
	text   string
	id     graph.ID
}

func (a place) compare(b place) int {
	if c := cmp.Compare(a.number, b.number); c != 0 {
		return c
	}
	if c := strings.Compare(a.text, b.text); c != 0 {
		return c
	}
	return strings.Compare(string(a.id), string(b.id))
}

// of returns the place of a document. Missing dates and severities come last
// either way.
func (o ordering) of(c *card, score float64) place {
	const last = 1e18
	sign := 1.0
	if o.reverse {
		sign = -1
	}
	switch o.by {
	case "name":
		return place{text: c.names[0], id: c.id}
	case "kind":
		return place{text: string(c.kind), id: c.id}
	case "date":
		if !c.date.Known() {
			return place{number: last, id: c.id}
		}
		return place{number: sign * float64(c.date), id: c.id}
	case "severity":
		if c.severity == 0 {
			return place{number: last, id: c.id}
		}
		return place{number: sign * float64(c.severity), id: c.id}
	}
	return place{number: -score, id: c.id}
}

// less orders places; a text that is turned round still has its ties by id.
func (o ordering) compare(a, b place) int {
	if o.reverse && (o.by == "name" || o.by == "kind") {
		if c := strings.Compare(b.text, a.text); c != 0 {
			return c
		}
		return strings.Compare(string(a.id), string(b.id))
	}
	return a.compare(b)
}

func (o ordering) cursor(p place) string {
	if o.by == "name" || o.by == "kind" {
		return p.text
	}
	return strconv.FormatFloat(p.number, 'g', -1, 64)
}

func (o ordering) place(c cursor) (place, error) {
	if o.by == "name" || o.by == "kind" {
		return place{text: c.Key, id: c.ID}, nil
	}
	n, err := strconv.ParseFloat(c.Key, 64)
	if err != nil {
		return place{}, &graph.InvalidError{Field: "page_token", Code: "bad_page_token"}
	}
	return place{number: n, id: c.ID}, nil
}
