package neo4jstore

import (
	"errors"
	"testing"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"zhitu/graph"
)

// TestHeadIsLockedBeforeItIsCompared has two transactions at one head. The
// second is seen waiting for the first, inside the server, before the first
// commits: had it compared by then, it would go on as if nothing had happened.
func TestHeadIsLockedBeforeItIsCompared(t *testing.T) {
	s := openStore(t, server.Empty(t))
	first, second := begin(t, s), begin(t, s)
	if err := s.lock(t.Context(), first, 0, 1); err != nil {
		t.Fatal(err)
	}
	result := make(chan error)
	go func() { result <- s.lock(t.Context(), second, 0, 1) }()
	awaitBlocked(t, s)
	if err := first.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-result; !errors.Is(err, graph.ErrBehind) {
		t.Errorf("the second at the same head: %v, want ErrBehind", err)
	}
}

func begin(t *testing.T, s *Store) neo4j.ExplicitTransaction {
	t.Helper()
	session := s.driver.NewSession(t.Context(), neo4j.SessionConfig{DatabaseName: s.cfg.Database})
	tx, err := session.BeginTransaction(t.Context(), s.transaction(s.cfg.TxTimeout))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.giveBack(t.Context(), session.Close) })
	return tx
}

// awaitBlocked returns when a transaction of the server waits for another.
func awaitBlocked(t *testing.T, s *Store) {
	t.Helper()
	for {
		result, err := neo4j.ExecuteQuery(t.Context(), s.driver,
			"SHOW TRANSACTIONS YIELD status WHERE status STARTS WITH 'Blocked' RETURN count(*) AS n", nil,
			neo4j.EagerResultTransformer, neo4j.ExecuteQueryWithDatabase(s.cfg.Database))
		if err != nil {
			t.Fatal(err)
		}
		if intOf(result.Records[0], "n") > 0 {
			return
		}
	}
}
