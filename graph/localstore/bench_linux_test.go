package localstore

import (
	"os"
	"syscall"
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

func fdatasync(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }
