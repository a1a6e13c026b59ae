package graphtest

import (
	"testing"

	"zhitu/graph"
)

func TestMapStoreKeepsTheContract(t *testing.T) {
	RunStore(t, func(*testing.T) graph.Store { return newMapStore() })
}

func TestModelReaderKeepsTheContract(t *testing.T) {
	RunReader(t, func(t *testing.T, log []graph.Entry) graph.Reader {
		m := NewModel()
		for _, e := range log {
			m.take(e)
		}
		return modelReader{m}
	})
}
