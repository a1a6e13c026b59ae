package main

import (
	"os"
	"testing"

	"zhitu/graph"
)

// TestChainKGIsReadHonestly: every row is in the graph or counted with its
// reason, and every operation is one that the schema accepts.
func TestChainKGIsReadHonestly(t *testing.T) {
	shared := os.Getenv("ZHITU_SHARED")
	if shared == "" {
		t.Skip("NOT RUN: set ZHITU_SHARED to the folder that holds data/chain_kg")
	}
	k, err := loadChainKG(shared)
	if err != nil {
		t.Fatal(err)
	}
	left := 0
	for _, l := range k.reasons() {
		left += l.Rows
		t.Logf("%6d %s", l.Rows, l.Reason)
	}
	t.Logf("%d rows: %d nodes, %d edges, %d left out", k.rows, len(k.nodes), len(k.edges), left)
	if got := len(k.nodes) + len(k.edges) + left; got != k.rows {
		t.Errorf("%d rows in, %d accounted for", k.rows, got)
	}
	kinds := map[graph.ID]graph.NodeKind{}
	for op := range k.ops() {
		if n := op.PutNode; n != nil {
			if _, twice := kinds[n.ID]; twice {
				t.Fatalf("node %s twice", n.ID)
			}
			kinds[n.ID] = n.Kind
			if err := n.Validate(); err != nil {
				t.Fatalf("node %s: %v", n.ID, err)
			}
			continue
		}
		spec, _ := graph.EdgeSpecOf(op.PutEdge.Kind)
		if err := op.PutEdge.Validate(); err != nil || !spec.Joins(kinds[op.PutEdge.From], kinds[op.PutEdge.To]) {
			t.Fatalf("edge %v: %v", op.PutEdge, err)
		}
	}
}
