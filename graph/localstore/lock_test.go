package localstore_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhitu/graph"
	"zhitu/graph/graphtest"
	"zhitu/graph/localstore"
)

const lockDir = "ZHITU_TEST_LOCK_DIR"

// TestLockChild is another process that wants the same file.
func TestLockChild(t *testing.T) {
	dir := os.Getenv(lockDir)
	if dir == "" {
		return
	}
	_, err := localstore.Open(dir, localstore.Options{LockTimeout: 100 * time.Millisecond})
	if errors.Is(err, graph.ErrUnavailable) {
		t.Fatal("REFUSED", err)
	}
}

func TestSecondProcessIsRefusedWithinItsTimeout(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	start := time.Now()
	cmd := graphtest.Child(t, "TestLockChild", lockDir+"="+dir)
	out, err := cmd.Output()
	if err == nil || !strings.Contains(string(out), "REFUSED") {
		t.Errorf("a second process: %v: %s", err, out)
	}
	for _, word := range []string{"another process", "100ms", dir} {
		if !strings.Contains(string(out), word) {
			t.Errorf("the error does not name %q: %s", word, out)
		}
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("it took %v", d)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("the first process: %v", err)
	}
}

func TestFilesAreForTheOwnerAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "graph")
	open(t, dir)
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %v", info.Mode())
	}
	names, err := os.ReadDir(dir)
	if err != nil || len(names) != 2 {
		t.Fatalf("files %v, error %v; want the graph and its marker", names, err)
	}
	for _, entry := range names {
		if info, err := entry.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, error %v", entry.Name(), info.Mode(), err)
		}
	}
}

func TestGraphStaysOverAReopen(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	graphtest.Fill(t, s)
	_, epoch, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, dir)
	_, same, err := again.Head(t.Context())
	if err != nil || same != epoch {
		t.Errorf("epoch %s, error %v; want %s", same, err, epoch)
	}
	graphtest.RunPortable(t, again, openEmpty)
}
