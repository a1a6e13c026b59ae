package ledger

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"zhitu/graph"
	"zhitu/graph/snapshot"
)

// Options of a ledger. The zero Options are those of one process on one store.
type Options struct {
	Now      func() time.Time       // of the entries; nil: time.Now
	Logger   *slog.Logger           // nil: nothing is logged
	QueueLen int                    // how many writes may wait; 0: 256
	Poll     bool                   // follow a store that other processes write to as well
	Progress func(nodes, edges int) // told while the store is read; may be nil
}

const (
	defaultQueue = 256
	maxGroup     = 64               // batches in one append
	maxGroupSize = 32 << 20         // bytes of their records
	patience     = 10 * time.Second // with a store that does not answer, whatever a caller's deadline is
)

// Ledger changes the graph of one store. Its methods are for any number of
// goroutines.
type Ledger struct {
	store graph.Store
	now   func() time.Time
	log   *slog.Logger
	poll  bool

	view     atomic.Pointer[view]
	commands commands
	older    older // states at older numbers
	graves   graves

	queue   chan *request
	closing chan struct{}
	done    sync.WaitGroup
	mu      sync.RWMutex // held to send to queue, so that Close leaves nobody in it
	closed  bool
}

// Open reads store and takes over its writing. ctx bounds the reading alone; the
// ledger lives until Close, which leaves the store open.
func Open(ctx context.Context, store graph.Store, o Options) (*Ledger, error) {
	newest, err := snapshot.Load(ctx, store, o.Progress)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	l := &Ledger{
		store: store, now: o.Now, log: o.Logger, poll: o.Poll,
		queue: make(chan *request, o.QueueLen), closing: make(chan struct{}),
	}
	if o.QueueLen == 0 {
		l.queue = make(chan *request, defaultQueue)
	}
	if l.now == nil {
		l.now = time.Now
	}
	if l.log == nil {
		l.log = slog.New(slog.DiscardHandler)
	}
	w, err := l.firstWorld(ctx, newest)
	if err != nil {
		return nil, fmt.Errorf("ledger: open imports: %w", err)
	}
	l.view.Store(&view{world: w, replaced: make(chan struct{})})
	life := context.WithoutCancel(ctx)
	l.done.Go(func() { l.run(life) })
	return l, nil
}

// Close ends the writer after the group that it is at; who still waits is
// refused. It does not close the store.
func (l *Ledger) Close() error {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.closing)
	}
	l.mu.Unlock()
	l.done.Wait()
	return nil
}

// firstWorld hides the records of imports that are open at the head.
func (l *Ledger) firstWorld(ctx context.Context, newest *snapshot.Snapshot) (world, error) {
	w := world{newest: newest, published: newest}
	if newest.Seq() == 0 {
		return w, nil
	}
	head, err := l.entry(ctx, newest.Seq())
	if err != nil || head.OpenSince == 0 {
		return w, err
	}
	entries, err := l.entries(ctx, head.OpenSince-1, newest.Seq(), func(e graph.Entry) bool {
		w.imports = w.imports.after(e)
		return e.Import != ""
	})
	if err != nil {
		return w, err
	}
	hidden := slices.DeleteFunc(entries, func(e graph.Entry) bool { return w.imports.entry(e.Seq) == "" })
	seen := newest.Seq()
	for w.imports.entry(seen) != "" {
		seen--
	}
	w.published, err = takeBack(newest, hidden, seen)
	for id, o := range w.imports {
		l.log.Warn("an import is unfinished: its records are hidden until it is resumed or undone",
			"import", id, "since", o.seqs[0], "entries", len(o.seqs))
	}
	return w, err
}

// takeBack returns s without what entries did, under number seq.
func takeBack(s *snapshot.Snapshot, entries []graph.Entry, seq graph.Seq) (*snapshot.Snapshot, error) {
	net, err := mustNet(entries)
	if err != nil {
		return nil, err
	}
	ops, err := graph.Inverse(graph.Entry{Changes: net})
	if err != nil {
		return nil, err
	}
	older, err := s.With(ops)
	if err != nil {
		return nil, fmt.Errorf("taking back %d entries: %w", len(entries), err)
	}
	return older.As(seq), nil
}

// Snapshot returns the graph as readers see it.
func (l *Ledger) Snapshot() *snapshot.Snapshot { return l.view.Load().published }

// OpenImport is an import that has begun and is not closed.
type OpenImport struct {
	ID      string
	Since   graph.Seq
	Entries int
}

// OpenImports returns the imports whose records readers do not see yet, oldest
// first.
func (l *Ledger) OpenImports() []OpenImport {
	im := l.view.Load().imports
	var out []OpenImport
	for _, id := range slices.Sorted(maps.Keys(im)) {
		out = append(out, OpenImport{ID: id, Since: im[id].seqs[0], Entries: len(im[id].seqs)})
	}
	slices.SortStableFunc(out, func(a, b OpenImport) int { return int(a.Since - b.Since) })
	return out
}

// publish shows w to readers and wakes those who wait for it.
func (l *Ledger) publish(w world) {
	old := l.view.Load()
	l.view.Store(&view{world: w, replaced: make(chan struct{})})
	close(old.replaced)
}

// Wait returns nil as soon as the log may be read beyond after.
func (l *Ledger) Wait(ctx context.Context, after graph.Seq) error {
	for {
		v := l.view.Load()
		if v.seen() > after {
			return nil
		}
		select {
		case <-v.replaced:
		case <-ctx.Done():
			return ctx.Err()
		case <-l.closing:
			return errClosed
		}
	}
}

var errClosed = fmt.Errorf("%w: the ledger is closed", graph.ErrUnavailable)
