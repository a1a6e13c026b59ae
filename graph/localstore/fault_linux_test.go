package localstore_test

import (
	"errors"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"zhitu/graph"
	"zhitu/graph/graphtest"
)

const fullDir = "ZHITU_TEST_FULL_DIR"

// TestFullDiskChild may not let any file grow beyond 1 MiB: what a full disk
// is to a database, without a disk to fill.
func TestFullDiskChild(t *testing.T) {
	dir := os.Getenv(fullDir)
	if dir == "" {
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	s := open(t, dir)
	m := graphtest.NewModel()
	limit(t, 1<<20)
	node := graphtest.Node(graph.Product, "big", "大")
	node.Fields = graph.Fields{"note": string(make([]byte, 20_000))}
	var failed graph.Entry
	for i := 0; ; i++ {
		node.ID = graph.ID("n" + string(rune('a'+i%26)) + string(rune('a'+i/26)))
		before := m.Clone()
		e := m.Next(graphtest.PutNode(node))
		err := s.Append(t.Context(), e.Seq-1, []graph.Entry{e})
		if err == nil {
			continue
		}
		if !errors.Is(err, graph.ErrUnavailable) {
			t.Fatalf("append to a full disk: %v, want ErrUnavailable", err)
		}
		m, failed = before, e
		break
	}
	graphtest.Same(t, m, s) // reads go on, and nothing of it is there
	limit(t, 1<<30)
	if err := s.Append(t.Context(), failed.Seq-1, []graph.Entry{failed}); err != nil {
		t.Fatalf("append once there is space: %v", err)
	}
}

func limit(t *testing.T, bytes uint64) {
	t.Helper()
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
		t.Fatal(err)
	}
	l.Cur = bytes
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
		t.Fatal(err)
	}
}

func TestFullDiskIsAnErrorThatPasses(t *testing.T) {
	if out, err := graphtest.Child(t, "TestFullDiskChild", fullDir+"="+t.TempDir()).Output(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
