package ledger

import (
	"errors"
	"iter"
	"maps"
	"slices"

	"zhitu/graph"
)

// While an import is open there are two graphs, and either may become the one
// that stays: its records are shown when it closes, and what it has changed or
// deleted comes back when it is undone. So what a batch leaves must be lawful in
// both, and whatever of it rests on a record that an open import holds is
// refused until the import has closed (code import_open).

// heldElsewhere tells whether an open import other than the batch's has touched
// the record.
func (j *judge) heldElsewhere(k key) bool {
	holder := j.world.holder(k)
	return holder != "" && holder != j.batch.Import
}

// madeElsewhere tells whether a node exists in another open import alone.
func (j *judge) madeElsewhere(id graph.ID) bool {
	k := key{false, id}
	return j.heldElsewhere(k) && k.in(j.world.published).IsZero()
}

// unheld tells whether node id can go: no edge of it that readers see has been
// moved or deleted by another open import, to come back if that is undone.
func (j *judge) unheld(i int, id graph.ID) bool {
	if len(j.world.imports) == 0 {
		return true
	}
	for r := range j.world.published.Incident(id, graph.EdgeFilter{}) {
		if !j.mayTouch(i, key{true, r.ID()}) {
			return false
		}
	}
	return true
}

// mayComeBack yields the edges of node id that readers see and that another
// open import has changed or deleted.
func (j *judge) mayComeBack(id graph.ID, f graph.EdgeFilter) iter.Seq[graph.Head] {
	return func(yield func(graph.Head) bool) {
		if len(j.world.imports) == 0 {
			return
		}
		for r := range j.world.published.Incident(id, f) {
			h, err := r.Head()
			if err == nil && j.heldElsewhere(key{true, h.ID}) && !yield(h) {
				return
			}
		}
	}
}

// mayReach is Snapshot.Reaches over the edges that there are and those that may
// come back.
func (j *judge) mayReach(from, to graph.ID, kind graph.EdgeKind) bool {
	if len(j.world.imports) == 0 {
		return false
	}
	f := graph.EdgeFilter{Kinds: []graph.EdgeKind{kind}, Direction: graph.Out}
	seen := map[graph.ID]bool{from: true}
	meet := func(queue []graph.ID, h graph.Head) []graph.ID {
		if h.State == graph.Retired || seen[h.To] {
			return queue
		}
		seen[h.To] = true
		return append(queue, h.To)
	}
	for queue := []graph.ID{from}; len(queue) > 0 && !seen[to]; {
		id := queue[0]
		queue = queue[1:]
		for r := range j.edit.State().Incident(id, f) {
			if h, err := r.Head(); err == nil {
				queue = meet(queue, h)
			}
		}
		for h := range j.mayComeBack(id, f) {
			queue = meet(queue, h)
		}
	}
	return seen[to]
}

// deletesWhatIsSeen refuses to delete a node to which, for readers, a record
// still points by id, because an open import has turned that record away.
func (j *judge) deletesWhatIsSeen(next world) error {
	if len(j.gone) == 0 || len(j.world.imports) == 0 || j.batch.Import != "" {
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(j.gone)) {
		if next.published.Owned(id) > 0 {
			j.failOp(j.gone[id], "", "import_open", string(id), "", graph.ErrConflict)
		}
	}
	for _, h := range next.published.MergedInto(j.isGone) {
		j.failOp(j.gone[h.MergedInto], "", "import_open", string(h.ID), "", graph.ErrConflict)
	}
	return errors.Join(j.errs...)
}
