package neo4jstore_test

import (
	"testing"
	"time"

	"zhitu/graph"
	"zhitu/graph/graphtest"
	"zhitu/graph/neo4jstore"
)

func emptyServer(t testing.TB) string { return neo4jstore.EmptyServer(t) }

func openEmpty(t *testing.T) graph.Store { return open(t, emptyServer(t)) }

// open gives a server that has just started, on a busy machine, more time than
// the default: it compiles every statement that it sees for the first time.
func open(t testing.TB, uri string) *neo4jstore.Store {
	t.Helper()
	return openWith(t, neo4jstore.Config{URI: uri, TxTimeout: 25 * time.Second, QueryTimeout: 25 * time.Second})
}

func openWith(t testing.TB, cfg neo4jstore.Config) *neo4jstore.Store {
	t.Helper()
	s, err := neo4jstore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestContract(t *testing.T) { graphtest.RunStore(t, openEmpty) }
