package localstore

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"zhitu/graph"
)

// Append stores entries and the net effect of their changes in one
// transaction, or nothing. It is compare-and-swap: bbolt has one writer at a
// time, and the head is compared inside the transaction.
func (s *Store) Append(ctx context.Context, expected graph.Seq, entries []graph.Entry) error {
	err := s.append(ctx, expected, entries)
	if err != nil {
		return fmt.Errorf("appending %d entries after %d: %w", len(entries), expected, translate(err))
	}
	return nil
}

func (s *Store) append(ctx context.Context, expected graph.Seq, entries []graph.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	net, err := graph.NetOf(entries)
	if err != nil {
		return err
	}
	commit, err := s.transact(ctx, func(tx *bbolt.Tx) error {
		return write(tx, expected, entries, net)
	})
	if commit {
		return s.reopen(err)
	}
	return err
}

// transact runs fn in a write transaction. commitFailed tells that err came
// out of the commit, so that nobody knows what the file holds.
func (s *Store) transact(ctx context.Context, fn func(tx *bbolt.Tx) error) (commitFailed bool, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.usable(ctx); err != nil {
		return false, err
	}
	if why := s.stuck.Load(); why != nil {
		return false, *why
	}
	err, panicked := guarded(func() error {
		tx, err := s.db.Begin(true)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }() // after a commit it does nothing
		if err := s.usable(ctx); err != nil {
			return err // the wait for other writers was too long
		}
		if err := fn(tx); err != nil {
			return err
		}
		commitFailed = true
		if err := tx.Commit(); err != nil {
			return err
		}
		commitFailed = false
		return nil
	})
	if panicked {
		// bbolt's writer lock may be held for ever: a second try would hang.
		err = fmt.Errorf("%w; writing needs a restart", err)
		s.stuck.CompareAndSwap(nil, &err)
		return false, err
	}
	return commitFailed, err
}

// reopen exchanges the open file after a commit that failed with cause: what
// bbolt has in memory may not be what the file holds. The caller learns from
// the log what became of its entries.
func (s *Store) reopen(cause error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead.Load() != nil {
		return cause
	}
	err := closeDB(s.db)
	if err == nil {
		err = s.open()
	}
	if err != nil {
		s.die(fmt.Errorf("reopening after a failed commit: %w", translate(err)))
	}
	return cause
}

// write does what Append promises, inside tx.
func write(tx *bbolt.Tx, expected graph.Seq, entries []graph.Entry, net graph.Net) error {
	st, err := getState(tx)
	if err != nil {
		return err
	}
	if st.seq != uint64(expected) {
		return fmt.Errorf("%w: the head is %d", graph.ErrBehind, st.seq)
	}
	if err := writeLog(tx, &st, entries); err != nil {
		return err
	}
	nodes, err := bucket(tx, nodesBucket)
	if err != nil {
		return err
	}
	edges, err := bucket(tx, edgesBucket)
	if err != nil {
		return err
	}
	for _, r := range net.Passing {
		b := nodes
		if r.IsEdge() {
			b = edges
		}
		if b.Get([]byte(r.ID())) != nil {
			return fmt.Errorf("%w: %q exists", graph.ErrBehind, r.ID())
		}
	}
	for _, c := range net.Changes {
		b, count := nodes, &st.nodes
		if c.IsEdge() {
			b, count = edges, &st.edges
		}
		if err := writeChange(b, count, c); err != nil {
			return err
		}
	}
	return putState(tx, st)
}

func writeLog(tx *bbolt.Tx, st *state, entries []graph.Entry) error {
	log, err := bucket(tx, logBucket)
	if err != nil {
		return err
	}
	commands, err := bucket(tx, commandsBucket)
	if err != nil {
		return err
	}
	log.FillPercent = 0.95 // its keys only rise
	for _, e := range entries {
		st.seq++
		if uint64(e.Seq) != st.seq {
			return fmt.Errorf("entry %d comes where %d is due", e.Seq, st.seq)
		}
		command := []byte(e.Command)
		if commands.Get(command) != nil {
			return fmt.Errorf("%w: command %q is known", graph.ErrBehind, e.Command)
		}
		key := seqKey(st.seq)
		if err := commands.Put(command, seal(command, seqKey(st.seq))); err != nil {
			return fmt.Errorf("command of entry %d: %w", e.Seq, err)
		}
		if err := log.Put(key, seal(key, graph.AppendEntry(nil, e))); err != nil {
			return fmt.Errorf("entry %d: %w", e.Seq, err)
		}
	}
	return nil
}

func writeChange(b *bbolt.Bucket, count *uint64, c graph.Change) error {
	key := []byte(c.ID())
	there := b.Get(key) != nil
	if there == c.Before.IsZero() {
		return fmt.Errorf("%w: %q is there: %t", graph.ErrBehind, key, there)
	}
	switch {
	case c.After.IsZero():
		*count--
		return b.Delete(key)
	case !there:
		*count++
	}
	raw := c.After.Encoded()
	v := make([]byte, len(raw), len(raw)+sumBytes)
	copy(v, raw)
	if err := b.Put(key, seal(key, v)); err != nil {
		return fmt.Errorf("record %q: %w", key, err)
	}
	return nil
}
