package neo4jstore_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"zhitu/graph"
	"zhitu/graph/graphtest"
	"zhitu/graph/neo4jstore"
)

// TestBrokenCommitIsUnknownAndNeverRepeated cuts the connection in COMMIT. The
// driver calls that error retryable. A store that repeats the transaction gets
// ErrBehind from its own first one, and says that nothing is stored.
func TestBrokenCommitIsUnknownAndNeverRepeated(t *testing.T) {
	emptyServer(t)
	p := newProxy(t, neo4jstore.Server(t).Addr())
	s := open(t, p.uri())
	m := graphtest.NewModel()
	append1 := func(e graph.Entry) error { return s.Append(t.Context(), e.Seq-1, []graph.Entry{e}) }
	for i, mode := range []int32{dropAnswer, dropCommit, dropAnswer, dropCommit} {
		next := m.Clone()
		e := next.Next(graphtest.PutNode(graphtest.Node(graph.Firm, graph.ID(fmt.Sprintf("n%d", i)), "企业")))
		p.mode.Store(mode)
		err := append1(e)
		p.mode.Store(passCommit)
		if err == nil || errors.Is(err, graph.ErrBehind) || !errors.Is(err, graph.ErrUnavailable) {
			t.Fatalf("append whose commit breaks: %v, want ErrUnavailable, which says unknown", err)
		}
		if got := p.cuts.Load(); got != int32(i+1) {
			t.Fatalf("COMMIT was sent %d times, want %d", got, i+1)
		}
		// The way out is the ledger's: append again at the same head. The lock
		// waits for the first to end, and the head refuses a double.
		switch err := append1(e); {
		case mode == dropAnswer && !errors.Is(err, graph.ErrBehind):
			t.Fatalf("the same entry again, after it was committed: %v, want ErrBehind", err)
		case mode == dropCommit && err != nil:
			t.Fatalf("the same entry again, after it was rolled back: %v", err)
		}
		m = next
		graphtest.Same(t, m, s)
	}
}

// TestDeadServerIsRefusedAtOnceAndFoundAgain is the breaker.
func TestDeadServerIsRefusedAtOnceAndFoundAgain(t *testing.T) {
	emptyServer(t)
	p := newProxy(t, neo4jstore.Server(t).Addr())
	s := openWith(t, neo4jstore.Config{URI: p.uri()})
	p.mode.Store(holdEveryone)
	p.cutAll()
	e := graphtest.NewModel().Next(graphtest.PutNode(graphtest.Node(graph.Firm, "a", "A")))
	try := func() (time.Duration, error) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start := time.Now()
		err := s.Append(ctx, 0, []graph.Entry{e})
		return time.Since(start), err
	}
	for range 3 {
		if !s.Stats().BreakerOpen {
			if _, err := try(); err == nil {
				t.Fatal("an append to nobody was acknowledged")
			}
		}
	}
	if took, err := try(); !errors.Is(err, graph.ErrUnavailable) || took > 50*time.Millisecond {
		t.Errorf("with the breaker open: %v after %v, want ErrUnavailable within 50 ms", err, took)
	}
	if _, err := neo4jstore.Open(t.Context(), neo4jstore.Config{URI: p.uri()}); !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("opening: %v, want ErrUnavailable", err)
	}
	start := time.Now()
	if err := s.Ready(t.Context()); !errors.Is(err, graph.ErrUnavailable) || time.Since(start) > 2*time.Second {
		t.Errorf("ready: %v after %v, want ErrUnavailable in about a second", err, time.Since(start))
	}
	p.mode.Store(passCommit)
	p.cutAll()
	start = time.Now()
	for s.Ready(t.Context()) != nil {
		if time.Since(start) > 10*time.Second {
			t.Fatal("the server is back and the store has not noticed")
		}
	}
	if _, err := try(); err != nil {
		t.Errorf("append once the server is back: %v", err)
	}
	t.Logf("back after %v", time.Since(start))
}

// TestWhatAnOutsiderCounts has nothing of ours in it but the graph's labels.
func TestWhatAnOutsiderCounts(t *testing.T) {
	s := openEmpty(t)
	graphtest.Fill(t, s)
	nodes, edges := map[string]int64{}, map[string]int64{}
	for r, err := range s.Scan(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		h, err := r.Head()
		if err != nil {
			t.Fatal(err)
		}
		if h.IsEdge {
			edges[string(h.EdgeKind)]++
		} else {
			nodes[string(h.NodeKind)]++
		}
	}
	neo4jstore.CompareCounts(t, nodes, edges)
}

func TestGraphMovesBetweenTheStores(t *testing.T) {
	s := openEmpty(t)
	graphtest.Fill(t, s)
	t.Run("from Neo4j to the local store", func(t *testing.T) { graphtest.RunPortable(t, s, openLocal) })
	local := openLocal(t)
	graphtest.Fill(t, local)
	t.Run("from the local store to Neo4j", func(t *testing.T) { graphtest.RunPortable(t, local, openEmpty) })
}
