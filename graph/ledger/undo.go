package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"zhitu/graph"
)

// Undo takes entry seq back, as a new entry. It is refused, with one error for
// each record, when a record of that entry has changed since: who wants it all
// the same undoes the later entries first.
func (l *Ledger) Undo(ctx context.Context, seq graph.Seq, author, reason, command string) (Result, error) {
	w := l.view.Load().world
	if seq < 1 || seq > w.newest.Seq() {
		return Result{}, fmt.Errorf("undo of entry %d: %w", seq, graph.ErrNotFound)
	}
	if id := w.imports.entry(seq); id != "" {
		return Result{}, fmt.Errorf("undo of entry %d: %w", seq, &graph.InvalidError{
			Field: "seq", Code: "import_open", Value: id, Is: graph.ErrConflict,
		})
	}
	e, err := l.entry(ctx, seq)
	if err != nil {
		return Result{}, fmt.Errorf("undo: %w", err)
	}
	ops, err := graph.Inverse(e)
	if err != nil {
		return Result{}, fmt.Errorf("undo: %w", err)
	}
	r, err := l.apply(ctx, graph.Batch{
		Author: author, Reason: reason, Command: command, Hash: "undo-" + strconv.FormatInt(int64(seq), 10), Ops: ops,
	}, undoesOf(e.Changes))
	if err != nil {
		return Result{}, fmt.Errorf("undo of entry %d: %w", seq, err)
	}
	return r, nil
}

// undoesOf returns changes as those of a batch that takes them back; not nil.
func undoesOf(changes []graph.Change) []graph.Change {
	return append([]graph.Change{}, changes...)
}

// undoPrefix makes the id of the import that undoes a closed one.
const undoPrefix = "undo:"

// UndoImport takes back all that an import has done: one that is open and will
// not be resumed, since it began, or one that has closed, however often it ran. Readers see it undone as a
// whole. It is refused when any of its records has changed since; begun and cut
// off by a crash it is finished by calling it again.
func (l *Ledger) UndoImport(ctx context.Context, importID, author, reason, command string) (ImportReport, error) {
	if err := (&batch{Batch: graph.Batch{Author: author, Reason: reason, Command: command, Import: undoPrefix + importID}}).check(); err != nil {
		return ImportReport{}, err
	}
	done, closed, err := l.doneBy(ctx, importID, command)
	if err != nil {
		return ImportReport{}, fmt.Errorf("undo of import %s: %w", importID, err)
	}
	if closed > 0 {
		return ImportReport{ID: undoPrefix + importID, Last: closed}, nil
	}
	w := l.view.Load().world
	r := runner{Ledger: l, batch: graph.Batch{Author: author, Reason: reason, Import: undoPrefix + importID}, last: command}
	if _, open := w.imports[importID]; open {
		r.batch.Import = importID
	}
	r.report.ID = r.batch.Import
	if err := unchangedSince(w, done); err != nil {
		return r.report, fmt.Errorf("undo of import %s: %w", importID, err)
	}
	if err := r.takeBack(ctx, done); err != nil {
		return r.report, fmt.Errorf("undo of import %s: %w", importID, err)
	}
	return r.report, nil
}

// doneBy returns the net effect of an import, less what was undone of it; or,
// when command has undone it before, the number of that entry.
func (l *Ledger) doneBy(ctx context.Context, importID, command string) ([]graph.Change, graph.Seq, error) {
	w := l.view.Load().world
	first := graph.Seq(0)
	if o, open := w.imports[importID]; open {
		first = o.seqs[0]
	}
	var own []graph.Entry
	closed := graph.Seq(0)
	_, err := l.entries(ctx, 0, w.newest.Seq(), func(e graph.Entry) bool {
		switch {
		case command != "" && e.Command == command:
			closed = e.Seq
		case e.Seq < first:
		case e.Import == undoPrefix+importID && e.Closing:
			own = nil // undone as a whole, perhaps to be imported again
		case e.Import == importID || e.Import == undoPrefix+importID:
			own = append(own, e)
		}
		return false
	})
	switch {
	case err != nil || closed > 0:
		return nil, closed, err
	case len(own) == 0:
		return nil, 0, graph.ErrNotFound
	}
	net, broken := netOf(own)
	if len(broken) > 0 {
		// It was run twice, and somebody else changed a record in between: the net
		// effect would take that back too.
		var j judge
		for _, k := range broken {
			j.changedSince(k)
		}
		return nil, 0, errors.Join(j.errs...)
	}
	return slices.DeleteFunc(net, sameContent), 0, nil
}

// unchangedSince refuses to begin what would be refused halfway.
func unchangedSince(w world, changes []graph.Change) error {
	_, err := judgeBatch(w, &batch{undoes: undoesOf(changes)}, time.Time{})
	return err
}
