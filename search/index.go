package search

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"zhitu/graph"
)

// Source is the graph that an index follows.
type Source interface {
	// State returns the newest published graph. Every entry up to its number
	// is in Changes.
	State() State

	// Changes yields the entries after seq in order and ends before a hole. An
	// error is the last pair.
	Changes(ctx context.Context, after graph.Seq) iter.Seq2[graph.Entry, error]

	// Wait returns nil once the number of State has passed after, or the error
	// of ctx.
	Wait(ctx context.Context, after graph.Seq) error
}

// State is one published graph.
type State struct {
	Reader graph.Reader
	Seq    graph.Seq
	Epoch  graph.Epoch // of its store; another one means another history
}

// Options of an index. The zero Options are usable.
type Options struct {
	Log     *slog.Logger  // nil: no log
	Status  StatusFunc    // nil: hits have no status, and no filter by it finds any
	Timeout time.Duration // of one search whose context has no deadline; 0: two seconds
	Params  *Params       // of ranking; nil: DefaultParams
	Retry   time.Duration // before trying again what failed; 0: half a second
}

// Index is the full-text index of one graph, in one folder.
type Index struct {
	dir      string
	source   Source
	opts     Options
	params   Params
	statuses *statuses
	lock     *os.File
	log      *slog.Logger

	serving atomic.Pointer[store] // nil while there is none
	suspect atomic.Bool           // a search panicked: reopen

	mu      sync.Mutex
	state   Status
	changed chan struct{}  // closed and replaced when state changes
	wanted  []chan<- error // rebuilds asked for
	wake    context.CancelFunc
	closed  bool

	stop context.CancelFunc
	done chan struct{}
}

// Status is how an index is doing.
type Status struct {
	Seq         graph.Seq `json:"seq"`  // applied and visible
	Head        graph.Seq `json:"head"` // of the graph
	Lag         int64     `json:"lag"`  // entries between the two
	Documents   int64     `json:"documents"`
	Serving     bool      `json:"serving"` // searches are answered
	Rebuilding  bool      `json:"rebuilding"`
	Quarantined bool      `json:"quarantined"` // a batch failed; reopening
	Rebuilds    int       `json:"rebuilds"`    // since start
	Quarantines int       `json:"quarantines"`
	Why         string    `json:"why,omitempty"` // of the last rebuild or quarantine
}

const (
	defaultTimeout = 2 * time.Second
	defaultRetry   = 500 * time.Millisecond
	maxWait        = 500 * time.Millisecond // of WaitFor
)

// Open opens the index in dir, or makes one, and follows source until ctx ends
// or Close. What is missing, damaged or out of date is rebuilt while Open has
// long returned; until then searches are ErrUnavailable. ErrUnavailable from
// Open itself means that another process holds dir.
func Open(ctx context.Context, dir string, source Source, opts Options) (*Index, error) {
	if opts.Timeout == 0 {
		opts.Timeout = defaultTimeout
	}
	if opts.Retry == 0 {
		opts.Retry = defaultRetry
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open search index: %w", err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, err
	}
	params := DefaultParams()
	if opts.Params != nil {
		params = *opts.Params
	}
	x := &Index{
		dir: dir, source: source, opts: opts, params: params, statuses: &statuses{ask: opts.Status},
		lock: lock, log: opts.Log, changed: make(chan struct{}), wake: func() {}, done: make(chan struct{}),
	}
	if err := x.openCurrent(); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	ctx, x.stop = context.WithCancel(ctx)
	go x.follow(ctx)
	return x, nil
}

// Close stops following and closes the index. Searches under way end well.
func (x *Index) Close() error {
	x.mu.Lock()
	if x.closed {
		x.mu.Unlock()
		return nil
	}
	x.closed = true
	x.mu.Unlock()
	x.stop()
	<-x.done
	var err error
	if s := x.serving.Swap(nil); s != nil {
		err = s.closeWithSums()
	}
	return errors.Join(err, x.lock.Close())
}

