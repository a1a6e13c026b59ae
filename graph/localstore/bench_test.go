//go:build linux

package localstore

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"zhitu/graph"
)

// BenchmarkAppend is one lone durable commit: a node, three edges, an entry.
func BenchmarkAppend(b *testing.B) {
	s, err := Open(b.TempDir(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	seq := graph.Seq(0)
	for b.Loop() {
		e := entryOf(seq+1, 1, 3)
		if err := s.Append(b.Context(), seq, []graph.Entry{e}); err != nil {
			b.Fatal(err)
		}
		seq++
	}
}

// BenchmarkFsync is the floor beside it: one write and fdatasync of 4 KiB.
func BenchmarkFsync(b *testing.B) {
	f, err := os.Create(b.TempDir() + "/floor")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4096)
	for b.Loop() {
		if _, err := f.Write(page); err != nil {
			b.Fatal(err)
		}
		if err := fdatasync(f); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkScan reads a graph of 100,000 nodes and 500,000 edges, body and all.
func BenchmarkScan(b *testing.B) {
	s, err := Open(b.TempDir(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for seq := range graph.Seq(20) {
		if err := s.Append(b.Context(), seq, []graph.Entry{entryOf(seq+1, 5000, 25000)}); err != nil {
			b.Fatal(err)
		}
	}
	n := 0
	for b.Loop() {
		n = 0
		for r, err := range s.Scan(b.Context()) {
			if err != nil {
				b.Fatal(err)
			}
			if _, err := r.Head(); err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

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
