package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/graph/ledger"
	"zhitu/graph/neo4jstore/testserver"
	"zhitu/seed"
)

// neo4j is the one server of this package's tests.
var neo4j testserver.Shared

// withServer runs the tests and ends the server, if one was started.
type withServer struct{ m *testing.M }

func (w withServer) Run() int { return neo4j.Run(w.m) }

// TestBackupCrossesStores: what one store exports, the other restores, and
// exports again byte for byte; a restore that is begun again goes on.
func TestBackupCrossesStores(t *testing.T) {
	server := neo4j.Require(t)
	dir := t.TempDir()
	local := defaults()
	local.DataDir = filepath.Join(dir, "data")
	fill(t, local)
	first := filepath.Join(dir, "first.ndjson")
	backup(t, local, first)

	remote := defaults()
	remote.DataDir, remote.Neo4jURI, remote.Neo4jUser = filepath.Join(dir, "remote"), server.URI(), ""
	for range 2 {
		if err := restoreNeo4j(t.Context(), remote, open(t, first)); err != nil {
			t.Fatal(err)
		}
	}
	second := filepath.Join(dir, "second.ndjson")
	backup(t, remote, second)
	sameFiles(t, first, second)

	again := defaults()
	again.DataDir = filepath.Join(dir, "again")
	if err := (program{}).restoreLocal(t.Context(), again, open(t, second)); err != nil {
		t.Fatal(err)
	}
	third := filepath.Join(dir, "third.ndjson")
	backup(t, again, third)
	sameFiles(t, first, third)
	if err := restoreNeo4j(t.Context(), remote, other(t, dir)); err == nil {
		t.Error("a graph is restored into another that is not empty")
	}
}

func fill(t *testing.T, c config) {
	t.Helper()
	g, err := openGraph(t.Context(), c, lockWait, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	}()
	node := func(id graph.ID, name string) graph.Op {
		return graph.Op{PutNode: &graph.Node{ID: id, Kind: graph.Product, Name: name, Aliases: []string{"别名 " + name}}}
	}
	for _, ops := range [][]graph.Op{
		{node("product:a", "盘条"), node("product:b", "镀锌丝"), {PutEdge: &graph.Edge{Kind: graph.Supplies, From: "product:a", To: "product:b"}}},
		{node("product:b", "镀锌钢丝")},
		{{DeleteNode: "product:a"}},
	} {
		if _, err := g.ledger.Apply(t.Context(), graph.Batch{Author: "test", Reason: "fixture", Ops: ops}); err != nil {
			t.Fatal(err)
		}
	}
}

func backup(t *testing.T, c config, name string) {
	t.Helper()
	g, err := openStore(t.Context(), c, lockWait)
	if err != nil {
		t.Fatal(err)
	}
	_, err = backupTo(t.Context(), g.store, name)
	if err != nil {
		t.Error(err)
	}
	if err := g.Close(); err != nil {
		t.Error(err)
	}
}

func open(t *testing.T, name string) *seed.Package {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	pkg, err := seed.ReadPackage(f)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

// other returns a package of as many entries with another history.
func other(t *testing.T, dir string) *seed.Package {
	t.Helper()
	c := defaults()
	c.DataDir = filepath.Join(dir, "other")
	fill(t, c) // made again: other times, other commands
	name := filepath.Join(dir, "other.ndjson")
	backup(t, c, name)
	return open(t, name)
}

func sameFiles(t *testing.T, want, got string) {
	t.Helper()
	a, err := os.ReadFile(want)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(got)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(a), string(b)); diff != "" {
		t.Errorf("%s and %s differ:\n%s", filepath.Base(want), filepath.Base(got), diff)
	}
}
