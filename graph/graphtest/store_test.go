package graphtest

import (
	"testing"

	"zhitu/graph"
)

func TestMapStoreKeepsTheContract(t *testing.T) {
	RunStore(t, func(*testing.T) graph.Store { return newMapStore() })
}
