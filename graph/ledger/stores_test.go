package ledger_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"zhitu/graph"
	"zhitu/graph/localstore"
	"zhitu/graph/neo4jstore"
	"zhitu/graph/neo4jstore/testserver"
)

var server testserver.Shared

func TestMain(m *testing.M) {
	code := server.Run(m)
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, "goroutines are left behind:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// opener opens a new, empty store.
type opener func(testing.TB) graph.Store

// eachStore runs a test over both stores: the ledger's promises hold over either.
func eachStore(t *testing.T, run func(t *testing.T, open opener)) {
	t.Helper()
	t.Run("localstore", func(t *testing.T) { run(t, newStore) })
	t.Run("neo4jstore", func(t *testing.T) {
		server.Require(t)
		run(t, newNeo4j)
	})
}

func newStore(t testing.TB) graph.Store {
	t.Helper()
	s, err := localstore.Open(t.TempDir(), localstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func newNeo4j(t testing.TB) graph.Store {
	t.Helper()
	s, err := neo4jstore.Open(t.Context(), neo4jstore.Config{URI: server.Empty(t), TxTimeout: 25 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
