package neo4jstore_test

import (
	"testing"

	"zhitu/graph"
	"zhitu/graph/graphtest"
	"zhitu/graph/neo4jstore"
)

func emptyServer(t testing.TB) string { return neo4jstore.EmptyServer(t) }

func openEmpty(t *testing.T) graph.Store { return open(t, emptyServer(t)) }

func open(t testing.TB, uri string) *neo4jstore.Store {
	t.Helper()
	s, err := neo4jstore.Open(t.Context(), neo4jstore.Config{URI: uri})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestContract(t *testing.T) { graphtest.RunStore(t, openEmpty) }
