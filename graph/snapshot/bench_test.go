package snapshot_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"zhitu/graph"
	"zhitu/graph/snapshot"
)

// synthetic is a store with a made-up graph of firms that supply one another:
// ends skewed, so that there are hubs, ids and records as long as real ones.
type synthetic struct {
	graph.Store
	blob  string
	ends  []int // of each record in blob
	nodes int
	from  []int32 // of the edges, as made
	to    []int32
	bytes int
}

// dated tells how the edges of a synthetic graph are valid.
type dated bool

func newSynthetic(nodes, edges int, d dated) *synthetic {
	rnd := rand.New(rand.NewPCG(1, uint64(nodes)))
	s := &synthetic{nodes: nodes, from: make([]int32, edges), to: make([]int32, edges)}
	skewed := func() int32 {
		x := rnd.Float64()
		return int32(x * x * x * float64(nodes))
	}
	type made struct {
		id graph.ID
		i  int
	}
	list := make([]made, edges)
	for i := range edges {
		s.from[i], s.to[i] = rnd.Int32N(int32(nodes)), skewed()
		h := uint64(s.from[i]) * 0x9e3779b97f4a7c15
		list[i] = made{graph.ID(fmt.Sprintf("e-%08x-%020x", uint32(h>>32), rnd.Uint64())), i}
	}
	slices.SortFunc(list, func(a, b made) int { return strings.Compare(string(a.id), string(b.id)) })
	var b strings.Builder
	b.Grow(nodes*240 + edges*130)
	for i := range nodes {
		b.WriteString(syntheticNode(i).Encoded())
		s.ends = append(s.ends, b.Len())
	}
	for _, m := range list {
		e := graph.Edge{
			ID: m.id, Kind: []graph.EdgeKind{graph.Supplies, graph.Requires}[m.i&1], From: syntheticID(int(s.from[m.i])), To: syntheticID(int(s.to[m.i])),
			Fields: graph.Fields{"supply_type": "part"}, State: graph.Draft, Visibility: graph.Public, Version: 7, Seq: 7,
		}
		if d {
			e.ValidFrom, e.ValidTo = graph.DateOf(2020, 1, 1), graph.DateOf(2030, 1, 1)
		}
		b.WriteString(graph.EncodeEdge(e).Encoded())
		s.ends = append(s.ends, b.Len())
	}
	s.blob, s.bytes = b.String(), b.Len()
	return s
}

func syntheticID(i int) graph.ID { return graph.ID(fmt.Sprintf("firm:9113112%011d", i)) }

func syntheticNode(i int) graph.Record {
	return graph.EncodeNode(graph.Node{
		ID: syntheticID(i), Kind: graph.Firm, Name: "安平县某某丝网制品有限公司", State: graph.Draft, Visibility: graph.Public,
		Fields:  graph.Fields{"uscc": "91131125MA07XXXXXX", "size": "small", "size_year": int64(2025)},
		ValidTo: graph.Open, Evidence: []graph.Evidence{{Source: "source:1", Quote: "一段摘句，说明这条记录的依据", Level: 3}}, Version: 7, Seq: 7,
	})
}

func (s *synthetic) Head(context.Context) (graph.Seq, graph.Epoch, error) { return 7, "bench", nil }

func (s *synthetic) Scan(context.Context) iter.Seq2[graph.Record, error] {
	return func(yield func(graph.Record, error) bool) {
		lo := 0
		for _, hi := range s.ends {
			if !yield(graph.RecordIn(s.blob[lo:hi]), nil) {
				return
			}
			lo = hi
		}
	}
}

func (s *synthetic) Changes(context.Context, graph.Seq) iter.Seq2[graph.Entry, error] {
	return func(func(graph.Entry, error) bool) {}
}

func (s *synthetic) load(b *testing.B) *snapshot.Snapshot {
	b.Helper()
	got, err := snapshot.Load(b.Context(), s, nil)
	if err != nil {
		b.Fatal(err)
	}
	return got
}

func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// BenchmarkLoad opens a million nodes and five million edges that lie in memory
// already: what the snapshot adds to the reading of a store.
func BenchmarkLoad(b *testing.B) {
	if testing.Short() {
		b.Skip("SKIPPED: a million nodes and five million edges take 3 GiB and a minute")
	}
	s := newSynthetic(1_000_000, 5_000_000, false)
	before := heap()
	var got *snapshot.Snapshot
	for b.Loop() {
		got = s.load(b)
	}
	used := heap() - before
	got.DropRecords()
	b.ReportMetric(float64(heap()-before)/5e6, "topologyB/edge")
	b.ReportMetric(float64(used)/(1<<20), "MiB")
	b.ReportMetric(float64(s.bytes)/(1<<20), "record-MiB")
	runtime.KeepAlive(got)
	runtime.KeepAlive(s)
}

