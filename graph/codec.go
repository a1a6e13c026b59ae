package graph

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
)

// Record is one node or edge in encoded form: what stores keep and snapshots
// hold. Its head (all but name, aliases, fields and evidence) is read without
// decoding the rest. A Record is immutable. The zero Record is no record.
//
// The layout, version 1: codec version, 'n' or 'e', id, kind, (edge: from, to),
// state, visibility, valid from, valid to, version, seq, owner, (node: merged
// into), then the body. Strings and lists are preceded by their length as a
// uvarint. It says nothing about damage: stores add a checksum.
type Record struct{ raw string }

const codecVersion = 1

// Head is a record without its body.
type Head struct {
	IsEdge     bool
	ID         ID
	NodeKind   NodeKind // of a node
	EdgeKind   EdgeKind // of an edge
	From, To   ID       // of an edge
	State      State
	Visibility Visibility
	ValidFrom  Date
	ValidTo    Date
	Version    int64
	Seq        Seq
	Owner      ID
	MergedInto ID
}

// RecordOf returns the record in bytes that a store kept; b is copied. A
// record that cannot be read is an error here or, if its body is damaged,
// in Node or Edge.
func RecordOf(b []byte) (Record, error) {
	r := Record{string(b)}
	if _, err := r.Head(); err != nil {
		return Record{}, err
	}
	return r, nil
}

// RecordIn returns the record that is all of s, without copying and without
// looking: for a store that has just verified its checksum. What cannot be read
// is an error of Head, Node or Edge.
func RecordIn(s string) Record { return Record{s} }

// Encoded returns the bytes of r; the caller must not need more than reading.
func (r Record) Encoded() string { return r.raw }

// IsZero tells whether r is no record.
func (r Record) IsZero() bool { return r.raw == "" }

// IsEdge tells whether r is an edge.
func (r Record) IsEdge() bool { return len(r.raw) > 1 && r.raw[1] == 'e' }

// ID returns the id of r without reading further; "" if r cannot be read.
func (r Record) ID() ID {
	d := decoder{s: r.raw}
	d.begin()
	return ID(d.text())
}

// EncodeNode returns n as a record.
func EncodeNode(n Node) Record {
	b := make([]byte, 0, 256)
	b = append(b, codecVersion, 'n')
	b = appendText(b, string(n.ID))
	b = appendText(b, string(n.Kind))
	b = appendCommon(b, n.State, n.Visibility, n.ValidFrom, n.ValidTo, n.Version, n.Seq, n.Owner)
	b = appendText(b, string(n.MergedInto))
	b = appendText(b, n.Name)
	b = appendTexts(b, n.Aliases)
	b = appendFields(b, n.Fields)
	b = appendEvidence(b, n.Evidence)
	return Record{string(b)}
}

// EncodeEdge returns e as a record.
func EncodeEdge(e Edge) Record {
	b := make([]byte, 0, 192)
	b = append(b, codecVersion, 'e')
	b = appendText(b, string(e.ID))
	b = appendText(b, string(e.Kind))
	b = appendText(b, string(e.From))
	b = appendText(b, string(e.To))
	b = appendCommon(b, e.State, e.Visibility, e.ValidFrom, e.ValidTo, e.Version, e.Seq, e.Owner)
	b = appendFields(b, e.Fields)
	b = appendEvidence(b, e.Evidence)
	return Record{string(b)}
}

// Head reads all of r but its body.
func (r Record) Head() (Head, error) {
	d := decoder{s: r.raw}
	h := d.head()
	return h, d.done("head", h.ID)
}

// Node decodes a node.
func (r Record) Node() (Node, error) {
	d := decoder{s: r.raw}
	h := d.head()
	if h.IsEdge {
		return Node{}, fmt.Errorf("record of %s: an edge, not a node", h.ID)
	}
	n := Node{
		ID: h.ID, Kind: h.NodeKind, ValidFrom: h.ValidFrom, ValidTo: h.ValidTo, State: h.State,
		Visibility: h.Visibility, Owner: h.Owner, Version: h.Version, Seq: h.Seq, MergedInto: h.MergedInto,
	}
	n.Name = d.text()
	n.Aliases = d.texts()
	n.Fields = d.fields()
	n.Evidence = d.evidence()
	return n, d.end("node", h.ID)
}

