package main

import (
	"context"
	"iter"
	"sync"

	"zhitu/graph"
)

// dryStore is a store whose writes stay in memory: a ledger over it judges an
// import by all of its rules, and nothing is changed. It is for one ledger; it
// keeps entries and leaves the records to the snapshot.
type dryStore struct {
	graph.Store

	mu      sync.Mutex
	head    graph.Seq // of the store below
	entries []graph.Entry
}

func newDryStore(ctx context.Context, below graph.Store) (*dryStore, error) {
	seq, _, err := below.Head(ctx)
	return &dryStore{Store: below, head: seq}, err
}

func (d *dryStore) Head(ctx context.Context) (graph.Seq, graph.Epoch, error) {
	_, epoch, err := d.Store.Head(ctx)
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.head + graph.Seq(len(d.entries)), epoch, err
}

func (d *dryStore) Append(ctx context.Context, expected graph.Seq, entries []graph.Entry) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if expected != d.head+graph.Seq(len(d.entries)) {
		return graph.ErrBehind
	}
	d.entries = append(d.entries, entries...)
	return nil
}

func (d *dryStore) Changes(ctx context.Context, after graph.Seq) iter.Seq2[graph.Entry, error] {
	d.mu.Lock()
	added := d.entries
	d.mu.Unlock()
	return func(yield func(graph.Entry, error) bool) {
		if after < d.head {
			for e, err := range d.Store.Changes(ctx, after) {
				if err == nil && e.Seq > d.head {
					break // written by others since: not part of this rehearsal
				}
				if !yield(e, err) || err != nil {
					return
				}
			}
		}
		for _, e := range added {
			if e.Seq > after && !yield(e, nil) {
				return
			}
		}
	}
}

// Close leaves the store below open: it is somebody else's.
func (d *dryStore) Close() error { return nil }
