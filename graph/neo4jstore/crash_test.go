package neo4jstore_test

import (
	"bufio"
	"errors"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"zhitu/graph"
	"zhitu/graph/graphtest"
	"zhitu/graph/localstore"
	"zhitu/graph/neo4jstore"
)

const crashURI = "ZHITU_TEST_CRASH_URI"

func openLocal(t *testing.T) graph.Store {
	t.Helper()
	s, err := localstore.Open(t.TempDir(), localstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestCrashChild is the process that the tests below kill or stop.
func TestCrashChild(t *testing.T) {
	uri := os.Getenv(crashURI)
	if uri == "" {
		return
	}
	// With the default time-outs: TestTwoProcessesOnePaused waits for them.
	s := openWith(t, neo4jstore.Config{URI: uri})
	t.Fatal(graphtest.WriteInChild(t.Context(), s, os.Stdout))
}

func TestNothingAcknowledgedIsLostWhenTheWriterIsKilled(t *testing.T) {
	uri := emptyServer(t)
	s := open(t, uri)
	var acked []string
	for range graphtest.Rounds(5, 50) {
		acked = append(acked, graphtest.KillWriter(t, graphtest.Child(t, "TestCrashChild", crashURI+"="+uri))...)
		settle(t, s)
		graphtest.CheckAfterCrash(t, s, acked)
	}
	t.Logf("%d acknowledged commands, none lost, none twice", len(acked))
}

// settle waits for what a killed process left running in the server: it holds
// the head until the server notices, and an append waits for that.
func settle(t *testing.T, s graph.Store) {
	t.Helper()
	for {
		at, _, err := s.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		e := graph.Entry{Seq: at + 1, Command: "settle " + time.Now().String()}
		err = s.Append(t.Context(), at, []graph.Entry{e})
		if err == nil {
			return
		}
		if !errors.Is(err, graph.ErrBehind) {
			t.Fatal(err)
		}
	}
}

func TestNothingAcknowledgedIsLostWhenTheServerIsKilled(t *testing.T) {
	uri := emptyServer(t)
	server := neo4jstore.Server(t)
	var acked []string
	for range graphtest.Rounds(3, 50) {
		s := open(t, uri)
		var mu sync.Mutex
		after := len(acked) + graphtest.CrashAfter()
		err := graphtest.WriteUntilCrash(t.Context(), s, func(command string) {
			mu.Lock()
			defer mu.Unlock()
			if acked = append(acked, command); len(acked) == after {
				if err := server.Kill9(); err != nil {
					t.Error(err)
				}
			}
		})
		t.Logf("%d acknowledged, then: %v", len(acked), err)
		_ = s.Close()
		if err := server.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		graphtest.CheckAfterCrash(t, open(t, uri), acked)
	}
	t.Logf("%d acknowledged commands, none lost, none twice", len(acked))
}

// TestTwoProcessesOnePaused stops one of two writing processes where it stands,
// several times. The other is held up by the transaction time-out at most, and
// the stopped one goes on when it wakes.
func TestTwoProcessesOnePaused(t *testing.T) {
	uri := emptyServer(t)
	s := open(t, uri)
	child := graphtest.Child(t, "TestCrashChild", crashURI+"="+uri)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 1<<16)
	go func() {
		defer close(lines)
		for sc := bufio.NewScanner(out); sc.Scan(); {
			lines <- sc.Text()
		}
	}()
	var acked []string
	for range graphtest.Rounds(4, 20) {
		acked = append(acked, next(t, lines))
		signal(t, child.Process, syscall.SIGSTOP)
		start := time.Now()
		settle(t, s) // our own append, whatever the other holds
		if took := time.Since(start); took > 15*time.Second {
			t.Errorf("a sleeping process held us up for %v", took)
		}
		settle(t, s)
		signal(t, child.Process, syscall.SIGCONT)
		acked = append(acked, drain(lines)...)
		acked = append(acked, next(t, lines), next(t, lines)) // it has caught up
	}
	_ = child.Process.Kill()
	for line := range lines {
		acked = append(acked, line)
	}
	_ = child.Wait()
	settle(t, s)
	graphtest.CheckAfterCrash(t, s, acked)
	t.Logf("%d commands acknowledged by the process that was stopped", len(acked))
}

func signal(t *testing.T, p *os.Process, sig syscall.Signal) {
	t.Helper()
	if err := p.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

func next(t *testing.T, lines <-chan string) string {
	t.Helper()
	select {
	case line, ok := <-lines:
		if !ok {
			t.Fatal("the other process has ended")
		}
		return line
	case <-time.After(60 * time.Second):
		t.Fatal("the other process does not go on")
	}
	return ""
}

func drain(lines <-chan string) (all []string) {
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				return all
			}
			all = append(all, line)
		default:
			return all
		}
	}
}
