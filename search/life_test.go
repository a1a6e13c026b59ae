package search

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2"
	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
)

// sameAsNew compares x with an index built from nothing, over every facet and
// some texts, and lets it verify itself.
func sameAsNew(t *testing.T, x *Index, l *log) {
	t.Helper()
	fresh := open(t, l, t.TempDir())
	settled(t, x)
	settled(t, fresh)
	for _, text := range []string{"", "电机", "附着力问题", "镀锌的附着力有什么问题", "dianji"} {
		q := Query{Text: text, Facets: FacetNames(), PageSize: maxPageSize, IncludeTotal: true}
		if diff := cmp.Diff(search(t, fresh, l, q), search(t, x, l, q)); diff != "" {
			t.Fatalf("%q: %s", text, diff)
		}
	}
	if err := x.Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestFollowingEqualsRebuilding(t *testing.T) {
	l := many(t, 200, nil)
	x := open(t, l, t.TempDir())
	settled(t, x)
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 60 {
		id := graph.ID(fmt.Sprintf("problem:%04d", r.IntN(200)))
		s := l.newest
		n, alive := s.Node(id)
		switch {
		case i%15 == 14: // moves everything that hangs on the segment
			seg, _ := s.Node("segment:a")
			seg.Fields = graph.Fields{"position": []string{"upstream", "midstream"}[r.IntN(2)]}
			l.put(t, graph.Op{PutNode: &seg})
		case !alive:
			l.put(t, node(graph.Problem, id, "电机新问题"))
		case r.IntN(4) == 0:
			ops := []graph.Op{}
			for e := range s.Touching(t.Context(), []graph.ID{id}, graph.EdgeFilter{}) {
				ops = append(ops, graph.Op{DeleteEdge: e.ID})
			}
			l.put(t, append([]graph.Op{{DeleteNode: id}}, ops...)...)
		case r.IntN(3) == 0:
			n.Visibility, n.Owner = graph.Private, "firm:x"
			l.put(t, graph.Op{PutNode: &n})
		default:
			n.Name, n.Version = "镀锌改名"+fmt.Sprint(i), n.Version+1
			l.put(t, graph.Op{PutNode: &n})
		}
	}
	l.put(t, graph.Op{DeleteEdge: "e:has_segment:chain:b:segment:b"})
	sameAsNew(t, x, l)
	if got := x.Status().Rebuilds; got != 1 {
		t.Errorf("%d rebuilds, want the first only", got)
	}
}

func TestAnEntryLargerThanABatchMovesTheMarkAtItsEnd(t *testing.T) {
	l := many(t, 10, nil)
	x := open(t, l, t.TempDir())
	settled(t, x)
	var ops []graph.Op
	for i := range 3*maxBatch + 7 {
		ops = append(ops, node(graph.Problem, graph.ID(fmt.Sprintf("problem:z%05d", i)), "很大的导入"))
	}
	l.put(t, ops...)
	sameAsNew(t, x, l)
}

func TestAHoleInTheLogStopsTheMark(t *testing.T) {
	l := many(t, 20, nil)
	x := open(t, l, t.TempDir())
	settled(t, x)
	before := x.Status().Seq
	l.hidden[before+1] = true
	l.put(t, node(graph.Problem, "problem:a", "洞前的问题"))
	last := l.put(t, node(graph.Problem, "problem:b", "洞后的问题"))
	if got := x.WaitFor(t.Context(), last); got != before {
		t.Errorf("the mark moved to %d over a hole at %d", got, before+1)
	}
	if n := len(search(t, x, l, Query{Text: "洞后的问题"}).Items); n > 0 && search(t, x, l, Query{Text: "洞后的问题"}).Items[0].ID == "problem:b" {
		t.Error("what lies behind the hole is found")
	}
	l.mu.Lock()
	delete(l.hidden, before+1)
	l.mu.Unlock()
	sameAsNew(t, x, l)
}

func TestAFailedBatchIsQuarantined(t *testing.T) {
	l := many(t, 50, nil)
	x := open(t, l, t.TempDir())
	settled(t, x)
	s := x.serving.Load()
	failed := make(chan struct{})
	var after *store // which handle the next batch goes to
	s.apply = func(b *bleve.Batch) error {
		select {
		case <-failed:
			after = s
			return s.idx.Batch(b)
		default:
		}
		close(failed)
		// As a full disk does: the batch is applied in memory, and fails.
		_ = s.idx.Batch(b)
		return errors.New("no space left on device")
	}
	seq := l.put(t, node(graph.Problem, "problem:new", "配额已满的问题"))
	<-failed
	if got := x.WaitFor(t.Context(), seq); got < seq {
		settled(t, x)
	}
	if after != nil {
		t.Error("the failed handle was written to again")
	}
	if x.serving.Load() == s {
		t.Error("the failed handle still serves")
	}
	if x.Status().Quarantines != 1 {
		t.Errorf("%+v", x.Status())
	}
	sameAsNew(t, x, l)
}

func TestASearchThatPanicsIsUnavailableAndHeals(t *testing.T) {
	l := many(t, 50, nil)
	x := open(t, l, t.TempDir())
	settled(t, x)
	s := x.serving.Load()
	err := x.guard(t.Context(), func(context.Context, *generation) error { panic("as Bleve may") })
	if !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("error %v", err)
	}
	for range 200 {
		if x.serving.Load() != s && x.serving.Load() != nil {
			break
		}
		x.WaitFor(t.Context(), x.Status().Seq+1)
	}
	if x.serving.Load() == s {
		t.Error("the handle was not reopened")
	}
	sameAsNew(t, x, l)
}

