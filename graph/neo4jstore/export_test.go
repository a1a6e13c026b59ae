package neo4jstore

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"zhitu/graph/neo4jstore/testserver"
)

// EmptyServer and Server are for the tests outside the package: one server
// serves both.
func EmptyServer(t testing.TB) string { return server.Empty(t) }

// Server is the server that EmptyServer has wiped.
func Server(t testing.TB) *testserver.Server { return server.Require(t) }

// CompareCounts counts as somebody with a console would.
func CompareCounts(t *testing.T, nodes, edges map[string]int64) {
	t.Helper()
	driver := strictDriver(t, server.Require(t).URI())
	count := func(statement string) map[string]int64 {
		result, err := neo4j.ExecuteQuery(t.Context(), driver, statement, nil, neo4j.EagerResultTransformer)
		if err != nil {
			t.Fatal(err)
		}
		counts := map[string]int64{}
		for _, r := range result.Records {
			kind, _, _ := neo4j.GetRecordValue[string](r, "kind")
			counts[kind] = intOf(r, "n")
		}
		return counts
	}
	if d := cmp.Diff(nodes, count("MATCH (n:Entity) UNWIND labels(n) AS kind WITH kind WHERE kind <> 'Entity' RETURN kind, count(*) AS n")); d != "" {
		t.Errorf("nodes by label (-ours +theirs):\n%s", d)
	}
	all := count("MATCH (n) UNWIND labels(n) AS kind RETURN kind, count(*) AS n")
	for kind := range all {
		if _, ours := nodes[kind]; !ours && kind != "Entity" && kind[0] != '_' {
			t.Errorf("label %s is neither a kind nor marked as the store's own", kind)
		}
	}
	got := count("MATCH ()-[r]->() RETURN type(r) AS kind, count(*) AS n")
	delete(got, "_PART")
	if d := cmp.Diff(edges, got); d != "" {
		t.Errorf("relationships by type (-ours +theirs):\n%s", d)
	}
}
