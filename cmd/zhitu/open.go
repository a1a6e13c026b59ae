package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strings"
	"time"

	"zhitu/graph"
	"zhitu/graph/answer"
	"zhitu/graph/ledger"
	"zhitu/graph/localstore"
	"zhitu/graph/neo4jstore"
	"zhitu/search"
	"zhitu/seed"
)

// opened is a graph that this process has open: the store, and the ledger over
// it. Close ends both, in that order backwards.
type opened struct {
	store  graph.Store
	ledger *ledger.Ledger
	local  *localstore.Store // nil with Neo4j
	neo4j  *neo4jstore.Store // nil with the local store
}

// lockWait is how long a command waits for another process to let go of the
// data folder, which it will not do if it is a server.
const lockWait = 300 * time.Millisecond

// openStore opens the store that c names.
func openStore(ctx context.Context, c config, wait time.Duration) (*opened, error) {
	if c.Neo4jURI != "" {
		s, err := neo4jstore.Open(ctx, c.neo4j())
		if err != nil {
			return nil, err
		}
		return &opened{store: s, neo4j: s}, nil
	}
	s, err := localstore.Open(c.DataDir, localstore.Options{LockTimeout: wait})
	if err != nil {
		return nil, err
	}
	return &opened{store: s, local: s}, nil
}

// openGraph opens the store and reads the graph into memory.
func openGraph(ctx context.Context, c config, wait time.Duration, o ledger.Options) (*opened, error) {
	g, err := openStore(ctx, c, wait)
	if err != nil {
		return nil, err
	}
	o.Poll = g.neo4j != nil
	if g.ledger, err = ledger.Open(ctx, g.store, o); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	return g, nil
}

func (g *opened) Close() error {
	var err error
	if g.ledger != nil {
		err = g.ledger.Close()
	}
	return errors.Join(err, g.store.Close())
}

// empty tells whether nothing was ever written, not even by an import that was
// cut off.
func (g *opened) empty(ctx context.Context) (bool, error) {
	seq, _, err := g.store.Head(ctx)
	return seq == 0, err
}

// seedPrefix begins the id of the import that seeds a graph.
const seedPrefix = "seed-"

// seeding tells whether the graph is new, or its seeding was cut off.
func (g *opened) seeding(ctx context.Context) (bool, error) {
	for _, open := range g.ledger.OpenImports() {
		if strings.HasPrefix(open.ID, seedPrefix) {
			return true, nil
		}
	}
	return g.empty(ctx)
}

// seedNew loads the shipped data into a new graph, in one import that a start
// after a crash goes on with, and says so on w.
func (g *opened) seedNew(ctx context.Context, illustrative bool, w io.Writer) error {
	needed, err := g.seeding(ctx)
	if err != nil || !needed {
		return err
	}
	fmt.Fprintln(w, "新的图：正在载入九个试点 a new graph: seeding it with the nine pilots …")
	begun := time.Now()
	o := seed.Options{Illustrative: illustrative}
	if _, err := seed.Load(ctx, g.importer("seed", "首次启动载入九个试点"), o, nil); err != nil {
		return err
	}
	nodes, edges := g.ledger.Snapshot().Size()
	fmt.Fprintf(w, "已载入 seeded: %d 个节点 nodes, %d 条边 edges (%.1f s)\n", nodes, edges, time.Since(begun).Seconds())
	return nil
}

// view returns the graph as caller sees it on a date, at a number or (0) now.
func (g *opened) view(ctx context.Context, asOf graph.Date, seq graph.Seq, caller graph.Caller) (*graph.View, error) {
	s := g.ledger.Snapshot()
	if seq > 0 {
		var err error
		if s, err = g.ledger.At(ctx, seq); err != nil {
			return nil, err
		}
	}
	return graph.NewView(s, s.Seq(), graph.Scope{AsOf: asOf, Caller: caller}), nil
}

// indexDir is the folder of the search index.
func (c config) indexDir() string { return filepath.Join(c.DataDir, "search") }

// source is the ledger as the index follows it.
type source struct{ *ledger.Ledger }

func (s source) State() search.State {
	snap := s.Snapshot()
	return search.State{Reader: snap, Seq: snap.Seq(), Epoch: snap.Epoch()}
}

func (s source) Changes(ctx context.Context, after graph.Seq) iter.Seq2[graph.Entry, error] {
	return s.Ledger.Changes(ctx, after)
}

// openIndex opens the search index over g and follows it until ctx ends.
func (g *opened) openIndex(ctx context.Context, c config, o search.Options) (*search.Index, error) {
	o.Status = answer.Statuses
	x, err := search.Open(ctx, c.indexDir(), source{g.ledger}, o)
	if err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	return x, nil
}

// openBoth opens the graph and its index.
func (p program) openBoth(ctx context.Context, c config) (*opened, *search.Index, error) {
	g, err := openGraph(ctx, c, lockWait, ledger.Options{})
	if err != nil {
		return nil, nil, err
	}
	x, err := g.openIndex(ctx, c, search.Options{})
	if err != nil {
		return nil, nil, errors.Join(err, g.Close())
	}
	return g, x, nil
}
