package main

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"path/filepath"
	"time"

	"zhitu/graph"
	"zhitu/graph/ledger"
	"zhitu/graph/neo4jstore/peer"
	"zhitu/graph/snapshot"
)

// hopKinds are the edges that the questions of part d follow, along their
// direction.
var hopKinds = []graph.EdgeKind{graph.Supplies, graph.Broader, graph.Makes, graph.OperatesIn}

var wholeScope = graph.Scope{Caller: graph.Caller{Everything: true}}

// benchNeo4j loads chain_kg into both stores, asks both the same questions turn
// by turn, and then lets writers write to Neo4j.
func (b *bench) benchNeo4j(ctx context.Context) (err error) {
	what := "embedded beside Neo4j"
	switch {
	case b.config.Neo4jURI == "":
		b.notRun("d", what, "ZHITU_NEO4J_URI is not set: name an empty database, it will be filled")
		return nil
	case b.shared == "":
		b.notRun("d", what, "ZHITU_SHARED is not set")
		return nil
	}
	k, err := loadChainKG(b.shared)
	if err != nil {
		return err
	}
	remote, err := b.fillNeo4j(ctx, k)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remote.Close()) }()
	local, err := b.fillLocal(ctx, k)
	if err != nil {
		return err
	}
	p, err := peer.Open(ctx, b.config.neo4j(), hopKinds)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close(context.WithoutCancel(ctx))) }()
	version, err := p.Version(ctx)
	if err != nil {
		return err
	}
	b.say("  %s, warming up for %v", version, b.warmup)
	d := versus{snapshot: local, peer: p, ids: b.startsOf(k)}
	if err := d.warm(ctx, b.warmup); err != nil {
		return err
	}
	for _, q := range d.questions() {
		if err := b.versus(ctx, q, version); err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
	}
	return b.benchWriters(ctx, remote.ledger, "c", version, "", 0)
}

// fillNeo4j imports chain_kg into the database, which must be empty: a
// benchmark writes into nobody's graph.
func (b *bench) fillNeo4j(ctx context.Context, k *chainKG) (*opened, error) {
	g, err := openGraph(ctx, b.config, 0, ledger.Options{})
	if err != nil {
		return nil, err
	}
	empty, err := g.empty(ctx)
	if err == nil && !empty {
		err = fmt.Errorf("the database at %s is not empty", b.config.Neo4jURI)
	}
	begun := time.Now()
	if err == nil {
		_, err = g.ledger.Import(ctx, ledger.ImportOptions{ID: "chain-kg", Author: "bench", Reason: "import of chain_kg"}, k.ops())
	}
	if err != nil {
		return nil, errors.Join(err, g.Close())
	}
	b.add(result{
		Part: "d", What: "import of chain_kg into Neo4j through the ledger", Unit: "s", Ours: time.Since(begun).Seconds(),
		Note: fmt.Sprintf("%.0f records/s", float64(len(k.nodes)+len(k.edges))/time.Since(begun).Seconds()),
	})
	return g, nil
}

func (b *bench) fillLocal(ctx context.Context, k *chainKG) (*snapshot.Snapshot, error) {
	c := b.config
	c.DataDir, c.Neo4jURI = filepath.Join(b.dir, "versus"), ""
	if _, err := b.importChainKG(ctx, c, k); err != nil {
		return nil, err
	}
	var s *snapshot.Snapshot
	err := withStore(c.DataDir, func(store graph.Store) (err error) {
		s, err = snapshot.Load(ctx, store, nil)
		return err
	})
	return s, err
}

// startsOf picks nodes to start from, in an order that repeats.
func (b *bench) startsOf(k *chainKG) []graph.ID {
	r := rand.New(rand.NewPCG(3, 0))
	out := make([]graph.ID, 1<<14)
	for i := range out {
		out[i] = k.nodes[r.IntN(len(k.nodes))].PutNode.ID
	}
	return out
}

// versus is both sides of part d.
type versus struct {
	snapshot *snapshot.Snapshot
	peer     *peer.Peer
	ids      []graph.ID
}

// versusQuestion is one question: each side answers with a number that stands
// for its whole answer.
type versusQuestion struct {
	name     string
	perChunk int
	goal     float64 // how many times as long Neo4j takes at least
	ours     func(ctx context.Context, id graph.ID) (uint64, error)
	theirs   func(ctx context.Context, id graph.ID) (uint64, error)
	ids      []graph.ID
}

func (v *versus) questions() []versusQuestion {
	list := []versusQuestion{
		{name: "point", perChunk: 60, goal: 100, ours: v.point, theirs: func(ctx context.Context, id graph.ID) (uint64, error) {
			name, err := v.peer.Name(ctx, id)
			return hashOf(name), err
		}},
		{name: "1 hop, page of 50", perChunk: 60, goal: 100, ours: v.oneHop, theirs: func(ctx context.Context, id graph.ID) (uint64, error) {
			ids, err := v.peer.OneHop(ctx, id)
			return hashIDs(ids), err
		}},
		v.reach("2 hops, count", 2, 60, 100),
		v.reach("6 hops, distinct count", 6, 40, 10),
		{name: "counts by kind", perChunk: 20, goal: 200, ours: v.counts, theirs: v.theirCounts},
		{name: "firms by industry", perChunk: 4, goal: 0, ours: v.bySegment, theirs: v.theirBySegment},
	}
	for i := range list {
		list[i].ids = v.ids
	}
	return list
}

