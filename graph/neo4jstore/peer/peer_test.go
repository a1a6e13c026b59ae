package peer_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/graph/neo4jstore"
	"zhitu/graph/neo4jstore/peer"
	"zhitu/graph/neo4jstore/testserver"
)

var shared testserver.Shared

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }

// TestTheSameQuestionsInCypher holds the Cypher of the benchmark to a graph whose answers
// are known: a firm makes a product, which two others lead to, in a cycle.
func TestTheSameQuestionsInCypher(t *testing.T) {
	server := shared.Require(t)
	c := neo4jstore.Config{URI: server.URI()}
	store, err := neo4jstore.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	if err := store.Append(t.Context(), 0, []graph.Entry{fixture()}); err != nil {
		t.Fatal(err)
	}
	p, err := peer.Open(t.Context(), c, []graph.EdgeKind{graph.Supplies, graph.Makes, graph.OperatesIn})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close(t.Context()) })

	check(t, "name", "丝")(p.Name(t.Context(), "product:b"))
	check(t, "name of none", "")(p.Name(t.Context(), "product:none"))
	check(t, "one hop, by id", []graph.ID{"product:a", "segment:s"})(p.OneHop(t.Context(), "firm:f"))
	check(t, "one hop of a cycle leaves the start out", []graph.ID{"product:b"})(p.OneHop(t.Context(), "product:a"))
	check(t, "two hops", int64(3))(p.Reach(t.Context(), "firm:f", 2))
	check(t, "six hops, each node once", int64(4))(p.Reach(t.Context(), "firm:f", 6))
	check(t, "products", int64(3))(p.Count(t.Context(), graph.Product))
	check(t, "firms by segment", map[graph.ID]int64{"segment:s": 1})(p.FirmsBySegment(t.Context()))
	if _, err := p.Count(t.Context(), "X`) DETACH DELETE n //"); err == nil {
		t.Error("a kind outside the closed set is spliced in")
	}
}

func check[T any](t *testing.T, what string, want T) func(T, error) {
	return func(got T, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
}

func fixture() graph.Entry {
	e := graph.Entry{Seq: 1, Author: "test", Command: "fixture"}
	node := func(id graph.ID, kind graph.NodeKind, name string) {
		e.Changes = append(e.Changes, graph.Change{After: graph.EncodeNode(graph.Node{
			ID: id, Kind: kind, Name: name, State: graph.Draft, Visibility: graph.Public, Version: 1, Seq: 1,
		})})
	}
	edge := func(id graph.ID, kind graph.EdgeKind, from, to graph.ID) {
		e.Changes = append(e.Changes, graph.Change{After: graph.EncodeEdge(graph.Edge{
			ID: id, Kind: kind, From: from, To: to, State: graph.Draft, Visibility: graph.Public, Version: 1, Seq: 1,
		})})
	}
	node("firm:f", graph.Firm, "厂")
	node("product:a", graph.Product, "网")
	node("product:b", graph.Product, "丝")
	node("product:c", graph.Product, "盘条")
	node("segment:s", graph.Segment, "环节")
	edge("e-1", graph.Makes, "firm:f", "product:a")
	edge("e-2", graph.OperatesIn, "firm:f", "segment:s")
	edge("e-3", graph.Supplies, "product:a", "product:b")
	edge("e-4", graph.Supplies, "product:b", "product:c")
	edge("e-5", graph.Supplies, "product:c", "product:a")
	return e
}
