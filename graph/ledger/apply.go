package ledger

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"zhitu/graph"
)

// ErrCommandReused says that a command id was used before for something else.
// It comes wrapped beside an InvalidError that stands for graph.ErrConflict.
var ErrCommandReused = errors.New("command reused")

// Result is the answer to a batch.
type Result struct {
	Seq      graph.Seq // of its entry; of the head if it changed nothing
	Replayed bool      // the command had been applied before, and this is its answer
	// Records are the records that the operations put, as stored, in their
	// order; the zero Record for a delete.
	Records []graph.Record
	Changes []graph.Change // what the entry did, cascades included
}

// request is a batch on its way to the writer.
type request struct {
	batch    *batch
	deadline time.Time // zero: none
	state    atomic.Int32
	answered chan answer // room for one
	// tried is true once its entry was given to the store and the outcome is
	// unknown: found in the log, it is this request's.
	tried bool
}

// A request waits until either the writer takes it or its caller gives up.
const (
	waiting = iota
	taken
	withdrawn
)

type answer struct {
	seq     graph.Seq
	verdict *verdict // of a batch that was judged here
	known   *known   // of a command that was applied before
	err     error
}

func (r *request) answer(a answer) { r.answered <- a }

// Apply returns once b is part of the published graph, or of an open import,
// with every rule that b breaks as an *InvalidError otherwise. A command that
// was applied before changes nothing and is answered as it was then.
//
// While b waits, a cancelled ctx withdraws it; once the writer has taken it, the
// real outcome is returned. ErrUnavailable may leave the outcome open: the same
// command again is safe.
func (l *Ledger) Apply(ctx context.Context, b graph.Batch) (Result, error) {
	return l.apply(ctx, b, nil)
}

func (l *Ledger) apply(ctx context.Context, b graph.Batch, undoes []graph.Change) (Result, error) {
	p, err := prepare(b, undoes)
	if err != nil {
		return Result{}, err
	}
	if len(p.errs) > 0 { // it cannot pass; the rest of what is wrong with it belongs into the same answer
		_, err := judgeBatch(l.view.Load().world, p, l.now())
		return Result{}, err
	}
	if p.Command == "" {
		p.Command = newCommand(l.now())
	}
	a, err := l.submit(ctx, p)
	if err != nil {
		return Result{}, err
	}
	if a.known != nil {
		return l.recall(ctx, *a.known, p)
	}
	return Result{Seq: a.seq, Records: a.verdict.records, Changes: a.verdict.entry.Changes}, nil
}

func (l *Ledger) submit(ctx context.Context, p *batch) (answer, error) {
	r := &request{batch: p, answered: make(chan answer, 1)}
	r.deadline, _ = ctx.Deadline()
	if err := ctx.Err(); err != nil {
		return answer{}, err
	}
	if err := l.enqueue(r); err != nil {
		return answer{}, err
	}
	select {
	case a := <-r.answered:
		return a, a.err
	case <-ctx.Done():
		if r.state.CompareAndSwap(waiting, withdrawn) {
			return answer{}, ctx.Err()
		}
		a := <-r.answered
		return a, a.err
	}
}

func (l *Ledger) enqueue(r *request) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		return errClosed
	}
	select {
	case l.queue <- r:
		return nil
	default:
		return fmt.Errorf("%w: %d writes are waiting", graph.ErrUnavailable, cap(l.queue))
	}
}

// recall answers a command that was applied before, from the log: the records
// as they were then.
func (l *Ledger) recall(ctx context.Context, k known, b *batch) (Result, error) {
	r := Result{Seq: k.seq, Replayed: !k.own, Records: make([]graph.Record, len(b.ops))}
	after := map[key]graph.Record{}
	if !k.empty {
		e, err := l.entry(ctx, k.seq)
		if err != nil {
			return Result{}, fmt.Errorf("answer to command %q: %w", b.Command, err)
		}
		r.Changes = e.Changes
		for _, c := range e.Changes {
			after[keyOf(c)] = c.After
		}
	}
	for i, o := range b.ops {
		if !o.put() {
			continue
		}
		record, changed := after[o.key]
		if !changed {
			var err error
			if record, err = l.recordAt(ctx, o.key, k.seq); err != nil {
				return Result{}, fmt.Errorf("answer to command %q: %w", b.Command, err)
			}
		}
		r.Records[i] = record
	}
	return r, nil
}

// recordAt returns a record as it was at seq: as it is now, or as its first
// change since found it.
func (l *Ledger) recordAt(ctx context.Context, k key, seq graph.Seq) (graph.Record, error) {
	w := l.view.Load().world
	now := k.in(w.newest)
	if h, err := now.Head(); err == nil && h.Seq <= seq {
		return now, nil
	}
	for e, err := range l.store.Changes(ctx, seq) {
		if err != nil {
			return graph.Record{}, err
		}
		for _, c := range e.Changes {
			if keyOf(c) == k {
				return c.Before, nil
			}
		}
	}
	return now, nil
}
