package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"zhitu/graph"
	"zhitu/graph/answer"
	"zhitu/graph/ledger"
)

// importGoal is how long the import of chain_kg may take.
const importGoal = 20 * time.Second

// benchImport loads chain_kg through the ledger, durably, and says of every row
// that is not in the graph why.
func (b *bench) benchImport(ctx context.Context) error {
	if b.shared == "" {
		b.notRun("e", "import of chain_kg", "ZHITU_SHARED is not set")
		return nil
	}
	k, err := loadChainKG(b.shared)
	if err != nil {
		return err
	}
	c := b.config
	c.DataDir, c.Neo4jURI = filepath.Join(b.dir, "chainkg"), ""
	cpu := cpuTime()
	took, err := b.importChainKG(ctx, c, k)
	if err != nil {
		return err
	}
	cpu = cpuTime() - cpu
	left := 0
	for _, l := range k.reasons() {
		left += l.Rows
		b.say("  left out %6d  %s", l.Rows, l.Reason)
	}
	n := len(k.nodes) + len(k.edges)
	b.add(result{
		Part: "e", What: fmt.Sprintf("import of chain_kg, %d nodes / %d edges, durable", len(k.nodes), len(k.edges)), Unit: "s", Ours: took.Seconds(),
		Goal: "≤ 20 s", Met: verdict(took <= importGoal, false),
		Note: fmt.Sprintf("CPU %.1f s; %.0f records/s; of %d rows %d left out with their reasons", cpu.Seconds(), float64(n)/took.Seconds(), k.rows, left),
	})
	return nil
}

func (b *bench) importChainKG(ctx context.Context, c config, k *chainKG) (took time.Duration, err error) {
	g, err := openGraph(ctx, c, 0, ledger.Options{})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	begun := time.Now()
	_, err = g.ledger.Import(ctx, ledger.ImportOptions{ID: "chain-kg", Author: "bench", Reason: "import of chain_kg"}, k.ops())
	return time.Since(begun), err
}

// benchSolutions asks for the solutions of every problem of the seed, again and
// again; encoding the answer is part of it.
func (b *bench) benchSolutions(ctx context.Context) (err error) {
	c := b.config
	c.DataDir, c.Neo4jURI = filepath.Join(b.dir, "seed"), ""
	g, err := openGraph(ctx, c, 0, ledger.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	begun, cpu := time.Now(), cpuTime()
	if err := g.seedNew(ctx, true, io.Discard); err != nil {
		return err
	}
	seeded := time.Since(begun)
	b.add(result{
		Part: "f", What: "seeding a new graph", Unit: "s", Ours: seeded.Seconds(), Goal: "< 2 s", Met: verdict(seeded < 2*time.Second, false),
		Note: fmt.Sprintf("CPU %.1f s", (cpuTime() - cpu).Seconds()),
	})
	q, ok := answer.Find("solutions")
	if !ok {
		return errors.New("no question called solutions")
	}
	var ids []graph.ID
	s := g.ledger.Snapshot()
	for n, err := range s.OfKind(ctx, graph.Problem) {
		if err != nil {
			return err
		}
		ids = append(ids, n.ID)
	}
	asOf := graph.DateOf(2026, time.November, 23)
	var times, floor []float64
	for range 10 {
		for _, id := range ids {
			params, err := q.Bind(map[string]string{"id": string(id)}, nil, nil)
			if err != nil {
				return err
			}
			begun := time.Now()
			env, err := q.Ask(ctx, graph.NewView(s, s.Seq(), graph.Scope{AsOf: asOf}), params)
			if err != nil {
				return err
			}
			asked := time.Since(begun)
			if _, err := encoded(env); err != nil {
				return err
			}
			times = append(times, float64(time.Since(begun).Microseconds())/1000)
			floor = append(floor, float64((time.Since(begun)-asked).Microseconds())/1000)
		}
	}
	b.add(result{
		Part: "f", What: fmt.Sprintf("solutions of %d problems, p50", len(ids)), Unit: "ms", Ours: median(times),
		FloorName: "its JSON alone", Floor: median(floor), Ratio: median(times) / median(floor),
		Note: fmt.Sprintf("p99 %.3g ms, worst %.3g ms", quantile(times, 0.99), quantile(times, 1)),
	})
	return nil
}
