package testserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Shared is the one server of a test package. The zero value is ready: the
// first test that asks starts it.
type Shared struct {
	Options Options

	once    sync.Once
	server  *Server
	err     error
	skipped atomic.Int64
}

// Run is the body of TestMain: it runs the tests, ends the server, and says in
// one line how many tests went without one.
func (s *Shared) Run(m *testing.M) int {
	code := m.Run()
	if n := s.skipped.Load(); n > 0 {
		fmt.Fprintf(os.Stderr, "NOT RUN: %d tests that need Neo4j: %v\n", n, s.err)
	}
	if s.server != nil {
		if err := s.server.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "ending Neo4j:", err)
			return max(code, 1)
		}
	}
	return code
}

// Require returns the server. Where the machine cannot run one the test is
// skipped and counted; where it could and the server does not start, or with
// NEO4J_REQUIRED=1, the test fails.
func (s *Shared) Require(t testing.TB) *Server {
	t.Helper()
	s.once.Do(func() {
		// The server outlives the test that happens to be the first.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 10*time.Minute)
		defer cancel()
		s.server, s.err = Start(ctx, s.Options)
	})
	switch {
	case s.err == nil:
		return s.server
	case errors.Is(s.err, errLacking) && os.Getenv("NEO4J_REQUIRED") != "1":
		s.skipped.Add(1)
		t.Skipf("NOT RUN without Neo4j: %v", s.err)
	default:
		t.Fatalf("Neo4j is required: %v", s.err)
	}
	return nil
}

// Empty returns the URI of the server after wiping it. Community Edition has
// one database: tests that share the server must not run in parallel.
func (s *Shared) Empty(t testing.TB) string {
	t.Helper()
	server := s.Require(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := server.Wipe(ctx); err != nil {
		t.Fatal(err)
	}
	return server.URI()
}
