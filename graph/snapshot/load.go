package snapshot

import (
	"context"
	"fmt"
	"runtime"

	"zhitu/graph"
)

// How many records go from the reader of the store to the builder at a time,
// and after how many of them progress is told.
const (
	addBatch  = 256
	loadAhead = 32
	tellEvery = 256 * addBatch
	// What the store read is garbage as soon as it is in its page. Left to itself
	// the collector would let it grow as large as the graph.
	collectEvery = 128 << 20
)

// Load reads a store into memory: its head, a scan, and the log since that
// head, because a scan need not be one state. progress, which may be nil, is
// told from time to time how much has been read.
func Load(ctx context.Context, store graph.Store, progress func(nodes, edges int)) (*Snapshot, error) {
	seq, epoch, err := store.Head(ctx)
	if err != nil {
		return nil, fmt.Errorf("head of the store: %w", err)
	}
	if progress == nil {
		progress = func(int, int) {}
	}
	b := newBuilder(seq, epoch, newShared())
	if err := scan(ctx, store, b, progress); err != nil {
		return nil, fmt.Errorf("scan of the store: %w", err)
	}
	s, loose := b.finish()
	s, err = settle(ctx, store, s, loose)
	if err != nil {
		return nil, fmt.Errorf("log since the scan began: %w", err)
	}
	progress(s.Size())
	return s, nil
}

// scan reads ahead in a goroutine of its own: to read a store and the heads of
// its records costs about as much as to build pages of them.
func scan(ctx context.Context, store graph.Store, b *builder, progress func(nodes, edges int)) error {
	ctx, cancel := context.WithCancel(ctx)
	r := reader{full: make(chan []headed, loadAhead), empty: make(chan []headed, loadAhead+2)}
	var failed error
	go func() {
		defer close(r.full)
		failed = r.read(ctx, store)
	}()
	var err error
	told, garbage := 0, 0
	for batch := range r.full {
		if err == nil {
			if err = b.add(batch); err != nil {
				cancel() // and drain what is on its way
			}
		}
		if garbage += bytesOf(batch); garbage >= collectEvery {
			garbage = 0
			runtime.GC()
		}
		if n := b.s.liveNodes + b.s.liveEdges; n-told >= tellEvery {
			told = n
			progress(b.s.Size())
		}
		r.empty <- batch[:0] // there are fewer batches than it has room for
	}
	cancel()
	if err != nil {
		return err
	}
	return failed
}

func bytesOf(batch []headed) int {
	n := 0
	for i := range batch {
		n += len(batch[i].record.Encoded())
	}
	return n
}

// reader reads a store ahead of the builder. The batches go round: there are
// never more than the first channel holds and one at either end.
type reader struct {
	full, empty chan []headed
	made        int
}

func (r *reader) read(ctx context.Context, store graph.Store) error {
	batch := r.batch()
	for record, err := range store.Scan(ctx) {
		if err != nil {
			return err
		}
		h, err := withHead(record)
		if err != nil {
			return err
		}
		if batch = append(batch, h); len(batch) < addBatch {
			continue
		}
		if err := r.send(ctx, batch); err != nil {
			return err
		}
		batch = r.batch()
	}
	return r.send(ctx, batch)
}

func (r *reader) send(ctx context.Context, batch []headed) error {
	select {
	case r.full <- batch:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *reader) batch() []headed {
	if r.made < cap(r.empty) {
		r.made++
		return make([]headed, 0, addBatch)
	}
	return <-r.empty
}

// settle turns what a scan gave into one state. The scan saw each record as it
// was at some moment since the head was read; the last change of a record in
// the log since then is what it is now.
func settle(ctx context.Context, store graph.Store, s *Snapshot, loose []graph.Record) (*Snapshot, error) {
	seq := s.seq
	last := map[key]graph.Record{}
	var order []key
	for entry, err := range store.Changes(ctx, seq) {
		if err != nil {
			return nil, err
		}
		for _, c := range entry.Changes {
			k := key{c.IsEdge(), c.ID()}
			if _, again := last[k]; !again {
				order = append(order, k)
			}
			last[k] = c.After
		}
		seq = entry.Seq
	}
	for _, r := range loose {
		k := key{true, r.ID()}
		if _, changed := last[k]; !changed {
			order = append(order, k)
			last[k] = r
		}
	}
	if seq == s.seq && len(order) == 0 {
		return s, nil
	}
	e := s.Edit()
	if err := e.settle(order, last); err != nil {
		return nil, err
	}
	return e.Done(seq).Compacted()
}

type key struct {
	edge bool
	id   graph.ID
}

// settle makes the records of order what last says, whether or not they are
// there. A missing end is damage now.
func (e *Edit) settle(order []key, last map[key]graph.Record) error {
	for _, step := range []struct{ edge, put bool }{{true, false}, {false, true}, {true, true}, {false, false}} {
		for _, k := range order {
			r := last[k]
			if k.edge != step.edge || r.IsZero() == step.put {
				continue
			}
			if err := e.set(k, r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *Edit) set(k key, r graph.Record) error {
	if !r.IsZero() {
		return e.Put(r)
	}
	if k.edge {
		if _, there := e.s.EdgeRecord(k.id); there {
			return e.DeleteEdge(k.id)
		}
		return nil
	}
	if _, there := e.s.Record(k.id); there {
		return e.DeleteNode(k.id)
	}
	return nil
}
