package neo4jstore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"zhitu/graph"
)

// Append stores entries and the net effect of their changes in one explicit
// transaction. What may come back:
//
//	nil             the server has committed
//	ErrBehind       nothing is stored: the head has moved, a statement touched
//	                fewer records than it was given, or a constraint objected
//	another error   of a server that refused: nothing is stored; of a commit
//	                that broke: unknown, and the log will tell
//
// A transaction that the server itself rolled back for a passing reason is
// repeated within ctx. A commit whose answer did not come never is: it may have
// happened, and repeated it would be refused as ErrBehind, which says that it
// has not.
func (s *Store) Append(ctx context.Context, expected graph.Seq, entries []graph.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	if err := s.append(ctx, expected, entries); err != nil {
		return fmt.Errorf("appending %d entries after %d: %w", len(entries), expected, err)
	}
	return nil
}

func (s *Store) append(ctx context.Context, expected graph.Seq, entries []graph.Entry) error {
	for i, e := range entries {
		if e.Seq != expected+graph.Seq(i)+1 {
			return fmt.Errorf("entry %d comes where %d is due", e.Seq, expected+graph.Seq(i)+1)
		}
	}
	p, err := planOf(entries)
	if err != nil {
		return err
	}
	for try := range appendTries {
		var committing bool
		if committing, err = s.transact(ctx, expected, p); err == nil {
			return nil
		}
		if !mayRepeat(err, committing) || !pause(ctx, try) {
			break
		}
	}
	return translate(ctx, err)
}

const appendTries = 6

// mayRepeat tells whether a transaction that ended with err left nothing and
// may do better next time. committing tells that err came out of COMMIT.
func mayRepeat(err error, committing bool) bool {
	if transient(err) {
		return true // the server says so, at COMMIT too
	}
	// A connection of the pool may have died unnoticed; before COMMIT was sent,
	// whatever ran on it is rolled back.
	return !committing && unreachable(err)
}

// pause waits 5, 15, 45 … ms, give or take a half; false when ctx ends first.
func pause(ctx context.Context, try int) bool {
	d := 5 * time.Millisecond
	for range try {
		d *= 3
	}
	timer := time.NewTimer(d/2 + rand.N(d))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// transact runs p once. committing tells that the error came out of COMMIT.
func (s *Store) transact(ctx context.Context, expected graph.Seq, p plan) (committing bool, err error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return false, err
	}
	defer func() { leave(err) }()
	inner, cancel := context.WithTimeout(ctx, s.cfg.TxTimeout+time.Second)
	defer cancel()
	session := s.driver.NewSession(inner, neo4j.SessionConfig{DatabaseName: s.cfg.Database})
	defer s.giveBack(ctx, session.Close)
	tx, err := session.BeginTransaction(inner, s.transaction(s.cfg.TxTimeout))
	if err != nil {
		return false, err
	}
	defer s.giveBack(ctx, tx.Close) // rolls back what was not committed
	if err := s.lock(inner, tx, expected, p.entries); err != nil {
		return false, err
	}
	for _, step := range p.steps {
		if err := step.run(inner, tx); err != nil {
			return false, err
		}
	}
	return true, tx.Commit(inner)
}

// lock takes the head for this transaction and compares it. In this order:
// reads take no locks, and of two who compared first both would go on.
func (s *Store) lock(ctx context.Context, tx neo4j.ExplicitTransaction, expected graph.Seq, n int) error {
	r, err := single(ctx, tx, stmt("lock_head"), map[string]any{"n": int64(n)})
	if err != nil {
		return err
	}
	epoch, _, _ := neo4j.GetRecordValue[string](r, "epoch")
	if graph.Epoch(epoch) != s.epoch {
		return fmt.Errorf("%w: the database was exchanged: its epoch is %s and was %s", graph.ErrUnavailable, epoch, s.epoch)
	}
	if at := graph.Seq(intOf(r, "seq")) - graph.Seq(n); at != expected {
		return fmt.Errorf("%w: the head is %d", graph.ErrBehind, at)
	}
	return nil
}

// run executes one step in pieces; each must touch as many records as it was
// given.
func (st step) run(ctx context.Context, tx neo4j.ExplicitTransaction) error {
	for rows := st.rows; len(rows) > 0; {
		n := min(len(rows), maxRows)
		want := int64(n)
		if st.want != 0 { // it counts something else than rows: all at once
			n, want = len(rows), st.want
		}
		r, err := single(ctx, tx, st.statement, map[string]any{"rows": rows[:n]})
		if err != nil {
			return err
		}
		if got := intOf(r, "n"); got != want {
			return fmt.Errorf("%w: %s touched %d of %d records", graph.ErrBehind, st.statement, got, want)
		}
		rows = rows[n:]
	}
	return nil
}

// single runs a statement that returns one row.
func single(ctx context.Context, tx neo4j.ExplicitTransaction, st statement, params map[string]any) (*neo4j.Record, error) {
	result, err := tx.Run(ctx, st.text, params)
	if err != nil {
		return nil, err
	}
	rows, err := result.Collect(ctx)
	switch {
	case err != nil:
		return nil, err
	case len(rows) != 1:
		return nil, fmt.Errorf("%w: %w", graph.ErrUnavailable, errors.New("this is not our database: it has no head"))
	}
	return rows[0], nil
}