// csr is the floor: the same graph in two arrays, without ids.
type csr struct {
	off, adj []int32
	seen     []uint32
	epoch    uint32
}

func newCSR(s *synthetic) *csr {
	c := &csr{off: make([]int32, s.nodes+1), adj: make([]int32, len(s.from)), seen: make([]uint32, s.nodes)}
	for _, f := range s.from {
		c.off[f+1]++
	}
	for i := range s.nodes {
		c.off[i+1] += c.off[i]
	}
	next := slices.Clone(c.off)
	for i, f := range s.from {
		c.adj[next[f]] = s.to[i]
		next[f]++
	}
	return c
}

// walk returns how many nodes are met within depth, and over how many edges.
func (c *csr) walk(start int32, depth int) (nodes, edges int) {
	c.epoch++
	c.seen[start] = c.epoch
	frontier, next := []int32{start}, []int32(nil)
	for range depth {
		for _, n := range frontier {
			list := c.adj[c.off[n]:c.off[n+1]]
			edges += len(list)
			for _, to := range list {
				if c.seen[to] != c.epoch {
					c.seen[to] = c.epoch
					next = append(next, to)
				}
			}
		}
		nodes += len(next)
		frontier, next = next, frontier[:0]
	}
	return nodes, edges
}

// BenchmarkWalk compares a walk with the floor, in turns, over the same starts,
// in CPU time, because the machine may be busy. The ratio is the median of the
// turns.
func BenchmarkWalk(b *testing.B) {
	sizes := []struct{ nodes, edges int }{{10_000, 80_000}, {100_000, 800_000}, {1_000_000, 5_000_000}}
	for _, size := range sizes {
		if testing.Short() && size.nodes > 100_000 {
			b.Log("SKIPPED: a million nodes and five million edges take 3 GiB and a minute")
			continue
		}
		for _, d := range []dated{false, true} {
			g := newSynthetic(size.nodes, size.edges, d)
			s, c := g.load(b), newCSR(g)
			for depth := 1; depth <= 4; depth++ {
				b.Run(fmt.Sprintf("nodes=%d/dated=%t/depth=%d", size.nodes, d, depth), func(b *testing.B) { compareWalks(b, s, c, depth) })
			}
		}
	}
}

func compareWalks(b *testing.B, s *snapshot.Snapshot, c *csr, depth int) {
	const turns, starts = 21, 64
	runtime.LockOSThread() // CPU time is that of a thread
	defer runtime.UnlockOSThread()
	f := graph.EdgeFilter{Direction: graph.Out, Kinds: []graph.EdgeKind{graph.Supplies, graph.Requires}}
	scope := graph.Scope{AsOf: graph.DateOf(2026, 11, 30)}
	rnd := rand.New(rand.NewPCG(2, 2))
	nodes := len(c.off) - 1
	var ratios []float64
	var ours, floor time.Duration
	edges := 0
	for b.Loop() {
		for range turns {
			from := make([]int32, starts)
			ids := make([][]graph.ID, starts)
			for i := range from {
				from[i] = rnd.Int32N(int32(nodes))
				ids[i] = []graph.ID{syntheticID(int(from[i]))}
			}
			began, want, n := cpuTime(), 0, 0
			for _, start := range from {
				met, e := c.walk(start, depth)
				want, n = want+met, n+e
			}
			bare := cpuTime() - began
			began = cpuTime()
			got := 0
			for _, id := range ids {
				levels, _, err := s.Walk(b.Context(), id, f, scope, depth, 0)
				if err != nil {
					b.Fatal(err)
				}
				for _, l := range levels {
					got += len(l)
				}
			}
			own := cpuTime() - began
			if got != want {
				b.Fatalf("%d nodes, want %d", got, want)
			}
			ratios = append(ratios, float64(own)/float64(bare))
			ours, floor, edges = ours+own, floor+bare, edges+n
		}
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "xCSR")
	b.ReportMetric(float64(ours.Nanoseconds())/float64(edges), "ns/edge")
	b.ReportMetric(float64(floor.Nanoseconds())/float64(edges), "floor-ns/edge")
}
