package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"zhitu/graph"
	"zhitu/graph/localstore"
	"zhitu/graph/snapshot"
)

// The skewed graph as records. Its edges bear four kinds so that a filter has
// something to leave out; half of them hold for ever, the others from one day
// to another. No rule of the domain is asked: a store judges nothing.
var (
	benchKinds = []graph.EdgeKind{graph.Supplies, graph.Broader, graph.MadeIn, graph.Makes}
	benchDay0  = graph.DateOf(2015, time.January, 1)
)

const benchDay = 3000 // the day that filtered walks ask about, after benchDay0

func benchNodeID(i uint32) graph.ID { return graph.ID(fmt.Sprintf("product:n%07d", i)) }

func benchNode(i uint32, seq graph.Seq) graph.Record {
	return graph.EncodeNode(graph.Node{
		ID: benchNodeID(i), Kind: graph.Product, Name: fmt.Sprintf("合成产品 %d 号", i), Aliases: []string{fmt.Sprintf("p%d", i)},
		Fields: graph.Fields{"synthetic": true, "spec": "规格 " + strconv.Itoa(int(i%997)), "gbt4754": strconv.Itoa(1000 + int(i%9000))},
		State:  graph.Reviewed, Visibility: graph.Public, Version: int64(seq), Seq: seq,
	})
}

// unbounded is what the floor keeps of an edge that holds for ever.
const unboundedDays = 1 << 30

func (g *csr) unbound() {
	for e := range g.to {
		if e%2 == 0 {
			g.from[e], g.until[e] = -unboundedDays, unboundedDays
		}
	}
}

func (g *csr) edge(e int, from uint32, seq graph.Seq) graph.Record {
	edge := graph.Edge{
		ID: graph.ID(fmt.Sprintf("e-%08d", e)), Kind: benchKinds[g.kind[e]], From: benchNodeID(from), To: benchNodeID(g.to[e]),
		Fields: graph.Fields{}, State: graph.Reviewed, Visibility: graph.Public, Version: int64(seq), Seq: seq,
	}
	if g.until[e] != unboundedDays {
		edge.ValidFrom, edge.ValidTo = benchDay0.AddDays(int(g.from[e])), benchDay0.AddDays(int(g.until[e]))
	}
	return graph.EncodeEdge(edge)
}

// fill appends the skewed graph to an empty store.
func (g *csr) fill(ctx context.Context, store graph.Store) error {
	var changes []graph.Change
	seq := graph.Seq(1)
	flush := func(least int) error {
		if len(changes) < least || len(changes) == 0 {
			return nil
		}
		entry := graph.Entry{Seq: seq, Author: "bench", Command: fmt.Sprintf("fill-%08d", seq), Changes: changes}
		if err := store.Append(ctx, seq-1, []graph.Entry{entry}); err != nil {
			return fmt.Errorf("fill: entry %d: %w", seq, err)
		}
		seq, changes = seq+1, nil
		return nil
	}
	nodes := uint32(len(g.first) - 1)
	for i := range nodes {
		changes = append(changes, graph.Change{After: benchNode(i, seq)})
		if err := flush(graph.MaxBatchOps); err != nil {
			return err
		}
	}
	if err := flush(1); err != nil {
		return err
	}
	for i := range nodes {
		for e := g.first[i]; e < g.first[i+1]; e++ {
			changes = append(changes, graph.Change{After: g.edge(int(e), i, seq)})
			if err := flush(graph.MaxBatchOps); err != nil {
				return err
			}
		}
	}
	return flush(1)
}

// benchOpen measures a start: the file opened, scanned, checked and in memory,
// beside reading the same file from end to end.
func (b *bench) benchOpen(ctx context.Context) error {
	b.graph = skewed(b.nodes, b.edges, 1)
	b.graph.unbound()
	dir := filepath.Join(b.dir, "skewed")
	begun := time.Now()
	if err := withStore(dir, func(s graph.Store) error { return b.graph.fill(ctx, s) }); err != nil {
		return err
	}
	b.say("filled %d nodes and %d edges in %.1f s", b.nodes, b.edges, time.Since(begun).Seconds())
	file := filepath.Join(dir, "graph.db")
	size, err := fileSize(file)
	if err != nil {
		return err
	}
	var opens, reads, cpus []float64
	for range 3 {
		seconds, err := readThrough(file)
		if err != nil {
			return err
		}
		reads = append(reads, seconds)
		b.snapshot = nil
		debug.FreeOSMemory()
		before := heap()
		begun, cpu := time.Now(), cpuTime()
		err = withStore(dir, func(s graph.Store) error {
			b.snapshot, err = snapshot.Load(ctx, s, nil)
			return err
		})
		if err != nil {
			return err
		}
		opens = append(opens, time.Since(begun).Seconds())
		cpus = append(cpus, (cpuTime() - cpu).Seconds())
		debug.FreeOSMemory()
		b.memory = heap() - before
	}
	open, read := median(opens), median(reads)
	b.add(result{
		Part: "a", What: fmt.Sprintf("open to ready, %d nodes / %d edges, %d MiB", b.nodes, b.edges, size>>20), Unit: "s", Ours: open,
		FloorName: "reading the file", Floor: read, Ratio: open / read, Goal: "≤ 2 s at 1 M / 5 M", Met: verdict(open <= 2, false),
		Note: fmt.Sprintf("CPU %.1f s over the cores; %.0f MiB/s of file", median(cpus), float64(size>>20)/open),
	})
	perEdge := float64(b.memory) / float64(b.edges)
	b.add(result{
		Part: "a", What: "memory after open, records included", Unit: "MiB", Ours: float64(b.memory) / (1 << 20),
		FloorName: "CSR, 8 B an edge", Floor: float64(8*b.edges) / (1 << 20), Ratio: perEdge / 8, Goal: "≤ 16 GiB at 10 M / 50 M",
		Met:  verdict(b.memory*int64(10_000_000)/int64(b.nodes) <= 16<<30, false),
		Note: "RSS of the process, generator included: " + rss(),
	})
	return nil
}

