package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"zhitu/graph"
	"zhitu/graph/ledger"
)

const (
	commitCount  = 300 // lone commits, and floor writes beside them
	manyWriters  = 16
	writersTime  = 4 * time.Second
	floorBlock   = 4 << 10
	syncsOfBbolt = 2 // a commit of bbolt syncs data and then the meta page
)

// commit is one small write: a node of its own, as an editor makes.
func commitBatch(worker, i int) graph.Batch {
	return graph.Batch{Author: "bench", Reason: "commit", Ops: []graph.Op{{PutNode: &graph.Node{
		ID: graph.ID(fmt.Sprintf("product:c%02d-%07d", worker, i)), Kind: graph.Product, Name: fmt.Sprintf("提交 %d", i),
		Fields: graph.Fields{"synthetic": true}, State: graph.Draft, Visibility: graph.Public,
	}}}}
}

// benchCommits measures a durable commit of one writer beside a bare write and
// sync of 4 KiB, then how much more 16 writers get done.
func (b *bench) benchCommits(ctx context.Context) (err error) {
	dir := filepath.Join(b.dir, "commits")
	c := b.config
	c.DataDir, c.Neo4jURI = dir, ""
	g, err := openGraph(ctx, c, 0, ledger.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	floor, err := os.Create(filepath.Join(b.dir, "floor"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, floor.Close()) }()
	var commits, syncs []float64
	for i := range commitCount {
		begun := time.Now()
		if _, err := g.ledger.Apply(ctx, commitBatch(99, i)); err != nil {
			return err
		}
		commits = append(commits, ms(begun))
		begun = time.Now()
		if _, err := floor.WriteAt(make([]byte, floorBlock), int64(i)*floorBlock); err != nil {
			return err
		}
		if err := datasync(floor); err != nil {
			return err
		}
		syncs = append(syncs, ms(begun))
	}
	quarter := commitCount / 4
	drift := ratioOf(median(syncs[:quarter]), median(syncs[commitCount-quarter:]))
	one, sync := median(commits), median(syncs)
	ratio := one / (syncsOfBbolt * sync)
	b.add(result{
		Part: "c", What: "durable commit, one writer, p50", Unit: "ms", Ours: one, FloorName: "2 × write+fdatasync 4 KiB", Floor: syncsOfBbolt * sync,
		Ratio: ratio, Goal: "≤ 2.5x", Met: verdict(ratio <= 2.5, drift > driftAllowed), Note: fmt.Sprintf("p99 %.3g ms; floor drift %.2f", quantile(commits, 0.99), drift),
	})
	return b.benchWriters(ctx, g.ledger, "c", "embedded", "≥ 6x one writer", 6)
}

func ratioOf(a, b float64) float64 { return max(a, b) / min(a, b) }

func ms(begun time.Time) float64 { return float64(time.Since(begun).Microseconds()) / 1000 }

// benchWriters compares 16 writers with one, turn by turn.
func (b *bench) benchWriters(ctx context.Context, l *ledger.Ledger, part, store, goal string, least float64) error {
	var alone, many []float64
	for round := range 4 {
		for _, writers := range []int{1, manyWriters} {
			rate, err := writeFor(ctx, l, writers, round, writersTime/4)
			if err != nil {
				return err
			}
			if writers == 1 {
				alone = append(alone, rate)
			} else {
				many = append(many, rate)
			}
		}
	}
	one, all := median(alone), median(many)
	row := result{
		Part: part, What: fmt.Sprintf("%s: %d writers", store, manyWriters), Unit: "commands/s", Ours: all, FloorName: "one writer", Floor: one,
		Ratio: all / one, Goal: goal,
	}
	if least > 0 {
		row.Met = verdict(all/one >= least, ratioOf(alone[0], alone[len(alone)-1]) > driftAllowed)
	}
	b.add(row)
	return nil
}

// writeFor lets a number of writers commit for a while and returns commands a
// second.
func writeFor(ctx context.Context, l *ledger.Ledger, writers, round int, d time.Duration) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	var wg sync.WaitGroup
	done := make([]int, writers)
	errs := make([]error, writers)
	begun := time.Now()
	for w := range writers {
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				// Without the deadline: what has begun is finished and counted.
				if _, errs[w] = l.Apply(context.WithoutCancel(ctx), commitBatch(w, (round*100+writers)*100_000+i)); errs[w] != nil {
					return
				}
				done[w]++
			}
		})
	}
	wg.Wait()
	total := 0
	for _, n := range done {
		total += n
	}
	return float64(total) / time.Since(begun).Seconds(), errors.Join(errs...)
}
