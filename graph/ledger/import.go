package ledger

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"zhitu/graph"
)

// ImportOptions say whose import it is. An import with the ID of one that is
// open resumes it.
type ImportOptions struct {
	ID     string
	Author string
	Reason string
}

// ImportReport counts what an import has done.
type ImportReport struct {
	ID         string
	Operations int // that were applied or changed nothing
	Created    int
	Changed    int
	Deleted    int // cascades included
	Unchanged  int // operations that changed nothing
	Entries    int
	First      graph.Seq // of its entries in this run; 0 without one
	Last       graph.Seq
	Open       bool // it has not closed, and readers see nothing of it
}

// A batch of an import is cut at half the bytes that a batch may have, because
// what its deletes take with them counts too.
const importBytes = graph.MaxBatchBytes / 2

// How often a batch of an import is tried while the store or the queue has no
// room for it.
const importTries = 6

// Import applies any number of operations as a run of batches under one id.
// Readers see them all at once, when the last batch closes the import. Nodes
// must come before the edges that need them. A put of what is there already
// changes nothing, so an import that was cut off is resumed by importing the
// same again.
//
// A batch that breaks a rule ends the run: the errors point into ops as a
// whole, and the import stays open if anything of it was applied, until it is
// resumed or undone.
func (l *Ledger) Import(ctx context.Context, o ImportOptions, ops iter.Seq2[graph.Op, error]) (ImportReport, error) {
	if o.ID == "" || strings.HasPrefix(o.ID, undoPrefix) {
		return ImportReport{}, &graph.InvalidError{Field: "import", Code: "import_id", Value: o.ID}
	}
	r := runner{Ledger: l, batch: graph.Batch{Author: o.Author, Reason: o.Reason, Import: o.ID}}
	r.report.ID = o.ID
	err := r.run(ctx, ops)
	_, r.report.Open = l.view.Load().imports[o.ID]
	if err != nil {
		return r.report, fmt.Errorf("import %s: %w", o.ID, err)
	}
	return r.report, nil
}

// runner applies a run of batches.
type runner struct {
	*Ledger
	batch  graph.Batch // less its operations
	last   string      // command of the closing batch; empty: any
	undoes []graph.Change
	report ImportReport
	size   int
}

// run holds one batch back: only when its successor begins is it known not to
// be the last.
func (r *runner) run(ctx context.Context, ops iter.Seq2[graph.Op, error]) error {
	for op, err := range ops {
		if err != nil {
			return fmt.Errorf("operation %d: %w", r.report.Operations+len(r.batch.Ops), err)
		}
		if err := r.add(ctx, op); err != nil {
			return err
		}
	}
	return r.flush(ctx, true)
}

func (r *runner) add(ctx context.Context, op graph.Op) error {
	n := sizeOf(op)
	if len(r.batch.Ops) == graph.MaxBatchOps || len(r.batch.Ops) > 0 && r.size+n > importBytes {
		if err := r.flush(ctx, false); err != nil {
			return err
		}
	}
	r.batch.Ops = append(r.batch.Ops, op)
	r.size += n
	return nil
}

// sizeOf guesses how many bytes the record of an operation takes. It must not
// encode it: nobody has looked at it yet.
func sizeOf(op graph.Op) int {
	const head = 96
	switch {
	case op.PutNode != nil:
		n := op.PutNode
		return head + len(n.ID) + len(n.Name) + bytesOf(n.Aliases) + fieldsSize(n.Fields) + evidenceSize(n.Evidence)
	case op.PutEdge != nil:
		e := op.PutEdge
		return head + len(e.ID) + len(e.From) + len(e.To) + fieldsSize(e.Fields) + evidenceSize(e.Evidence)
	}
	return 0
}

func bytesOf(texts []string) int {
	n := 0
	for _, t := range texts {
		n += len(t) + 2
	}
	return n
}