// Search answers q as view sees it: on its date, for its caller.
func (x *Index) Search(ctx context.Context, view *graph.View, q Query) (page Page, err error) {
	if err := q.validate(); err != nil {
		return Page{}, err
	}
	err = x.guard(ctx, func(ctx context.Context, g *generation) error {
		ex := &execution{g: g, view: view, q: q, params: x.params, status: x.statuses}
		page, err = ex.run(ctx)
		return err
	})
	return page, err
}

// Suggest completes what was typed: at most limit nodes (0: 10) of kinds (none:
// all) whose name, alias, code, pinyin or initials begin with text.
func (x *Index) Suggest(ctx context.Context, view *graph.View, text string, kinds []graph.NodeKind, limit int) (out []Suggestion, err error) {
	if limit == 0 {
		limit = defaultSuggestions
	}
	if limit < 0 || limit > maxSuggestions {
		return nil, &graph.InvalidError{Field: "limit", Code: "out_of_range", Value: fmt.Sprint(limit), Want: fmt.Sprintf("1–%d", maxSuggestions)}
	}
	err = x.guard(ctx, func(ctx context.Context, g *generation) error {
		ex := &execution{g: g, view: view, params: x.params, status: x.statuses}
		out, err = ex.suggest(ctx, text, kinds, limit)
		return err
	})
	return out, err
}

// guard runs f over the newest generation, within a deadline. A panic inside
// Bleve means that the handle cannot be trusted: the follower reopens it.
func (x *Index) guard(ctx context.Context, f func(context.Context, *generation) error) (err error) {
	s := x.serving.Load()
	if s == nil {
		return fmt.Errorf("search: no index yet: %w", graph.ErrUnavailable)
	}
	g := s.acquire()
	if g == nil {
		return fmt.Errorf("search: index is being reopened: %w", graph.ErrUnavailable)
	}
	defer g.release()
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, x.opts.Timeout)
		defer cancel()
	}
	defer func() {
		if p := recover(); p != nil {
			x.log.Error("search panicked", "panic", p)
			x.suspect.Store(true)
			x.poke()
			err = fmt.Errorf("search: %w", graph.ErrUnavailable)
		}
	}()
	return f(ctx, g)
}

// WaitFor returns once seq is searchable, or half a second has passed, or ctx
// ends, with the number that is searchable.
func (x *Index) WaitFor(ctx context.Context, seq graph.Seq) graph.Seq {
	ctx, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	for {
		x.mu.Lock()
		now, changed := x.state.Seq, x.changed
		x.mu.Unlock()
		if now >= seq {
			return now
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return now
		}
	}
}

// Status tells how the index is doing.
func (x *Index) Status() Status {
	head := x.source.State().Seq
	x.mu.Lock()
	defer x.mu.Unlock()
	s := x.state
	s.Head, s.Lag = head, max(0, int64(head-s.Seq))
	s.Serving = x.serving.Load() != nil
	return s
}

// Rebuild makes the index anew beside the old one and returns when it serves.
func (x *Index) Rebuild(ctx context.Context) error {
	done := make(chan error, 1)
	x.mu.Lock()
	if x.closed {
		x.mu.Unlock()
		return fmt.Errorf("rebuild: index is closed: %w", graph.ErrUnavailable)
	}
	x.wanted = append(x.wanted, done)
	x.wake()
	x.mu.Unlock()
	select {
	case err := <-done:
		return err
	case <-x.done:
		return fmt.Errorf("rebuild: index was closed: %w", graph.ErrUnavailable)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// poke wakes the follower.
func (x *Index) poke() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.wake()
}

// note changes the status and wakes those who wait for a change.
func (x *Index) note(f func(*Status)) {
	x.mu.Lock()
	defer x.mu.Unlock()
	f(&x.state)
	close(x.changed)
	x.changed = make(chan struct{})
}