func TestSearchesGoOnDuringARebuild(t *testing.T) {
	l := many(t, 300, nil)
	dir := t.TempDir()
	x := open(t, l, dir)
	settled(t, x)
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	count := 0
	go func() {
		defer close(failed)
		for ctx.Err() == nil {
			if _, err := x.Search(ctx, l.view(""), Query{Text: "电机附着力"}); err != nil && ctx.Err() == nil {
				failed <- err
				return
			}
			count++
		}
	}()
	for range 3 {
		if err := x.Rebuild(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	if err := <-failed; err != nil {
		t.Error(err)
	}
	folders, err := filepath.Glob(filepath.Join(dir, "index-*"))
	if err != nil || len(folders) != 1 {
		t.Errorf("folders %v, %v", folders, err)
	}
	t.Logf("%d searches during three rebuilds", count)
	sameAsNew(t, x, l)
}

func TestTwoProcessesCannotHoldOneIndex(t *testing.T) {
	l := many(t, 5, nil)
	dir := t.TempDir()
	x := open(t, l, dir)
	settled(t, x)
	_, err := Open(t.Context(), dir, l, Options{})
	if !errors.Is(err, graph.ErrUnavailable) || !strings.Contains(err.Error(), fmt.Sprint(os.Getpid())) {
		t.Errorf("error %v does not say which process holds the index", err)
	}
}

// TestDoubtsRebuild: whatever is wrong with an index, it is rebuilt unattended
// and then equals a new one.
func TestDoubtsRebuild(t *testing.T) {
	first := func(pattern string) func(t *testing.T, dir string) string {
		return func(t *testing.T, dir string) string {
			files, err := filepath.Glob(filepath.Join(dir, "index-*", pattern))
			if err != nil || len(files) == 0 {
				t.Fatalf("no %s: %v", pattern, err)
			}
			return files[0]
		}
	}
	segment, bolt := first("store/*.zap"), first("store/root.bolt")
	change := func(file func(*testing.T, string) string, f func([]byte) []byte) func(*testing.T, string, *log) {
		return func(t *testing.T, dir string, _ *log) {
			name := file(t, dir)
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if b = f(b); b == nil {
				err = os.Remove(name)
			} else {
				err = os.WriteFile(name, b, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	flip := func(from, n int) func([]byte) []byte {
		return func(b []byte) []byte {
			if from < 0 {
				from += len(b)
			}
			for i := from; i < from+n && i < len(b); i++ {
				b[i] ^= 0xff
			}
			return b
		}
	}
	tests := []struct {
		name   string
		damage func(t *testing.T, dir string, l *log)
		keeps  bool // may be served, or followed from an older state, without a rebuild
	}{
		{"nothing", func(*testing.T, string, *log) {}, true},
		{"a segment truncated", change(segment, func(b []byte) []byte { return b[:len(b)/2] }), false},
		{"a segment emptied", change(segment, func([]byte) []byte { return []byte{} }), false},
		{"a segment deleted", change(segment, func([]byte) []byte { return nil }), true}, // Bleve may fall back to an older state

		{"a segment's footer broken", change(segment, flip(-16, 16)), false},
		{"64 bytes flipped at a third of a segment", func(t *testing.T, dir string, l *log) {
			change(segment, func(b []byte) []byte { return flip(len(b)/3, 64)(b) })(t, dir, l)
		}, false},
		{"64 bytes flipped at the beginning of a segment", change(segment, flip(0, 64)), false},
		{"one bit of a segment", change(segment, func(b []byte) []byte { b[len(b)/2] ^= 1; return b }), false},
		{"the bolt file's meta pages", change(bolt, flip(0, 2*4096)), false},
		{"the bolt file's data pages", change(bolt, func(b []byte) []byte { return flip(2*4096, len(b)-2*4096)(b) }), false},
		{"the bolt file emptied", change(bolt, func([]byte) []byte { return []byte{} }), false},
		{"the bolt file deleted", change(bolt, func([]byte) []byte { return nil }), false},
		{"index_meta.json", change(first("index_meta.json"), flip(0, 8)), false},
		{"the checksums", change(first(sumsFile), flip(0, 8)), false},
		{"CURRENT deleted", func(t *testing.T, dir string, _ *log) {
			if err := os.Remove(filepath.Join(dir, currentFile)); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"CURRENT names nothing", func(t *testing.T, dir string, _ *log) {
			if err := os.WriteFile(filepath.Join(dir, currentFile), []byte("index-99\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"everything deleted", func(t *testing.T, dir string, _ *log) {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"a folder left by a crashed rebuild", func(t *testing.T, dir string, _ *log) {
			if err := os.MkdirAll(filepath.Join(dir, "index-77", "store"), 0o700); err != nil {
				t.Fatal(err)
			}
		}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := many(t, 60, nil)
			dir := filepath.Join(t.TempDir(), "index")
			build(t, l, dir)
			tt.damage(t, dir, l)
			x := open(t, l, dir)
			sameAsNew(t, x, l)
			if x.Status().Rebuilds == 0 && !tt.keeps {
				t.Error("nothing was noticed")
			}
			if _, err := os.Stat(filepath.Join(dir, "index-77")); !errors.Is(err, fs.ErrNotExist) {
				t.Error("a folder that nobody names was left")
			}
		})
	}
}

// build makes an index in dir and closes it.
func build(t *testing.T, l *log, dir string) {
	t.Helper()
	x, err := Open(t.Context(), dir, l, Options{Status: statusByField})
	if err != nil {
		t.Fatal(err)
	}
	settled(t, x)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAnotherHistoryRebuilds(t *testing.T) {
	for _, tt := range []struct {
		name  string
		other func(t *testing.T) *log
	}{
		{"another epoch", func(t *testing.T) *log {
			l := newLog("e2")
			l.put(t, node(graph.Problem, "problem:other", "另一段历史"))
			return l
		}},
		{"a store that is behind", func(t *testing.T) *log {
			l := newLog("e1")
			l.put(t, node(graph.Problem, "problem:other", "电机旧状态"))
			return l
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			build(t, many(t, 60, nil), dir)
			l := tt.other(t)
			x := open(t, l, dir)
			settled(t, x)
			sameAsNew(t, x, l)
			if x.Status().Rebuilds != 1 {
				t.Errorf("%+v", x.Status())
			}
		})
	}
	t.Run("another schema", func(t *testing.T) {
		dir := t.TempDir()
		l := many(t, 20, nil)
		build(t, l, dir)
		name, err := filepath.Glob(filepath.Join(dir, "index-*"))
		if err != nil {
			t.Fatal(err)
		}
		s, err := openStore(name[0])
		if err != nil {
			t.Fatal(err)
		}
		s.mark.Schema = "of last year"
		if err := s.write(nil, nil, s.mark.Seq); err != nil {
			t.Fatal(err)
		}
		if err := s.closeWithSums(); err != nil {
			t.Fatal(err)
		}
		x := open(t, l, dir)
		sameAsNew(t, x, l)
		if x.Status().Rebuilds != 1 {
			t.Errorf("%+v", x.Status())
		}
	})
}
