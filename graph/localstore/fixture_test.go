package localstore

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhitu/graph"
)

// entryOf creates nodes and edges of the size that the seed's have.
func entryOf(seq graph.Seq, nodes, edges int) graph.Entry {
	e := graph.Entry{Seq: seq, Author: "a", Command: fmt.Sprintf("command-%08d", seq)}
	node := func(i int) graph.ID { return graph.ID(fmt.Sprintf("firm:%06d-%06d", seq, i)) }
	for i := range nodes {
		n := graph.Node{
			ID: node(i), Kind: graph.Firm, Name: "安平县某某丝网制品有限公司", State: graph.Draft, Visibility: graph.Public,
			Fields: graph.Fields{"uscc": "91131125MA07XXXXXX", "size": "small", "size_year": int64(2025)}, ValidTo: graph.Open,
			Evidence: []graph.Evidence{{Source: "source:1", Quote: "一段摘句，说明这条记录的依据", Level: 3}}, Seq: seq, Version: 1,
		}
		e.Changes = append(e.Changes, graph.Change{After: graph.EncodeNode(n)})
	}
	for i := range edges {
		e.Changes = append(e.Changes, graph.Change{After: graph.EncodeEdge(graph.Edge{
			ID: graph.ID(fmt.Sprintf("supplies:%06d-%06d", seq, i)), Kind: graph.Supplies, From: node(i % nodes),
			To: node((i * 7) % nodes), State: graph.Draft, Visibility: graph.Public, Seq: seq, Version: 1,
		})})
	}
	slices.SortStableFunc(e.Changes, func(a, b graph.Change) int {
		if a.IsEdge() == b.IsEdge() {
			return 0
		}
		if b.IsEdge() {
			return -1
		}
		return 1
	})
	return e
}

func (s *Store) head(t *testing.T) graph.Seq {
	t.Helper()
	seq, _, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

// sizedEntries makes one entry with values from a few bytes to many pages, and
// deletes what the entry four before it has made.
func sizedEntries(at graph.Seq, round int) []graph.Entry {
	node := func(round, i int) graph.Record {
		return graph.EncodeNode(graph.Node{
			ID: graph.ID(fmt.Sprintf("n%03d-%d", round, i)), Kind: graph.Firm, Name: "大小", State: graph.Draft, Visibility: graph.Public,
			Fields: graph.Fields{"note": strings.Repeat("x", (round*977+i*4093)%20_000)},
		})
	}
	e := graph.Entry{Seq: at + 1, Command: fmt.Sprint("c", at)}
	for i := range 8 {
		if round >= 4 {
			e.Changes = append(e.Changes, graph.Change{Before: node(round-4, i)})
		}
		e.Changes = append(e.Changes, graph.Change{After: node(round, i)})
	}
	return []graph.Entry{e}
}
