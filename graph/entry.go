package graph

import (
	"encoding/binary"
	"fmt"
)

// Op is one change that a caller asks for. Exactly one of the four is set.
type Op struct {
	PutNode    *Node `json:"put_node,omitempty"`
	PutEdge    *Edge `json:"put_edge,omitempty"`
	DeleteNode ID    `json:"delete_node,omitempty"`
	DeleteEdge ID    `json:"delete_edge,omitempty"`
	// IfVersion is the version that the record must have: 0, it must not exist;
	// nil, whatever it has.
	IfVersion *int64 `json:"if_version,omitempty"`
}

// Limits of one batch (architecture §3). A larger import is a run of batches
// under one import id.
const (
	MaxBatchOps   = 5000
	MaxBatchBytes = 16 << 20
)

// Batch is what a caller wants applied: all of it or nothing.
type Batch struct {
	Author  string `json:"author"`
	Reason  string `json:"reason"`
	Command string `json:"command"` // the Idempotency-Key; empty: the ledger makes one
	Hash    string `json:"hash"`    // of the request, so that a key used for something else is noticed
	Import  string `json:"import,omitempty"`
	Closing bool   `json:"closing,omitempty"` // with Import: the last batch of that import
	Ops     []Op   `json:"operations"`
}

// Change is what an entry did to one record: no Before, it was created; no
// After, deleted. Both are whole records, so that nobody who follows the log
// needs to read the store, which may have moved on.
type Change struct {
	Before, After Record
}

// ID returns the id of the record that c changes.
func (c Change) ID() ID {
	if c.After.IsZero() {
		return c.Before.ID()
	}
	return c.After.ID()
}

// IsEdge tells whether c changes an edge.
func (c Change) IsEdge() bool { return c.Before.IsEdge() || c.After.IsEdge() }

// Entry is one applied batch in the change log: the audit trail, the feed of
// the index, the undo and the state at an older number in one. Changes holds
// each record at most once, deleted cascades included, nodes before edges and
// each by id.
type Entry struct {
	Seq     Seq
	At      int64 // µs since 1970 UTC, when the ledger judged it
	Author  string
	Reason  string
	Command string // never empty, unique over the log
	Hash    string
	Import  string
	Closing bool // the last entry of Import: from here on readers see it
	// OpenSince is the first entry of the oldest import that is still open once
	// this entry is applied, 0 if none is: who starts here need look no further
	// back to know what readers must not see yet.
	OpenSince Seq
	Changes   []Change
}

// AppendEntry appends the encoded e to b.
func AppendEntry(b []byte, e Entry) []byte {
	b = append(b, codecVersion)
	b = binary.AppendUvarint(b, uint64(e.Seq))
	b = binary.AppendVarint(b, e.At)
	for _, s := range []string{e.Author, e.Reason, e.Command, e.Hash, e.Import} {
		b = appendText(b, s)
	}
	b = append(b, boolByte(e.Closing))
	b = binary.AppendUvarint(b, uint64(e.OpenSince))
	b = binary.AppendUvarint(b, uint64(len(e.Changes)))
	for _, c := range e.Changes {
		b = appendText(b, c.Before.raw)
		b = appendText(b, c.After.raw)
	}
	return b
}

// DecodeEntry reads what AppendEntry wrote.
func DecodeEntry(b []byte) (Entry, error) {
	d := decoder{s: string(b)}
	if d.byte() != codecVersion {
		d.fail()
	}
	e := Entry{Seq: Seq(d.uvarint()), At: d.varint()}
	for _, p := range []*string{&e.Author, &e.Reason, &e.Command, &e.Hash, &e.Import} {
		*p = d.text()
	}
	e.Closing, e.OpenSince = d.byte() == 1, Seq(d.uvarint())
	n := d.count()
	e.Changes = make([]Change, 0, n)
	for range n {
		e.Changes = append(e.Changes, Change{Before: Record{d.text()}, After: Record{d.text()}})
	}
	if !d.bad && d.s != "" {
		d.bad = true
	}
	if d.bad {
		return Entry{}, fmt.Errorf("entry %d of the log: damaged or of another codec version", e.Seq)
	}
	return e, nil
}

// Inverse returns the operations that take e back: what it created is deleted,
// what it changed or deleted is put as it was. One function serves undo, the
// rollback of an import, unmerge and the state at an older number. Versions
// are not checked here: whoever undoes decides whether later changes of the
// same records stand in the way.
func Inverse(e Entry) ([]Op, error) {
	var ops, deletes []Op
	for _, c := range e.Changes {
		switch {
		case c.Before.IsZero() && c.IsEdge():
			deletes = append(deletes, Op{DeleteEdge: c.ID()})
		case c.Before.IsZero():
			deletes = append(deletes, Op{DeleteNode: c.ID()})
		case c.IsEdge():
			edge, err := c.Before.Edge()
			if err != nil {
				return nil, fmt.Errorf("inverse of entry %d: %w", e.Seq, err)
			}
			ops = append(ops, Op{PutEdge: &edge})
		default:
			node, err := c.Before.Node()
			if err != nil {
				return nil, fmt.Errorf("inverse of entry %d: %w", e.Seq, err)
			}
			ops = append(ops, Op{PutNode: &node})
		}
	}
	// Nodes come back before the edges that need them (the order of Changes);
	// what was created goes last, edges first.
	for i := len(deletes) - 1; i >= 0; i-- {
		ops = append(ops, deletes[i])
	}
	return ops, nil
}
