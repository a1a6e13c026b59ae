package search

import (
	"bufio"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"zhitu/graph"
)

// killEnv makes the test binary the process that is killed.
const (
	killEnv     = "ZHITU_SEARCH_KILL_DIR"
	killFromEnv = "ZHITU_SEARCH_KILL_FROM"
)

// TestKilledWhileIndexing runs in a child of itself: it follows a growing
// graph until it is killed.
func TestKilledWhileIndexing(t *testing.T) {
	if dir := os.Getenv(killEnv); dir != "" {
		followUntilKilled(t, dir)
		return
	}
	dir := t.TempDir()
	rounds := 6
	if testing.Short() {
		rounds = 2
	}
	var acknowledged graph.Seq
	for round := range rounds {
		acknowledged = killed(t, dir, acknowledged, 5+7*round)
		name, err := os.ReadFile(filepath.Join(dir, currentFile))
		if err != nil {
			if acknowledged > 0 {
				t.Fatalf("round %d: %d was acknowledged and there is no index", round, acknowledged)
			}
			continue
		}
		s, err := openTrusted(filepath.Join(dir, strings.TrimSpace(string(name))))
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if s.mark.Seq < acknowledged {
			t.Errorf("round %d: %d was acknowledged, %d is there", round, acknowledged, s.mark.Seq)
		}
		// The graph at the mark has exactly these problems.
		if want := int64(s.mark.Seq); s.mark.Docs != want {
			t.Errorf("round %d: %d documents at %d", round, s.mark.Docs, want)
		}
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}
}

// killed starts a child, kills it after it has acknowledged n numbers, and
// returns the last.
func killed(t *testing.T, dir string, from graph.Seq, n int) graph.Seq {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledWhileIndexing$")
	cmd.Env = append(os.Environ(), killEnv+"="+dir, fmt.Sprintf("%s=%d", killFromEnv, from))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var last graph.Seq
	lines := bufio.NewScanner(out)
	for i := 0; i < n && lines.Scan(); i++ {
		if _, err := fmt.Sscanf(lines.Text(), "indexed %d", &last); err != nil {
			t.Fatalf("child says %q", lines.Text())
		}
	}
	if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	return last
}

// followUntilKilled adds one problem a time to the graph that the index knows,
// and says which number it holds.
func followUntilKilled(t *testing.T, dir string) {
	l := newLog("e1")
	grow := func() graph.Seq {
		i := l.State().Seq + 1
		return l.put(t, node(graph.Problem, graph.ID(fmt.Sprintf("problem:%06d", i)), fmt.Sprintf("电机问题%d", i)))
	}
	from, err := strconv.Atoi(os.Getenv(killFromEnv))
	if err != nil {
		t.Fatal(err)
	}
	for range from + 200 { // the mark may be ahead of what was acknowledged
		grow()
	}
	x, err := Open(t.Context(), dir, l, Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(time.Minute)
	for last := graph.Seq(0); time.Now().Before(deadline); {
		if seq := x.WaitFor(t.Context(), last+1); seq > last {
			last = seq
			fmt.Printf("indexed %d\n", seq)
		}
		grow()
	}
}
