package neo4jstore

import (
	"context"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// enter takes a slot, or returns why there is none: the breaker is open, the
// store closed, the context over. leave takes the outcome of the call.
func (s *Store) enter(ctx context.Context) (leave func(error), err error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	s.waiting.Add(1)
	defer s.waiting.Add(-1)
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := s.breaker.allow(); err != nil {
		<-s.slots
		return nil, err
	}
	return func(err error) {
		// The caller's own end says nothing about the server.
		s.breaker.report(unreachable(err) && ctx.Err() == nil)
		<-s.slots
	}, nil
}

// read runs one read-only statement and returns its rows. The driver repeats it
// within the deadline; reading twice does no harm.
func (s *Store) read(ctx context.Context, st statement, params map[string]any) ([]*neo4j.Record, error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	inner, cancel := context.WithTimeout(ctx, s.cfg.QueryTimeout)
	defer cancel()
	result, err := neo4j.ExecuteQuery(inner, s.driver, st.text, params, neo4j.EagerResultTransformer,
		neo4j.ExecuteQueryWithDatabase(s.cfg.Database), neo4j.ExecuteQueryWithReadersRouting(),
		neo4j.ExecuteQueryWithTransactionConfig(s.transaction(s.cfg.QueryTimeout)))
	leave(err)
	if err != nil {
		return nil, translate(ctx, err)
	}
	return result.Records, nil
}

// probe runs one statement within a second, past the slots and the breaker.
func (s *Store) probe(ctx context.Context, st statement) error {
	inner, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	session := s.driver.NewSession(inner, neo4j.SessionConfig{DatabaseName: s.cfg.Database, AccessMode: neo4j.AccessModeRead})
	defer s.giveBack(ctx, session.Close)
	tx, err := session.BeginTransaction(inner, s.transaction(probeTimeout))
	if err != nil {
		return err
	}
	result, err := tx.Run(inner, st.text, nil)
	if err != nil {
		return err
	}
	_, err = result.Consume(inner)
	return err
}

// write runs one statement of the set-up, in a transaction of its own. It is
// idempotent, so the driver may repeat it.
func (s *Store) write(ctx context.Context, st statement, params map[string]any) error {
	return s.writeRows(ctx, st, params, func(*neo4j.Record) error { return nil })
}

func (s *Store) writeRows(ctx context.Context, st statement, params map[string]any, each func(*neo4j.Record) error) error {
	result, err := neo4j.ExecuteQuery(ctx, s.driver, st.text, params, neo4j.EagerResultTransformer,
		neo4j.ExecuteQueryWithDatabase(s.cfg.Database), neo4j.ExecuteQueryWithWritersRouting(),
		neo4j.ExecuteQueryWithTransactionConfig(s.transaction(schemaTimeout)))
	if err != nil {
		return err
	}
	for _, r := range result.Records {
		if err := each(r); err != nil {
			return err
		}
	}
	return nil
}

// transaction bounds the work in the server too: a context that ends leaves it
// running there.
func (s *Store) transaction(timeout time.Duration) func(*neo4j.TransactionConfig) {
	return func(c *neo4j.TransactionConfig) {
		c.Timeout = timeout
		c.Metadata = map[string]any{"application": "zhitu"}
	}
}

// giveBack runs a Close that must happen even when the caller's context is over.
func (s *Store) giveBack(ctx context.Context, closing func(context.Context) error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	_ = closing(ctx) // the connection is dropped if it cannot be given back
}

func detached(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
}
