package testserver_test

import (
	"os"
	"testing"
	"time"

	"zhitu/graph/neo4jstore/testserver"
)

var neo4j testserver.Shared

func TestMain(m *testing.M) { os.Exit(neo4j.Run(m)) }

func TestServerComesBackOnItsHomeAfterKill9(t *testing.T) {
	s := neo4j.Require(t)
	if err := s.Exec(t.Context(), "CREATE CONSTRAINT mark IF NOT EXISTS FOR (n:Mark) REQUIRE n.id IS UNIQUE"); err != nil {
		t.Fatal(err)
	}
	if err := s.Exec(t.Context(), "CREATE (:Mark {id: 1})"); err != nil {
		t.Fatal(err)
	}
	if err := s.Kill9(); err != nil {
		t.Fatal(err)
	}
	if err := s.Exec(t.Context(), "RETURN 1"); err == nil {
		t.Fatal("a killed server still answers")
	}
	start := time.Now()
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Logf("restart took %v", time.Since(start))
	if err := s.Exec(t.Context(), "CREATE (:Mark {id: 1})"); err == nil {
		t.Error("the node that was acknowledged before the kill is gone")
	}
	if err := s.Wipe(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Exec(t.Context(), "CREATE (:Mark {id: 1})"); err != nil {
		t.Errorf("a wiped server still holds a node: %v", err)
	}
}

func TestRefusedStatementIsAnError(t *testing.T) {
	if err := neo4j.Require(t).Exec(t.Context(), "NONSENSE"); err == nil {
		t.Error("a syntax error was taken for success")
	}
}
