package graph

import (
	"strings"
)

// ID is a public identifier: lower-case ASCII `[a-z0-9][a-z0-9._:-]*`, at most
// 128 bytes, unique over all nodes and, apart from them, over all edges. Byte
// order is code-point order, so both stores sort alike. The empty ID is none.
type ID string

const maxIDBytes = 128

func (id ID) valid() bool {
	if id == "" || len(id) > maxIDBytes {
		return false
	}
	for i := range len(id) {
		c := id[i]
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		case i > 0 && (c == '.' || c == '_' || c == ':' || c == '-'):
		default:
			return false
		}
	}
	return true
}

// NodeKind is what a node stands for. The set is closed (schema.go): a kind
// that is not listed cannot be stored, which is what lets a kind be spliced
// safely into a Cypher statement.
type NodeKind string

// EdgeKind is what an edge says of its two nodes. The set is closed as that
// of node kinds is.
type EdgeKind string

// Seq numbers the entries of the change log, from 1 without gaps; 0 is before
// the first.
type Seq int64

// Epoch names one life of a store: only a new store or a restore has a new one.
type Epoch string

// State is about our record, never about the thing in the world (that is its
// status at a date). The numbers are part of the record codec and never change.
type State uint8

// The states of a record.
const (
	Draft    State = 1 // 草稿
	Reviewed State = 2 // 已审
	Retired  State = 3 // 停用
	Merged   State = 4 // 已并入, MergedInto names the kept node
)

var stateNames = []string{"", "draft", "reviewed", "retired", "merged"}

// Visibility is who may see a record; what one may not see contributes nothing
// anywhere. The numbers are part of the record codec and never change.
type Visibility uint8

// The visibilities of a record.
const (
	Public       Visibility = 1 // 公开
	ChainWide    Visibility = 2 // 链内
	Organization Visibility = 3 // 本组织与有权专家
	Private      Visibility = 4 // 仅本企业
)

var visibilityNames = []string{"", "public", "chain", "organization", "private"}

func (s State) valid() bool      { return s >= Draft && s <= Merged }
func (v Visibility) valid() bool { return v >= Public && v <= Private }

func (s State) String() string      { return nameOf(stateNames, int(s)) }
func (v Visibility) String() string { return nameOf(visibilityNames, int(v)) }

// MarshalText writes draft, reviewed, retired or merged.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalText writes public, chain, organization or private.
func (v Visibility) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (s *State) UnmarshalText(b []byte) error {
	n, err := numberOf(stateNames, string(b))
	*s = State(n)
	return err
}

// UnmarshalText reads what MarshalText writes.
func (v *Visibility) UnmarshalText(b []byte) error {
	n, err := numberOf(visibilityNames, string(b))
	*v = Visibility(n)
	return err
}

func nameOf(names []string, n int) string {
	if n < 0 || n >= len(names) {
		return ""
	}
	return names[n]
}

func numberOf(names []string, name string) (int, error) {
	for i, n := range names {
		if n == name {
			return i, nil
		}
	}
	return 0, &InvalidError{Code: "unknown_code", Value: name, Want: strings.Join(names[1:], " | ")}
}

// Fields are the values of a record beyond the common ones: flat, those that
// the schema table gives to its kind. A value is one of
//
//	bool, int64, float64 (finite), string, []bool, []int64, []float64, []string
//
// because that is what Neo4j can hold natively. An absent field is null; an
// empty list is not absent.
type Fields map[string]any

// Text returns the string field name, or "".
func (f Fields) Text(name string) string { s, _ := f[name].(string); return s }

// Texts returns the list-of-strings field name, or nil.
func (f Fields) Texts(name string) []string { s, _ := f[name].([]string); return s }

// Int returns the integer field name, or 0.
func (f Fields) Int(name string) int64 { n, _ := f[name].(int64); return n }

// Number returns the number field name and whether it is there.
func (f Fields) Number(name string) (float64, bool) { n, ok := f[name].(float64); return n, ok }

// Flag returns the boolean field name, or false.
func (f Fields) Flag(name string) bool { b, _ := f[name].(bool); return b }

// Span returns the date text in field name; unknown when absent or malformed,
// which validation does not let in.
func (f Fields) Span(name string) Span {
	s, _ := ParseSpan(f.Text(name))
	return s
}

// Node is one thing in the graph. The zero Node is not valid.
type Node struct {
	ID         ID         `json:"id"`
	Kind       NodeKind   `json:"kind"`
	Name       string     `json:"name"`
	Aliases    []string   `json:"aliases"`
	Fields     Fields     `json:"fields"`
	ValidFrom  Date       `json:"valid_from"` // true in the world; may be unknown
	ValidTo    Date       `json:"valid_to"`   // exclusive
	State      State      `json:"state"`
	Visibility Visibility `json:"visibility"`
	Owner      ID         `json:"owner,omitempty"`
	Evidence   []Evidence `json:"evidence"`
	Version    int64      `json:"version"` // continues when a deleted id is created again
	Seq        Seq        `json:"seq"`     // of the last change
	MergedInto ID         `json:"merged_into,omitempty"`
}

// Edge is one statement about two nodes. Parallel edges of one kind between
// the same nodes are legal when their ids differ. The zero Edge is not valid.
type Edge struct {
	ID         ID         `json:"id"`
	Kind       EdgeKind   `json:"edge_kind"`
	From       ID         `json:"from"`
	To         ID         `json:"to"`
	Fields     Fields     `json:"fields"`
	ValidFrom  Date       `json:"valid_from"`
	ValidTo    Date       `json:"valid_to"`
	State      State      `json:"state"`
	Visibility Visibility `json:"visibility"`
	Owner      ID         `json:"owner,omitempty"`
	Evidence   []Evidence `json:"evidence"`
	Version    int64      `json:"version"`
	Seq        Seq        `json:"seq"`
}

// Other returns the end of e that is not id; of a self loop, id.
func (e Edge) Other(id ID) ID {
	if e.From == id {
		return e.To
	}
	return e.From
}

// Evidence is one item of what a record rests on. Conflicting items are kept
// side by side; none overwrites another.
type Evidence struct {
	Source      ID     `json:"source,omitempty"`       // 来源; empty: no source is named
	Quote       string `json:"quote,omitempty"`        // 摘句, short
	Locator     string `json:"locator,omitempty"`      // 条款号, page
	Level       int    `json:"level"`                  // 0–4, 4 is official text
	CollectedBy string `json:"collected_by,omitempty"` // who read it
	CollectedAt string `json:"collected_at,omitempty"` // date text
	Field       string `json:"field,omitempty"`        // the field that it speaks for
	Value       string `json:"value,omitempty"`        // the value that it gives that field
}
