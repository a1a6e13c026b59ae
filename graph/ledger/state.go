package ledger

import (
	"hash/fnv"
	"maps"
	"slices"

	"zhitu/graph"
	"zhitu/graph/snapshot"
)

// key names a record: ids of nodes and of edges are apart.
type key struct {
	edge bool
	id   graph.ID
}

func keyOf(c graph.Change) key { return key{c.IsEdge(), c.ID()} }

// in returns the record of k in s; the zero Record if there is none.
func (k key) in(s *snapshot.Snapshot) graph.Record {
	var r graph.Record
	if k.edge {
		r, _ = s.EdgeRecord(k.id)
	} else {
		r, _ = s.Record(k.id)
	}
	return r
}

// world is the graph at the head of the log and what of it may be seen. It is
// a value: a change makes another.
type world struct {
	newest    *snapshot.Snapshot
	published *snapshot.Snapshot
	imports   imports
	// closed are imports whose closing entry is in the log while another import
	// is open, and whose records published still lacks.
	closed []closedImport
}

type closedImport struct {
	id         string
	first, end graph.Seq
}

// view is a world that readers can get at, and the channel that is closed when
// it is replaced.
type view struct {
	world
	replaced chan struct{}
}

// imports are the open ones, by id.
type imports map[string]openImport

type openImport struct {
	seqs []graph.Seq // of its entries, rising
	// gone are the records that each of these has deleted, as hashes, sorted:
	// nothing else is left to say by whom.
	gone [][]uint64
}

// deleted returns the last entry of the import that has deleted a record of
// this hash, or 0.
func (o openImport) deleted(h uint64) graph.Seq {
	for i, hashes := range slices.Backward(o.gone) {
		if _, ok := slices.BinarySearch(hashes, h); ok {
			return o.seqs[i]
		}
	}
	return 0
}

func (k key) hash() uint64 {
	h := fnv.New64a()
	if k.edge {
		_, _ = h.Write([]byte{1})
	}
	_, _ = h.Write([]byte(k.id))
	return h.Sum64()
}

// since returns the first entry of the oldest open import, 0 without one.
func (im imports) since() graph.Seq {
	first := graph.Seq(0)
	for _, o := range im {
		if first == 0 || o.seqs[0] < first {
			first = o.seqs[0]
		}
	}
	return first
}

// after returns the open imports once e is applied.
func (im imports) after(e graph.Entry) imports {
	_, open := im[e.Import]
	if e.Import == "" || e.Closing && !open {
		return im
	}
	next := maps.Clone(im)
	if next == nil {
		next = imports{}
	}
	if e.Closing {
		delete(next, e.Import)
	} else {
		o := im[e.Import]
		o.seqs = append(slices.Clip(o.seqs), e.Seq)
		var gone []uint64
		for _, c := range e.Changes {
			if c.After.IsZero() {
				gone = append(gone, keyOf(c).hash())
			}
		}
		slices.Sort(gone)
		o.gone = append(slices.Clip(o.gone), gone)
		next[e.Import] = o
	}
	return next
}

// entry returns the open import that entry seq belongs to, or "".
func (im imports) entry(seq graph.Seq) string {
	for id, o := range im {
		if _, ok := slices.BinarySearch(o.seqs, seq); ok {
			return id
		}
	}
	return ""
}

// holder returns the open import that has touched k, or "".
func (w world) holder(k key) string {
	if len(w.imports) == 0 {
		return ""
	}
	if r := k.in(w.newest); !r.IsZero() {
		h, err := r.Head()
		if err != nil {
			return ""
		}
		return w.imports.entry(h.Seq)
	}
	if k.in(w.published).IsZero() {
		return ""
	}
	hash, last, by := k.hash(), graph.Seq(0), ""
	for id, o := range w.imports {
		if seq := o.deleted(hash); seq > last {
			last, by = seq, id
		}
	}
	return by
}

// seen is the number up to which followers may read the log.
func (w world) seen() graph.Seq {
	first := w.imports.since()
	for _, c := range w.closed {
		if first == 0 || c.first < first {
			first = c.first
		}
	}
	if first > 0 {
		return first - 1
	}
	return w.newest.Seq()
}

// with returns the world after e, of which newest is the result.
func (w world) with(e graph.Entry, newest *snapshot.Snapshot) (world, error) {
	next := world{newest: newest, published: w.published, imports: w.imports.after(e), closed: w.closed}
	if len(next.imports) == 0 && len(next.closed) == 0 {
		next.published = newest
		return next, nil
	}
	switch {
	case e.Import == "" || e.Closing && w.imports[e.Import].seqs == nil:
		published, err := w.published.Apply(e)
		next.published = published
		return next, err
	case e.Closing:
		next.closed = append(slices.Clip(w.closed), closedImport{e.Import, w.imports[e.Import].seqs[0], e.Seq})
	}
	return next, nil
}
