package neo4jstore

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/graph/graphtest"
)

// TestChangesEndBeforeAHole takes an entry, or one part of one, out of the
// sight of readers, as an index does that is behind.
func TestChangesEndBeforeAHole(t *testing.T) {
	tests := []struct{ name, hide, show string }{
		{"a missing entry", "MATCH (e:_Entry {seq: 3}) REMOVE e:_Entry SET e:_Hidden", "MATCH (e:_Hidden) REMOVE e:_Hidden SET e:_Entry"},
		{"a missing part", "MATCH (:_Entry {seq: 3})-[:_PART]->(p:_Part {i: 1}) REMOVE p:_Part SET p:_Hidden", "MATCH (p:_Hidden) REMOVE p:_Hidden SET p:_Part"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			uri := server.Empty(t)
			s := openStore(t, uri)
			m := graphtest.NewModel()
			for i := range 5 {
				n := graphtest.Node(graph.Firm, graph.ID(fmt.Sprintf("n%d", i)), "企业")
				n.Fields = graph.Fields{"note": strings.Repeat("长", partBytes/3)}
				e := m.Next(graphtest.PutNode(n))
				if err := s.Append(t.Context(), e.Seq-1, []graph.Entry{e}); err != nil {
					t.Fatal(err)
				}
			}
			run(t, tt.hide)
			if d := cmp.Diff([]graph.Seq{1, 2}, seqs(t, s, 0)); d != "" {
				t.Errorf("changes with a hole at 3 (-want +got):\n%s", d)
			}
			if d := cmp.Diff([]graph.Seq(nil), seqs(t, s, 2)); d != "" {
				t.Errorf("changes right before the hole (-want +got):\n%s", d)
			}
			if err := s.Ready(t.Context()); err != nil {
				t.Errorf("ready with a young hole: %v", err)
			}
			s.hole.since = s.hole.since.Add(-maxHole)
			if err := s.Ready(t.Context()); s.Stats().Hole != 3 || !errors.Is(err, graph.ErrUnavailable) {
				t.Errorf("ready with an old hole at %d: %v, want ErrUnavailable", s.Stats().Hole, err)
			}
			run(t, tt.show)
			if d := cmp.Diff([]graph.Seq{3, 4, 5}, seqs(t, s, 2)); d != "" {
				t.Errorf("changes once the hole is filled (-want +got):\n%s", d)
			}
			if err := s.Ready(t.Context()); err != nil {
				t.Errorf("ready once the hole is filled: %v", err)
			}
		})
	}
}

func openStore(t *testing.T, uri string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Config{URI: uri, TxTimeout: 25 * time.Second, QueryTimeout: 25 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func run(t *testing.T, statement string) {
	t.Helper()
	if err := server.Require(t).Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func seqs(t *testing.T, s *Store, after graph.Seq) (list []graph.Seq) {
	t.Helper()
	for e, err := range s.Changes(t.Context(), after) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e.Seq)
	}
	return list
}

func TestContiguous(t *testing.T) {
	h := func(seq graph.Seq, bytes int64) header { return header{seq: seq, bytes: bytes} }
	tests := []struct {
		name  string
		seen  []header
		after graph.Seq
		want  int
	}{
		{"nothing", nil, 0, 0},
		{"from the start", []header{h(1, 1), h(2, 1)}, 0, 2},
		{"the next is missing", []header{h(2, 1), h(3, 1)}, 0, 0},
		{"one in the middle is missing", []header{h(8, 1), h(10, 1)}, 7, 1},
		{"one twice", []header{h(8, 1), h(8, 1)}, 7, 1},
		{"one that is larger than a page", []header{h(1, 2*pageBytes), h(2, 1)}, 0, 1},
		{"a page full", []header{h(1, pageBytes/2), h(2, pageBytes/2), h(3, 1)}, 0, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := len(contiguous(tt.seen, tt.after)); got != tt.want {
				t.Errorf("%d headers, want %d", got, tt.want)
			}
		})
	}
}

func TestCutText(t *testing.T) {
	for _, s := range []string{"", "a", "锌锌锌", "𠮷a𠮷", strings.Repeat("é", 100)} {
		for n := 4; n < 20; n++ {
			parts := cutText(s, n)
			if strings.Join(parts, "") != s {
				t.Errorf("%q cut at %d is %q", s, n, parts)
			}
			for _, p := range parts {
				if len(p) > n || strings.ToValidUTF8(p, "?") != p {
					t.Errorf("%q cut at %d has part %q", s, n, p)
				}
			}
		}
	}
}

func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b breaker
		for range tripAfter {
			if err := b.allow(); err != nil {
				t.Fatalf("before it trips: %v", err)
			}
			b.report(true)
		}
		if err := b.allow(); !errors.Is(err, graph.ErrUnavailable) {
			t.Fatalf("tripped: %v, want ErrUnavailable", err)
		}
		time.Sleep(openFor) // of the bubble's clock
		if err := b.allow(); err != nil {
			t.Fatalf("the one that may try: %v", err)
		}
		if err := b.allow(); err == nil {
			t.Fatal("a second may try beside the first")
		}
		b.report(true)
		if err := b.allow(); err == nil {
			t.Fatal("open again after a try that failed")
		}
		time.Sleep(openFor)
		if err := b.allow(); err != nil {
			t.Fatal(err)
		}
		b.report(false)
		if err := b.allow(); err != nil || b.open() {
			t.Fatalf("closed after a try that succeeded: %v", err)
		}
	})
}
