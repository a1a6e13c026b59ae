package snapshot_test

import (
	"testing"

	"zhitu/graph"
	"zhitu/graph/graphtest"
	"zhitu/graph/snapshot"
)

// The contract of readers holds for a snapshot however it came about; an overlay
// is made as one that the log moves.
func TestContract(t *testing.T) {
	ways := []struct {
		name string
		open func(t *testing.T, log []graph.Entry) graph.Reader
	}{
		{"moved by the log", func(t *testing.T, log []graph.Entry) graph.Reader { return moved(t, log) }},
		{"scanned", func(t *testing.T, log []graph.Entry) graph.Reader {
			m := moved(t, log)
			return load(t, m.Seq(), collect(t, m.All()))
		}},
	}
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) { graphtest.RunReader(t, way.open) })
	}
}

func moved(t *testing.T, log []graph.Entry) *snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.Empty("epoch").Apply(log...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
