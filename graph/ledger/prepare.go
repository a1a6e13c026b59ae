package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"unicode/utf8"

	"zhitu/graph"
)

// Limits of what comes with the operations of a batch.
const (
	maxAuthorBytes  = 256
	maxReasonBytes  = 16 << 10
	maxCommandBytes = 256
	maxImportBytes  = 128
)

// batch is a graph.Batch as far as it can be judged without the graph. The
// records in it are copies: conforming must not reach into a caller's maps.
type batch struct {
	graph.Batch
	ops  []op
	errs []error // of records that break the schema by themselves
	size int     // bytes of the records that are put

	// undoes are the changes that this batch takes back; each record must still
	// be as they left it. Such a batch may break rules about steps.
	undoes []graph.Change
}

// op is one operation, its record conformed.
type op struct {
	graph.Op
	key key
	bad bool // breaks the schema by itself: the graph is not asked about it
}

func (o op) put() bool { return o.PutNode != nil || o.PutEdge != nil }

// name is how a pointer into the request names the operation.
func (o op) name() string {
	switch {
	case o.PutNode != nil:
		return "put_node"
	case o.PutEdge != nil:
		return "put_edge"
	case o.key.edge:
		return "delete_edge"
	}
	return "delete_node"
}

func prepare(b graph.Batch, undoes []graph.Change) (*batch, error) {
	p := &batch{Batch: b, ops: make([]op, len(b.Ops)), undoes: undoes}
	if err := p.check(); err != nil {
		return nil, err
	}
	sum := sha256.New()
	for i, given := range b.Ops {
		o, err := prepareOp(given)
		if err != nil {
			p.errs = append(p.errs, at(i, o.name(), err)...)
			o.bad = true
		} else {
			text := o.text()
			p.size += len(text)
			fmt.Fprintf(sum, "%s %d %s\n", o.name(), len(text), text)
		}
		p.ops[i] = o
	}
	if p.size > graph.MaxBatchBytes && undoes == nil {
		return nil, &graph.InvalidError{
			Field: "operations", Code: "batch_bytes", Value: strconv.Itoa(p.size), Want: strconv.Itoa(graph.MaxBatchBytes),
		}
	}
	if p.Hash == "" {
		p.Hash = hex.EncodeToString(sum.Sum(nil)[:16])
	}
	return p, nil
}

// check holds what surrounds the operations against its limits. What undoes an
// entry is as large as that entry, cascades included.
func (b *batch) check() error {
	var errs []error
	text := func(field, value string, limit int) {
		if len(value) > limit || !utf8.ValidString(value) {
			errs = append(errs, &graph.InvalidError{Field: field, Code: "too_long", Want: strconv.Itoa(limit)})
		}
	}
	text("author", b.Author, maxAuthorBytes)
	text("reason", b.Reason, maxReasonBytes)
	text("command", b.Command, maxCommandBytes)
	text("hash", b.Hash, maxCommandBytes)
	text("import", b.Import, maxImportBytes)
	if len(b.Ops) > graph.MaxBatchOps && b.undoes == nil {
		errs = append(errs, &graph.InvalidError{
			Field: "operations", Code: "too_many", Value: strconv.Itoa(len(b.Ops)), Want: strconv.Itoa(graph.MaxBatchOps),
		})
	}
	if b.Closing && b.Import == "" {
		errs = append(errs, &graph.InvalidError{Field: "import", Code: "required"})
	}
	return errors.Join(errs...)
}

func prepareOp(given graph.Op) (op, error) {
	o := op{Op: graph.Op{IfVersion: given.IfVersion}}
	if n := countSet(given); n != 1 {
		return o, &graph.InvalidError{Code: "one_operation", Value: strconv.Itoa(n), Want: "1"}
	}
	switch {
	case given.PutNode != nil:
		n := *given.PutNode
		n.Fields, n.Version, n.Seq = maps.Clone(n.Fields), 0, 0
		n.Conform()
		o.PutNode, o.key = &n, key{false, n.ID}
		return o, n.Validate()
	case given.PutEdge != nil:
		e := *given.PutEdge
		e.Fields, e.Version, e.Seq = maps.Clone(e.Fields), 0, 0
		e.Conform()
		o.PutEdge, o.key = &e, key{true, e.ID}
		return o, e.Validate()
	case given.DeleteEdge != "":
		o.DeleteEdge, o.key = given.DeleteEdge, key{true, given.DeleteEdge}
	default:
		o.DeleteNode, o.key = given.DeleteNode, key{false, given.DeleteNode}
	}
	return o, nil
}

func countSet(o graph.Op) int {
	n := 0
	for _, set := range []bool{o.PutNode != nil, o.PutEdge != nil, o.DeleteNode != "", o.DeleteEdge != ""} {
		if set {
			n++
		}
	}
	return n
}

// text is what the operation asks for, as bytes.
func (o op) text() string {
	switch {
	case o.PutNode != nil:
		return graph.EncodeNode(*o.PutNode).Encoded()
	case o.PutEdge != nil:
		return graph.EncodeEdge(*o.PutEdge).Encoded()
	}
	return string(o.key.id)
}

// at places errors of one operation in the request.
func at(i int, name string, err error) []error {
	var out []error
	for _, e := range graph.InvalidErrors(err) {
		c := *e
		c.Field = fmt.Sprintf("operations/%d/%s", i, name)
		if e.Field != "" {
			c.Field += "/" + e.Field
		}
		out = append(out, &c)
	}
	return out
}
