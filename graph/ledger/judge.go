package ledger

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"zhitu/graph"
	"zhitu/graph/snapshot"
)

// verdict is what becomes of a batch that breaks no rule.
type verdict struct {
	entry   graph.Entry // no Seq: nothing changed
	records []graph.Record
	next    world
}

// judge holds a batch against one world.
type judge struct {
	batch   *batch
	world   world
	base    *snapshot.Snapshot // as it is before the batch
	edit    *snapshot.Edit     // as it is after the operations so far
	seq     graph.Seq          // of the entry
	touched map[key]int        // how often
	last    map[key]int        // the last operation that was made on the record itself
	order   []key
	gone    map[graph.ID]int // nodes that the batch deletes, by their operation
	cascade int              // bytes
	errs    []error
}

// judgeBatch returns what becomes of b in w, or everything that is wrong with
// it, joined.
func judgeBatch(w world, b *batch, now time.Time) (verdict, error) {
	j := &judge{
		batch: b, world: w, base: w.newest, edit: w.newest.Edit(), seq: w.newest.Seq() + 1,
		touched: map[key]int{}, last: map[key]int{}, errs: slices.Clone(b.errs),
	}
	j.checkUndone()
	for i, o := range b.ops {
		if !o.bad {
			j.do(i, o)
		}
	}
	changes := j.changes()
	j.rules(changes)
	if j.cascade+b.size > graph.MaxBatchBytes && b.undoes == nil {
		j.fail("operations", "batch_bytes", strconv.Itoa(j.cascade+b.size), strconv.Itoa(graph.MaxBatchBytes), nil)
	}
	if len(j.errs) > 0 {
		return verdict{}, errors.Join(j.errs...)
	}
	return j.verdict(changes, now)
}

func (j *judge) verdict(changes []graph.Change, now time.Time) (verdict, error) {
	v := verdict{records: make([]graph.Record, len(j.batch.ops)), next: j.world}
	for i, o := range j.batch.ops {
		if o.put() {
			v.records[i] = o.key.in(j.edit.State())
		}
	}
	_, open := j.world.imports[j.batch.Import]
	if len(changes) == 0 && !(j.batch.Closing && open) {
		return v, nil
	}
	v.entry = graph.Entry{
		Seq: j.seq, At: now.UnixMicro(), Author: j.batch.Author, Reason: j.batch.Reason, Command: j.batch.Command,
		Hash: j.batch.Hash, Import: j.batch.Import, Closing: j.batch.Closing, Changes: changes,
	}
	v.entry.OpenSince = j.world.imports.after(v.entry).since()
	next, err := j.edit.Done(j.seq).Compacted()
	if err != nil {
		return verdict{}, err
	}
	if v.next, err = j.world.with(v.entry, next); err != nil {
		return verdict{}, err
	}
	return v, j.deletesWhatIsSeen(v.next)
}

func (j *judge) fail(field, code, value, want string, is error) {
	j.errs = append(j.errs, &graph.InvalidError{Field: field, Code: code, Value: value, Want: want, Is: is})
}

// failOp reports about operation i; field is below its record.
func (j *judge) failOp(i int, field, code, value, want string, is error) {
	if is == nil && j.batch.undoes != nil {
		is = graph.ErrConflict // an undo asks for nothing new: something has happened since
	}
	j.errs = append(j.errs, at(i, j.batch.ops[i].name(), &graph.InvalidError{
		Field: field, Code: code, Value: value, Want: want, Is: is,
	})...)
}

// do makes operation i in the edit, if it may be made.
func (j *judge) do(i int, o op) {
	if !j.mayTouch(i, o.key) || !j.versionFits(i, o) {
		return
	}
	switch {
	case o.PutNode != nil:
		j.putNode(i, *o.PutNode)
	case o.PutEdge != nil:
		j.putEdge(i, *o.PutEdge)
	default:
		j.delete(i, o)
	}
}

// mayTouch tells whether no other open import holds the record.
func (j *judge) mayTouch(i int, k key) bool {
	if !j.heldElsewhere(k) {
		return true
	}
	j.failOp(i, "", "import_open", string(k.id), "", graph.ErrConflict)
	return false
}

func (j *judge) versionFits(i int, o op) bool {
	if o.IfVersion == nil {
		return true
	}
	r := o.key.in(j.edit.State())
	switch want := *o.IfVersion; {
	case r.IsZero() && want == 0:
		return true
	case want == 0:
		j.failOp(i, "id", "exists", string(o.key.id), "", graph.ErrConflict)
		return false
	case r.IsZero():
		j.failOp(i, "", "stale", "", strconv.FormatInt(want, 10), graph.ErrStale)
		return false
	default:
		h, err := r.Head()
		if err != nil || h.Version != want {
			j.failOp(i, "", "stale", strconv.FormatInt(h.Version, 10), strconv.FormatInt(want, 10), graph.ErrStale)
			return false
		}
		return true
	}
}

// version returns the version of a record that this entry leaves: one that it
// creates begins at its number, which is larger than any version before it.
func (j *judge) version(k key) int64 {
	if r := k.in(j.base); !r.IsZero() {
		if h, err := r.Head(); err == nil {
			return h.Version + 1
		}
	}
	return int64(j.seq)
}