func withStore(dir string, use func(graph.Store) error) (err error) {
	s, err := localstore.Open(dir, localstore.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return use(s)
}

func fileSize(name string) (int64, error) {
	info, err := os.Stat(name)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func readThrough(name string) (seconds float64, err error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	begun := time.Now()
	_, err = io.CopyBuffer(io.Discard, onlyReader{f}, make([]byte, 1<<20))
	return time.Since(begun).Seconds(), err
}

// onlyReader hides what would let a copy skip the reading.
type onlyReader struct{ io.Reader }

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// rss returns what the system says of the process, where it says it.
func rss() string {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "not known on this system"
	}
	var out []string
	for line := range strings.Lines(string(b)) {
		name, value, _ := strings.Cut(line, ":")
		if kib, _, ok := strings.Cut(strings.TrimSpace(value), " kB"); ok && (name == "VmRSS" || name == "RssAnon") {
			n, err := strconv.Atoi(kib)
			if err == nil {
				out = append(out, fmt.Sprintf("%s %d MiB", name, n>>10))
			}
		}
	}
	return strings.Join(out, ", ")
}

// walks are the traversals that part b compares.
var walks = []struct {
	name      string
	depth     int
	filtered  bool
	perChunk  int
	goalTimes float64
}{
	{"1 hop", 1, false, 2000, 0},
	{"2 hops", 2, false, 1000, 0},
	{"3 hops", 3, false, 300, 4},
	{"4 hops", 4, false, 60, 4},
	{"3 hops, one kind, on a date", 3, true, 1000, 8},
	{"4 hops, one kind, on a date", 4, true, 400, 8},
}

// benchWalks compares k-hop traversals of the snapshot, ids answered, with a
// bare breadth-first search over two arrays that answers their number.
func (b *bench) benchWalks(ctx context.Context) error {
	r := rand.New(rand.NewPCG(2, 0))
	starts, ids := make([]uint32, 1<<16), make([]graph.ID, 1<<16)
	for i := range starts {
		starts[i] = uint32(r.IntN(b.nodes))
		ids[i] = benchNodeID(starts[i])
	}
	for _, w := range walks {
		kind, day, filter, scope := -1, -1, graph.EdgeFilter{Direction: graph.Out}, graph.Scope{}
		if w.filtered {
			kind, day = 0, benchDay
			filter.Kinds, scope.AsOf = benchKinds[:1], benchDay0.AddDays(benchDay)
		}
		looked := 0
		ours := func(start, n int) (uint64, error) {
			var sum uint64
			for i := range n {
				at := (start + i) % len(ids)
				levels, _, err := b.snapshot.Walk(ctx, ids[at:at+1], filter, scope, w.depth, 0)
				if err != nil {
					return 0, err
				}
				for _, level := range levels {
					sum += uint64(len(level))
				}
			}
			return sum, nil
		}
		floor := func(start, n int) (uint64, error) {
			var sum uint64
			for i := range n {
				nodes, edges := b.graph.walk(starts[(start+i)%len(starts)], w.depth, kind, day)
				sum += uint64(nodes)
				looked += edges
			}
			return sum, nil
		}
		d, err := compare(w.perChunk, ours, floor)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		b.addWalk(w.name, d, float64(looked)/float64(chunks*w.perChunk), w.goalTimes)
	}
	return nil
}

func (b *bench) addWalk(name string, d duel, edges, goal float64) {
	row := result{
		Part: "b", What: name + ", ids", Unit: "µs", Ours: d.OursNS / 1000, FloorName: "CSR breadth-first", Floor: d.FloorNS / 1000,
		Ratio: d.Ratio, Note: fmt.Sprintf("%.0f edges looked at; %.1f ns an edge, floor %.1f", edges, d.OursNS/edges, d.FloorNS/edges),
	}
	if goal > 0 {
		row.Goal, row.Met = fmt.Sprintf("≤ %gx", goal), verdict(d.Ratio <= goal, d.Inconclusive)
	}
	b.add(row)
}