// Edge decodes an edge.
func (r Record) Edge() (Edge, error) {
	d := decoder{s: r.raw}
	h := d.head()
	if !h.IsEdge {
		return Edge{}, fmt.Errorf("record of %s: a node, not an edge", h.ID)
	}
	e := Edge{
		ID: h.ID, Kind: h.EdgeKind, From: h.From, To: h.To, ValidFrom: h.ValidFrom, ValidTo: h.ValidTo,
		State: h.State, Visibility: h.Visibility, Owner: h.Owner, Version: h.Version, Seq: h.Seq,
	}
	e.Fields = d.fields()
	e.Evidence = d.evidence()
	return e, d.end("edge", h.ID)
}

func appendText(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

func appendTexts(b []byte, list []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = appendText(b, s)
	}
	return b
}

func appendCommon(b []byte, s State, v Visibility, from, to Date, version int64, seq Seq, owner ID) []byte {
	b = append(b, byte(s), byte(v))
	b = binary.AppendUvarint(b, uint64(from))
	b = binary.AppendUvarint(b, uint64(to))
	b = binary.AppendUvarint(b, uint64(version))
	b = binary.AppendUvarint(b, uint64(seq))
	return appendText(b, string(owner))
}

func appendFields(b []byte, f Fields) []byte {
	b = binary.AppendUvarint(b, uint64(len(f)))
	for _, name := range slices.Sorted(maps.Keys(f)) {
		b = appendText(b, name)
		b = appendValue(b, f[name])
	}
	return b
}

// appendValue panics on a type outside the closed set of Fields: Validate and
// the JSON decoder let none in, so it is a bug of ours and not of a user.
func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return appendText(append(b, 's'), v)
	case int64:
		return binary.AppendVarint(append(b, 'i'), v)
	case float64:
		return binary.BigEndian.AppendUint64(append(b, 'f'), floatBits(v))
	case bool:
		return append(b, 'b', boolByte(v))
	case []string:
		return appendTexts(append(b, 'S'), v)
	case []int64:
		b = binary.AppendUvarint(append(b, 'I'), uint64(len(v)))
		for _, n := range v {
			b = binary.AppendVarint(b, n)
		}
		return b
	case []float64:
		b = binary.AppendUvarint(append(b, 'F'), uint64(len(v)))
		for _, f := range v {
			b = binary.BigEndian.AppendUint64(b, floatBits(f))
		}
		return b
	case []bool:
		b = binary.AppendUvarint(append(b, 'B'), uint64(len(v)))
		for _, t := range v {
			b = append(b, boolByte(t))
		}
		return b
	}
	panic(fmt.Sprintf("graph: a field value of type %T cannot be stored", v))
}

// floatBits knows one zero: JSON and people do not tell -0 from 0.
func floatBits(f float64) uint64 { return math.Float64bits(f + 0) }

func boolByte(b bool) byte {
	if b {
		return 1
	}
	return 0
}

func appendEvidence(b []byte, items []Evidence) []byte {
	b = binary.AppendUvarint(b, uint64(len(items)))
	for _, e := range items {
		b = appendText(b, string(e.Source))
		b = appendText(b, e.Quote)
		b = appendText(b, e.Locator)
		b = binary.AppendUvarint(b, uint64(e.Level))
		b = appendText(b, e.CollectedBy)
		b = appendText(b, e.CollectedAt)
		b = appendText(b, e.Field)
		b = appendText(b, e.Value)
	}
	return b
}

// decoder reads what the append functions write. After the first fault it
// returns zero values; done and end report it.
type decoder struct {
	s   string
	bad bool
}

