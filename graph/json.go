package graph

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// UnmarshalJSON reads field values into the closed set of Fields: a number
// without fraction is an int64, and lists have one type. What the schema
// wants instead (a number field given as 5) is Conform's to mend.
func (f *Fields) UnmarshalJSON(b []byte) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var raw map[string]any
	if err := dec.Decode(&raw); err != nil {
		return fmt.Errorf("fields: %w", err)
	}
	out := make(Fields, len(raw))
	for name, v := range raw {
		if v == nil {
			continue // null is absent
		}
		got, ok := fieldValue(v)
		if !ok {
			return &InvalidError{Field: "fields/" + name, Code: "field_type", Value: fmt.Sprint(v)}
		}
		out[name] = got
	}
	*f = out
	return nil
}

func fieldValue(v any) (any, bool) {
	switch v := v.(type) {
	case string, bool:
		return v, true
	case json.Number:
		return numberValue(v)
	case []any:
		return listValue(v)
	}
	return nil, false
}

func numberValue(n json.Number) (any, bool) {
	if i, err := n.Int64(); err == nil {
		return i, true
	}
	f, err := n.Float64()
	return f, err == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
}

func listValue(items []any) (any, bool) {
	texts, ints, floats, bools := []string{}, []int64{}, []float64{}, []bool{}
	for _, item := range items {
		v, ok := fieldValue(item)
		if !ok {
			return nil, false
		}
		switch v := v.(type) {
		case string:
			texts = append(texts, v)
		case int64:
			ints, floats = append(ints, v), append(floats, float64(v))
		case float64:
			floats = append(floats, v)
		case bool:
			bools = append(bools, v)
		}
	}
	switch len(items) {
	case len(texts):
		return texts, true
	case len(ints):
		return ints, true
	case len(floats):
		return floats, true
	case len(bools):
		return bools, true
	}
	return nil, false
}

// MarshalJSON writes lists as [] and fields as {}, never null.
func (n Node) MarshalJSON() ([]byte, error) {
	type plain Node
	p := plain(n)
	p.Aliases, p.Fields, p.Evidence = notNil(p.Aliases), fieldsNotNil(p.Fields), notNil(p.Evidence)
	return marshal(p)
}

// MarshalJSON writes lists as [] and fields as {}, never null.
func (e Edge) MarshalJSON() ([]byte, error) {
	type plain Edge
	p := plain(e)
	p.Fields, p.Evidence = fieldsNotNil(p.Fields), notNil(p.Evidence)
	return marshal(p)
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func fieldsNotNil(f Fields) Fields {
	if f == nil {
		return Fields{}
	}
	return f
}

// marshal is json.Marshal without HTML escapes: the same bytes in an export, a
// log entry and an answer.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// MarshalJSON writes the node or edge that r holds; the zero Record is null.
func (r Record) MarshalJSON() ([]byte, error) {
	if r.IsZero() {
		return []byte("null"), nil
	}
	if r.IsEdge() {
		e, err := r.Edge()
		if err != nil {
			return nil, err
		}
		return e.MarshalJSON()
	}
	n, err := r.Node()
	if err != nil {
		return nil, err
	}
	return n.MarshalJSON()
}

// entryJSON is the shape of an entry in the API, in a backup and in Neo4j.
type entryJSON struct {
	Seq     Seq          `json:"seq"`
	At      time.Time    `json:"at"`
	Author  string       `json:"author"`
	Reason  string       `json:"reason"`
	Command string       `json:"command"`
	Hash    string       `json:"hash,omitempty"`
	Import  string       `json:"import,omitempty"`
	Closing bool         `json:"closing,omitempty"`
	Open    Seq          `json:"open_since,omitempty"`
	Changes []changeJSON `json:"operations"`
}

type changeJSON struct {
	PutNode    *Node           `json:"put_node,omitempty"`
	PutEdge    *Edge           `json:"put_edge,omitempty"`
	DeleteNode ID              `json:"delete_node,omitempty"`
	DeleteEdge ID              `json:"delete_edge,omitempty"`
	Before     json.RawMessage `json:"before,omitempty"` // the record as it was
}

// MarshalJSON writes e with its changes as operations, each with the record
// as it was before.
func (e Entry) MarshalJSON() ([]byte, error) {
	j := entryJSON{
		Seq: e.Seq, At: time.UnixMicro(e.At).UTC(), Author: e.Author, Reason: e.Reason,
		Command: e.Command, Hash: e.Hash, Import: e.Import, Closing: e.Closing, Open: e.OpenSince, Changes: []changeJSON{},
	}
	for _, c := range e.Changes {
		cj, err := changeToJSON(c)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", e.Seq, err)
		}
		j.Changes = append(j.Changes, cj)
	}
	return marshal(j)
}

func changeToJSON(c Change) (changeJSON, error) {
	var j changeJSON
	if !c.Before.IsZero() {
		before, err := c.Before.MarshalJSON()
		if err != nil {
			return j, err
		}
		j.Before = before
	}
	switch {
	case c.After.IsZero() && c.IsEdge():
		j.DeleteEdge = c.ID()
	case c.After.IsZero():
		j.DeleteNode = c.ID()
	case c.IsEdge():
		e, err := c.After.Edge()
		if err != nil {
			return j, err
		}
		j.PutEdge = &e
	default:
		n, err := c.After.Node()
		if err != nil {
			return j, err
		}
		j.PutNode = &n
	}
	return j, nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (e *Entry) UnmarshalJSON(b []byte) error {
	var j entryJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return fmt.Errorf("entry: %w", err)
	}
	*e = Entry{
		Seq: j.Seq, At: j.At.UnixMicro(), Author: j.Author, Reason: j.Reason,
		Command: j.Command, Hash: j.Hash, Import: j.Import, Closing: j.Closing, OpenSince: j.Open,
	}
	for _, cj := range j.Changes {
		c, err := cj.change()
		if err != nil {
			return fmt.Errorf("entry %d: %w", e.Seq, err)
		}
		e.Changes = append(e.Changes, c)
	}
	return nil
}

func (j changeJSON) change() (Change, error) {
	var c Change
	isEdge := j.PutEdge != nil || j.DeleteEdge != ""
	if len(j.Before) > 0 {
		r, err := recordFromJSON(j.Before, isEdge)
		if err != nil {
			return c, err
		}
		c.Before = r
	}
	switch {
	case j.PutNode != nil:
		conformNode(j.PutNode)
		c.After = EncodeNode(*j.PutNode)
	case j.PutEdge != nil:
		conformEdge(j.PutEdge)
		c.After = EncodeEdge(*j.PutEdge)
	}
	return c, nil
}

func recordFromJSON(b []byte, isEdge bool) (Record, error) {
	if isEdge {
		var e Edge
		if err := json.Unmarshal(b, &e); err != nil {
			return Record{}, err
		}
		conformEdge(&e)
		return EncodeEdge(e), nil
	}
	var n Node
	if err := json.Unmarshal(b, &n); err != nil {
		return Record{}, err
	}
	conformNode(&n)
	return EncodeNode(n), nil
}
