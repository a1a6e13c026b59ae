package ledger_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"zhitu/graph"
	"zhitu/graph/ledger"
	"zhitu/graph/localstore"
)

// fill writes a graph of n firms and five times as many edges into a new store,
// in the order of ids, which is the cheap one, and without a ledger: n is large.
func fill(b *testing.B, dir string, n int) {
	b.Helper()
	s, err := localstore.Open(dir, localstore.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	id := func(i int) graph.ID { return graph.ID(fmt.Sprintf("firm:9113112%011d", i)) }
	rnd := rand.New(rand.NewPCG(1, 1))
	type end struct {
		id       graph.ID
		from, to int32
	}
	edges := make([]end, 5*n)
	for i := range edges {
		x := rnd.Float64()
		e := end{from: rnd.Int32N(int32(n)), to: int32(x * x * x * float64(n))}
		e.id = graph.DerivedEdgeID(graph.Edge{Kind: graph.Supplies, From: id(int(e.from)), To: id(int(e.to)), Fields: graph.Fields{"product": fmt.Sprint(i)}})
		edges[i] = e
	}
	slices.SortFunc(edges, func(a, b end) int { return cmp.Compare(a.id, b.id) })
	seq := graph.Seq(0)
	var entries []graph.Entry
	var changes []graph.Change
	flush := func(all bool) {
		if len(changes) == graph.MaxBatchOps || all && len(changes) > 0 {
			seq++
			entries = append(entries, graph.Entry{Seq: seq, Command: fmt.Sprintf("c%09d", seq), Changes: changes})
			changes = nil
		}
		if len(entries) == 32 || all && len(entries) > 0 {
			if err := s.Append(b.Context(), entries[0].Seq-1, entries); err != nil {
				b.Fatal(err)
			}
			entries = nil
		}
	}
	for i := range n {
		f := node(graph.Firm, id(i), "安平县某某丝网制品有限公司")
		f.State, f.Visibility, f.Version, f.Seq = graph.Draft, graph.Public, 1, 1
		f.Fields = graph.Fields{"uscc": "91131125MA07XXXXXX", "size": "small", "size_year": int64(2025)}
		f.Evidence = []graph.Evidence{{Source: "source:1", Quote: "一段摘句，说明这条记录的依据", Level: 3}}
		changes = append(changes, graph.Change{After: graph.EncodeNode(f)})
		flush(false)
	}
	for _, x := range edges {
		e := edge(graph.Supplies, x.id, id(int(x.from)), id(int(x.to)))
		e.State, e.Visibility, e.Version, e.Seq = graph.Draft, graph.Public, 1, 1
		changes = append(changes, graph.Change{After: graph.EncodeEdge(e)})
		flush(false)
	}
	flush(true)
}

// filled returns a folder with such a graph. It takes minutes to write:
// ZHITU_BENCH_DIR names a folder where it is kept for the next run.
func filled(b *testing.B, n int) string {
	b.Helper()
	dir := os.Getenv("ZHITU_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	dir = filepath.Join(dir, fmt.Sprint("open-", n))
	if _, err := os.Stat(filepath.Join(dir, "graph.db")); err == nil {
		return dir
	}
	fill(b, dir, n)
	return dir
}

// memory reads a line of /proc/self/status, in MiB.
func memory(b *testing.B, field string) float64 {
	b.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), field+":")
	var kib float64
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		b.Fatal(err)
	}
	return kib / 1024
}

func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// BenchmarkOpen opens a ledger over a file of a million nodes and five million
// edges: how long until it is ready, and how much memory that takes at most,
// mapped pages of the file included.
func BenchmarkOpen(b *testing.B) {
	if testing.Short() {
		b.Skip("SKIPPED: a million nodes and five million edges take minutes to write")
	}
	dir := filled(b, 1_000_000)
	var cpu, read time.Duration
	var peak, mapped, bytes float64
	for b.Loop() {
		b.StopTimer()
		read += readFile(b, filepath.Join(dir, "graph.db"), &bytes)
		runtime.GC()
		debug.FreeOSMemory()
		if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
			b.Log("the peak is that of the whole run:", err)
		}
		began := cpuSeconds()
		b.StartTimer()
		s, err := localstore.Open(dir, localstore.Options{})
		if err != nil {
			b.Fatal(err)
		}
		l, err := ledger.Open(b.Context(), s, ledger.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		cpu += time.Duration((cpuSeconds() - began) * float64(time.Second))
		peak, mapped = max(peak, memory(b, "VmHWM")), memory(b, "RssFile")
		if nodes, edges := l.Snapshot().Size(); nodes != 1_000_000 || edges != 5_000_000 {
			b.Fatal(nodes, edges)
		}
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(cpu.Seconds()/float64(b.N), "cpu-s")
	b.ReportMetric(read.Seconds()/float64(b.N), "read-s")
	b.ReportMetric(bytes/(1<<20), "file-MiB")
	b.ReportMetric(peak, "peak-MiB")
	b.ReportMetric(mapped, "mapped-MiB") // of the peak: pages of the file, which the system can take back
}

// readFile is the floor: reading the same bytes in order.
func readFile(b *testing.B, name string, bytes *float64) time.Duration {
	b.Helper()
	f, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	began, total, buf := time.Now(), 0, make([]byte, 1<<20)
	for {
		n, err := f.Read(buf)
		total += n
		if err != nil {
			break
		}
	}
	*bytes = float64(total)
	return time.Since(began)
}