func (d *decoder) fail() { d.bad, d.s = true, "" }

func (d *decoder) byte() byte {
	if len(d.s) == 0 {
		d.fail()
		return 0
	}
	c := d.s[0]
	d.s = d.s[1:]
	return c
}

func (d *decoder) uvarint() uint64 {
	var x uint64
	for shift := 0; shift < 64; shift += 7 {
		c := d.byte()
		x |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return x
		}
	}
	d.fail()
	return 0
}

func (d *decoder) varint() int64 {
	u := d.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

func (d *decoder) text() string {
	n := d.uvarint()
	if n > uint64(len(d.s)) {
		d.fail()
		return ""
	}
	t := d.s[:n]
	d.s = d.s[n:]
	return t
}

// count reads the length of a list whose items take at least one byte each, so
// that a damaged length cannot make us allocate.
func (d *decoder) count() int {
	n := d.uvarint()
	if n > uint64(len(d.s)) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) begin() (kind byte) {
	if d.byte() != codecVersion {
		d.fail()
	}
	return d.byte()
}

func (d *decoder) head() Head {
	var h Head
	switch d.begin() {
	case 'n':
		h.ID, h.NodeKind = ID(d.text()), NodeKind(d.text())
	case 'e':
		h.IsEdge = true
		h.ID, h.EdgeKind = ID(d.text()), EdgeKind(d.text())
		h.From, h.To = ID(d.text()), ID(d.text())
	default:
		d.fail()
	}
	h.State, h.Visibility = State(d.byte()), Visibility(d.byte())
	h.ValidFrom, h.ValidTo = Date(d.uvarint()), Date(d.uvarint())
	h.Version, h.Seq = int64(d.uvarint()), Seq(d.uvarint())
	h.Owner = ID(d.text())
	if !h.IsEdge {
		h.MergedInto = ID(d.text())
	}
	return h
}

func (d *decoder) texts() []string {
	n := d.count()
	list := make([]string, 0, n)
	for range n {
		list = append(list, d.text())
	}
	return list
}

func (d *decoder) fields() Fields {
	n := d.count()
	f := make(Fields, n)
	for range n {
		name := d.text()
		f[name] = d.value()
	}
	return f
}

func (d *decoder) value() any {
	switch d.byte() {
	case 's':
		return d.text()
	case 'i':
		return d.varint()
	case 'f':
		return d.float()
	case 'b':
		return d.byte() == 1
	case 'S':
		return d.texts()
	case 'I':
		return listOf(d, d.varint)
	case 'F':
		return listOf(d, d.float)
	case 'B':
		return listOf(d, func() bool { return d.byte() == 1 })
	}
	d.fail()
	return nil
}

func (d *decoder) float() float64 {
	if len(d.s) < 8 {
		d.fail()
		return 0
	}
	var x uint64
	for i := range 8 {
		x = x<<8 | uint64(d.s[i])
	}
	d.s = d.s[8:]
	return math.Float64frombits(x)
}

func listOf[T any](d *decoder, item func() T) []T {
	n := d.count()
	list := make([]T, 0, n)
	for range n {
		list = append(list, item())
	}
	return list
}

func (d *decoder) evidence() []Evidence {
	n := d.count()
	list := make([]Evidence, 0, n)
	for range n {
		list = append(list, Evidence{
			Source: ID(d.text()), Quote: d.text(), Locator: d.text(), Level: int(d.uvarint()),
			CollectedBy: d.text(), CollectedAt: d.text(), Field: d.text(), Value: d.text(),
		})
	}
	return list
}

func (d *decoder) done(what string, id ID) error {
	if d.bad {
		return fmt.Errorf("%s of record %q: damaged or of another codec version", what, id)
	}
	return nil
}

// end is done for a whole record: nothing may be left over.
func (d *decoder) end(what string, id ID) error {
	if !d.bad && d.s != "" {
		d.bad = true
	}
	return d.done(what, id)
}
