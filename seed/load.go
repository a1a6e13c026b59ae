package seed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"iter"

	"zhitu/graph"
)

// Importer is all that Load needs of a ledger: to apply operations as one
// import, in as many batches as it takes, under an id that names it.
type Importer interface {
	ImportOps(ctx context.Context, id string, ops iter.Seq2[graph.Op, error]) error
}

// ImporterFunc is a function as an Importer.
type ImporterFunc func(ctx context.Context, id string, ops iter.Seq2[graph.Op, error]) error

// ImportOps calls f.
func (f ImporterFunc) ImportOps(ctx context.Context, id string, ops iter.Seq2[graph.Op, error]) error {
	return f(ctx, id, ops)
}

// progressEvery is how many operations pass between two lines of progress.
const progressEvery = 2000

// Load puts the shipped data into a graph. The id of the import is made of its
// operations, so that a load that was cut off goes on where it stopped and
// other data are another import. progress, which may be nil, is told a line at
// a time what is going on.
func Load(ctx context.Context, into Importer, opts Options, progress func(string)) (Report, error) {
	if progress == nil {
		progress = func(string) {}
	}
	ops, report, err := Ops(opts)
	if err != nil {
		return Report{}, err
	}
	id, err := importID(ops)
	if err != nil {
		return Report{}, err
	}
	progress(fmt.Sprintf("%d records of the seed, import %s", len(ops), id))
	if err := into.ImportOps(ctx, id, told(ops, progress)); err != nil {
		return Report{}, fmt.Errorf("load the seed: %w", err)
	}
	progress(fmt.Sprintf("%d records loaded", len(ops)))
	return report, nil
}

// importID is a hash of the operations.
func importID(ops []graph.Op) (string, error) {
	h := sha256.New()
	if err := writeOps(h, ops); err != nil {
		return "", fmt.Errorf("name the import: %w", err)
	}
	return "seed-" + hex.EncodeToString(h.Sum(nil)[:8]), nil
}

func writeOps(w io.Writer, ops []graph.Op) error {
	return WriteNDJSON(w, func(yield func(graph.Record, error) bool) {
		for _, op := range ops {
			r := graph.Record{}
			if op.PutNode != nil {
				r = graph.EncodeNode(*op.PutNode)
			} else {
				r = graph.EncodeEdge(*op.PutEdge)
			}
			if !yield(r, nil) {
				return
			}
		}
	})
}

func told(ops []graph.Op, progress func(string)) iter.Seq2[graph.Op, error] {
	return func(yield func(graph.Op, error) bool) {
		for i, op := range ops {
			if !yield(op, nil) {
				return
			}
			if done := i + 1; done%progressEvery == 0 {
				progress(fmt.Sprintf("%d of %d", done, len(ops)))
			}
		}
	}
}
