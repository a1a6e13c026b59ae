package neo4jstore_test

import (
	"testing"

	"zhitu/graph"
	"zhitu/graph/graphtest"
)

func TestReaderContract(t *testing.T) {
	graphtest.RunReader(t, func(t *testing.T, log []graph.Entry) graph.Reader {
		s := open(t, emptyServer(t))
		for _, e := range log {
			if err := s.Append(t.Context(), e.Seq-1, []graph.Entry{e}); err != nil {
				t.Fatal(err)
			}
		}
		return s.Reader()
	})
}