func fieldsSize(f graph.Fields) int {
	n := 0
	for name, v := range f {
		n += len(name) + 10
		switch v := v.(type) {
		case string:
			n += len(v)
		case []string:
			n += bytesOf(v)
		case []int64:
			n += 10 * len(v)
		case []float64:
			n += 8 * len(v)
		}
	}
	return n
}

func evidenceSize(items []graph.Evidence) int {
	n := 0
	for _, e := range items {
		n += 16 + len(e.Source) + bytesOf([]string{e.Quote, e.Locator, e.CollectedBy, e.CollectedAt, e.Field, e.Value})
	}
	return n
}

func (r *runner) flush(ctx context.Context, closing bool) error {
	b := r.batch
	b.Closing, b.Command = closing, newCommand(r.now())
	if closing && r.last != "" {
		b.Command = r.last
	}
	result, err := r.try(ctx, b)
	if err != nil {
		return shifted(err, r.report.Operations)
	}
	r.count(result, b.Ops)
	r.batch.Ops, r.undoes, r.size = nil, nil, 0
	return nil
}

// try repeats a batch that found no room; its command makes that safe.
func (r *runner) try(ctx context.Context, b graph.Batch) (Result, error) {
	pause := 10 * time.Millisecond
	for n := 1; ; n++ {
		result, err := r.apply(ctx, b, r.undoes)
		if !errors.Is(err, graph.ErrUnavailable) || errors.Is(err, errClosed) || n == importTries || !sleep(ctx, jitter(pause)) {
			return result, err
		}
		pause *= 4
	}
}

func (r *runner) count(result Result, ops []graph.Op) {
	p := &r.report
	p.Operations += len(ops)
	changed := map[key]bool{}
	for _, c := range result.Changes {
		changed[keyOf(c)] = true
		switch {
		case c.Before.IsZero():
			p.Created++
		case c.After.IsZero():
			p.Deleted++
		default:
			p.Changed++
		}
	}
	for i, op := range ops {
		k := opKey(op)
		if r := result.Records[i]; !r.IsZero() {
			k.id = r.ID() // an edge may have been given its id here
		}
		if !changed[k] {
			p.Unchanged++
		}
	}
	if len(result.Changes) == 0 {
		return
	}
	p.Entries++
	if p.Last = result.Seq; p.First == 0 {
		p.First = result.Seq
	}
}

// takeBack runs the inverse of changes.
func (r *runner) takeBack(ctx context.Context, changes []graph.Change) error {
	byKey := map[key]graph.Change{}
	for _, c := range changes {
		byKey[keyOf(c)] = c
	}
	ops, err := graph.Inverse(graph.Entry{Changes: changes})
	if err != nil {
		return err
	}
	for _, op := range ops {
		if err := r.add(ctx, op); err != nil {
			return err
		}
		r.undoes = append(r.undoes, byKey[opKey(op)])
	}
	return r.flush(ctx, true)
}

func opKey(o graph.Op) key {
	switch {
	case o.PutNode != nil:
		return key{false, o.PutNode.ID}
	case o.PutEdge != nil:
		return key{true, o.PutEdge.ID}
	case o.DeleteEdge != "":
		return key{true, o.DeleteEdge}
	}
	return key{false, o.DeleteNode}
}

// shifted moves pointers into a batch to where its operations stand in the
// whole import.
func shifted(err error, by int) error {
	if by == 0 {
		return err
	}
	var out []error
	for _, e := range graph.InvalidErrors(err) {
		c := *e
		if rest, ok := strings.CutPrefix(e.Field, "operations/"); ok {
			number, below, _ := strings.Cut(rest, "/")
			if n, err := strconv.Atoi(number); err == nil {
				c.Field = fmt.Sprintf("operations/%d/%s", n+by, below)
			}
		}
		out = append(out, &c)
	}
	if len(out) == 0 {
		return err
	}
	return errors.Join(out...)
}