func (j *judge) putNode(i int, n graph.Node) {
	k := key{false, n.ID}
	for _, s := range []*snapshot.Snapshot{j.base, j.edit.State()} {
		if h, ok := s.Head(n.ID); ok && h.NodeKind != n.Kind {
			j.failOp(i, "kind", "kind_change", string(n.Kind), string(h.NodeKind), graph.ErrConflict)
			return
		}
	}
	if h, ok := j.edit.State().Head(n.ID); ok {
		n.Version, n.Seq = h.Version, h.Seq
		if k.in(j.edit.State()) == graph.EncodeNode(n) {
			return
		}
	}
	n.Version, n.Seq = j.version(k), j.seq
	j.put(i, k, graph.EncodeNode(n))
}

func (j *judge) putEdge(i int, e graph.Edge) {
	k := key{true, e.ID}
	for _, s := range []*snapshot.Snapshot{j.base, j.edit.State()} {
		if h, ok := s.EdgeHead(e.ID); ok && h.EdgeKind != e.Kind {
			j.failOp(i, "edge_kind", "kind_change", string(e.Kind), string(h.EdgeKind), graph.ErrConflict)
			return
		}
	}
	if !j.endsFit(i, e) {
		return
	}
	if h, ok := j.edit.State().EdgeHead(e.ID); ok {
		e.Version, e.Seq = h.Version, h.Seq
		if k.in(j.edit.State()) == graph.EncodeEdge(e) {
			return
		}
	}
	e.Version, e.Seq = j.version(k), j.seq
	j.put(i, k, graph.EncodeEdge(e))
}

func (j *judge) put(i int, k key, r graph.Record) {
	if err := j.edit.Put(r); err != nil {
		j.errs = append(j.errs, fmt.Errorf("operation %d: %w", i, err))
		return
	}
	j.last[k] = i
	j.touch(k)
}

func (j *judge) touch(k key) {
	if j.touched[k]++; j.touched[k] == 1 {
		j.order = append(j.order, k)
	}
}

func (j *judge) delete(i int, o op) {
	if o.key.in(j.edit.State()).IsZero() {
		// A resumed import meets what it has done before, and checkUndone has spoken.
		if j.batch.Import == "" && j.batch.undoes == nil {
			j.failOp(i, "", "not_found", string(o.key.id), "", graph.ErrNotFound)
		}
		return
	}
	if o.key.edge {
		j.drop(i, j.edit.DeleteEdge(o.key.id), o.key)
		return
	}
	if !j.unheld(i, o.key.id) {
		return
	}
	touched := []key{o.key}
	for r := range j.edit.State().Incident(o.key.id, graph.EdgeFilter{}) {
		k := key{true, r.ID()}
		if !j.mayTouch(i, k) {
			return
		}
		j.cascade += len(r.Encoded())
		touched = append(touched, k)
	}
	j.drop(i, j.edit.DeleteNode(o.key.id), touched...)
}

// drop notes that operation i has deleted the first of keys, and the others
// with it.
func (j *judge) drop(i int, err error, keys ...key) {
	if err != nil {
		j.errs = append(j.errs, fmt.Errorf("operation %d: %w", i, err))
		return
	}
	j.last[keys[0]] = i
	for _, k := range keys {
		j.touch(k)
	}
}

// changes returns the net effect of the batch: each record once, nodes first,
// by id. A record that came back to what it was is put back as it was.
func (j *judge) changes() []graph.Change {
	var out []graph.Change
	for _, k := range j.order {
		c := graph.Change{Before: k.in(j.base), After: k.in(j.edit.State())}
		if c.Before == c.After {
			continue
		}
		if j.touched[k] > 1 && sameContent(c) {
			if err := j.edit.Put(c.Before); err != nil {
				j.errs = append(j.errs, err)
			}
			continue
		}
		out = append(out, c)
	}
	slices.SortFunc(out, compareChanges)
	return out
}

// sameContent tells whether a change changes nothing but version and number.
func sameContent(c graph.Change) bool {
	if c.Before.IsZero() || c.After.IsZero() {
		return false
	}
	if c.IsEdge() {
		a, err1 := c.Before.Edge()
		b, err2 := c.After.Edge()
		b.Version, b.Seq = a.Version, a.Seq
		return err1 == nil && err2 == nil && graph.EncodeEdge(b) == c.Before
	}
	a, err1 := c.Before.Node()
	b, err2 := c.After.Node()
	b.Version, b.Seq = a.Version, a.Seq
	return err1 == nil && err2 == nil && graph.EncodeNode(b) == c.Before
}

// checkUndone refuses to take back what has changed since, and to delete what
// edges have been put to since.
func (j *judge) checkUndone() {
	undone := map[key]bool{}
	for _, c := range j.batch.undoes {
		undone[keyOf(c)] = true
	}
	for _, c := range j.batch.undoes {
		k := keyOf(c)
		if k.in(j.base) != c.After {
			j.changedSince(k)
		}
		if !c.Before.IsZero() || k.edge {
			continue
		}
		for r := range j.base.Incident(k.id, graph.EdgeFilter{}) {
			if e := (key{true, r.ID()}); !undone[e] {
				j.changedSince(e)
			}
		}
	}
}

func (j *judge) changedSince(k key) {
	field := "nodes/"
	if k.edge {
		field = "edges/"
	}
	j.fail(field+string(k.id), "changed_since", string(k.id), "", graph.ErrConflict)
}