func (v *versus) reach(name string, depth, perChunk int, goal float64) versusQuestion {
	return versusQuestion{
		name: name, perChunk: perChunk, goal: goal,
		ours: func(ctx context.Context, id graph.ID) (uint64, error) {
			levels, _, err := v.snapshot.Walk(ctx, []graph.ID{id}, graph.EdgeFilter{Kinds: hopKinds, Direction: graph.Out}, wholeScope, depth, 0)
			var n uint64
			for _, level := range levels {
				n += uint64(len(level))
			}
			return n, err
		},
		theirs: func(ctx context.Context, id graph.ID) (uint64, error) {
			n, err := v.peer.Reach(ctx, id, depth)
			return uint64(n), err
		},
	}
}

func (v *versus) point(ctx context.Context, id graph.ID) (uint64, error) {
	nodes, err := v.snapshot.Nodes(ctx, []graph.ID{id})
	if err != nil || len(nodes) == 0 {
		return hashOf(""), err
	}
	return hashOf(nodes[0].Name), nil
}

func (v *versus) oneHop(ctx context.Context, id graph.ID) (uint64, error) {
	levels, _, err := v.snapshot.Walk(ctx, []graph.ID{id}, graph.EdgeFilter{Kinds: hopKinds, Direction: graph.Out}, wholeScope, 1, 50)
	if err != nil || len(levels) == 0 {
		return hashIDs(nil), err
	}
	return hashIDs(levels[0]), nil
}

var countedKinds = []graph.NodeKind{graph.Firm, graph.Product, graph.Segment}

func (v *versus) counts(ctx context.Context, _ graph.ID) (uint64, error) {
	nodes, _, err := v.snapshot.Count(ctx, wholeScope)
	var sum uint64
	for _, k := range countedKinds {
		sum = sum*1_000_003 + uint64(nodes[k])
	}
	return sum, err
}

func (v *versus) theirCounts(ctx context.Context, _ graph.ID) (uint64, error) {
	var sum uint64
	for _, k := range countedKinds {
		n, err := v.peer.Count(ctx, k)
		if err != nil {
			return 0, err
		}
		sum = sum*1_000_003 + uint64(n)
	}
	return sum, nil
}

func (v *versus) bySegment(ctx context.Context, _ graph.ID) (uint64, error) {
	var sum uint64
	for n, err := range v.snapshot.OfKind(ctx, graph.Segment) {
		if err != nil {
			return 0, err
		}
		firms := uint64(0)
		for range v.snapshot.Incident(n.ID, graph.EdgeFilter{Kinds: []graph.EdgeKind{graph.OperatesIn}, Direction: graph.In}) {
			firms++
		}
		if firms > 0 {
			sum += hashOf(string(n.ID)) * firms
		}
	}
	return sum, nil
}

func (v *versus) theirBySegment(ctx context.Context, _ graph.ID) (uint64, error) {
	found, err := v.peer.FirmsBySegment(ctx)
	var sum uint64
	for id, n := range found {
		sum += hashOf(string(id)) * uint64(n)
	}
	return sum, err
}

func hashOf(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // never fails
	return h.Sum64()
}

func hashIDs(ids []graph.ID) uint64 {
	var sum uint64
	for i, id := range ids {
		sum += hashOf(string(id)) * uint64(i+1)
	}
	return sum
}

// warm asks the peer everything for a while: a young server is several times
// slower than it will be.
func (v *versus) warm(ctx context.Context, d time.Duration) error {
	end := time.Now().Add(d)
	for i := 0; time.Now().Before(end); i++ {
		for _, q := range v.questions() {
			if _, err := q.theirs(ctx, v.ids[i%len(v.ids)]); err != nil {
				return err
			}
		}
	}
	return nil
}

// versus compares one question; here the floor is the other system.
func (b *bench) versus(ctx context.Context, q versusQuestion, version string) error {
	turn := func(f func(context.Context, graph.ID) (uint64, error)) side {
		return func(start, n int) (uint64, error) {
			var sum uint64
			for i := range n {
				answer, err := f(ctx, q.ids[(start+i)%len(q.ids)])
				if err != nil {
					return 0, err
				}
				sum += answer * uint64(start+i+1)
			}
			return sum, nil
		}
	}
	d, err := compare(q.perChunk, turn(q.ours), turn(q.theirs))
	if err != nil {
		return err
	}
	times := 1 / d.Ratio
	row := result{
		Part: "d", What: q.name, Unit: "µs", Ours: d.OursNS / 1000, FloorName: version, Floor: d.FloorNS / 1000, Ratio: times,
		Note: fmt.Sprintf("Neo4j takes %.0f times as long; same answers", times),
	}
	if q.goal > 0 {
		row.Goal, row.Met = fmt.Sprintf("≥ %gx", q.goal), verdict(times >= q.goal, d.Inconclusive)
	}
	b.add(row)
	return nil
}
