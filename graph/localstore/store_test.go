package localstore_test

import (
	"testing"

	"zhitu/graph"
	"zhitu/graph/graphtest"
	"zhitu/graph/localstore"
)

func openEmpty(t *testing.T) graph.Store {
	return open(t, t.TempDir())
}

func open(t *testing.T, dir string) *localstore.Store {
	t.Helper()
	s, err := localstore.Open(dir, localstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestContract(t *testing.T) { graphtest.RunStore(t, openEmpty) }
