package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// How a benchmark stays fair on a noisy machine: both sides run in one process
// and one run, turn by turn in small chunks; their answers are compared first;
// what gates is the median of the ratios; and where the floor itself has moved
// between the first and the last chunks, the run proves nothing and says so.

// side is one of two things that are compared: it does n operations from a
// start and returns a checksum of what it found.
type side func(start, n int) (checksum uint64, err error)

const (
	chunks       = 24
	driftAllowed = 1.5
)

// duel is the outcome of one comparison.
type duel struct {
	OursNS       float64 `json:"ours_ns"`  // median of an operation
	FloorNS      float64 `json:"floor_ns"` // median of an operation
	Ratio        float64 `json:"ratio"`    // median of the chunks: ours / floor
	BestRatio    float64 `json:"best_ratio"`
	Drift        float64 `json:"floor_drift"`
	Inconclusive bool    `json:"inconclusive"`
}

// compare runs ours and floor over the same operations, interleaved.
func compare(perChunk int, ours, floor side) (duel, error) {
	var a, b, ratios []float64
	for c := range chunks {
		start := c * perChunk
		sides, times, sums := []side{ours, floor}, make([]float64, 2), make([]uint64, 2)
		order := []int{0, 1}
		if c%2 == 1 { // who goes first finds the caches cold
			order = []int{1, 0}
		}
		for _, i := range order {
			begun := time.Now()
			sum, err := sides[i](start, perChunk)
			if err != nil {
				return duel{}, err
			}
			times[i], sums[i] = float64(time.Since(begun).Nanoseconds())/float64(perChunk), sum
		}
		if sums[0] != sums[1] {
			return duel{}, fmt.Errorf("the two sides found different things in chunk %d: checksums %x and %x", c, sums[0], sums[1])
		}
		a, b, ratios = append(a, times[0]), append(b, times[1]), append(ratios, times[0]/times[1])
	}
	quarter := chunks / 4
	first, last := median(b[:quarter]), median(b[chunks-quarter:])
	drift := max(first, last) / min(first, last)
	return duel{
		OursNS: median(a), FloorNS: median(b), Ratio: median(ratios), BestRatio: slices.Min(ratios),
		Drift: drift, Inconclusive: drift > driftAllowed,
	}, nil
}

func median(list []float64) float64 { return quantile(list, 0.5) }

// quantile returns the value below which a share q of list lies.
func quantile(list []float64, q float64) float64 {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// csr is the barest graph there is: adjacency in two arrays. A breadth-first
// walk over it is the floor under every traversal.
type csr struct {
	first []uint32 // of node i: edges first[i] to first[i+1]
	to    []uint32
	kind  []uint8
	from  []int32 // validity of an edge, in days; until is exclusive
	until []int32
	epoch []uint32 // node -> the walk that saw it last
	now   uint32
	queue []uint32
}

// skewed makes a graph of n nodes and m edges in which some nodes have many
// edges out, others many in: a hub with thousands. The same numbers give the
// same graph.
func skewed(n, m int, seed uint64) *csr {
	r := rand.New(rand.NewPCG(seed, 0))
	g := &csr{first: make([]uint32, n+1), epoch: make([]uint32, n)}
	degree := make([]int, n)
	for range m {
		degree[scatter*skew(r, n)%n]++
	}
	for i := range n {
		g.first[i+1] = g.first[i] + uint32(degree[i])
	}
	for range m {
		g.to = append(g.to, uint32(skew(r, n)))
		g.kind = append(g.kind, uint8(r.IntN(4)))
		from := int32(r.IntN(2000))
		g.from, g.until = append(g.from, from), append(g.until, from+1+int32(r.IntN(4000)))
	}
	return g
}

// scatter is a prime that keeps nodes with many edges out apart from those with
// many in.
const scatter = 7_368_787

// skew picks a node: mostly any, one time in four one that is popular.
func skew(r *rand.Rand, n int) int {
	if r.IntN(4) > 0 {
		return r.IntN(n)
	}
	return int(math.Pow(r.Float64(), 2.5) * float64(n)) // the first of 1 M gets some 5,000 of 5 M
}

// walk counts the nodes within depth of start, start left out, and the edges
// that it looked at. A kind below 0 and a day below 0 are no filter.
func (g *csr) walk(start uint32, depth, kind, day int) (nodes, edges int) {
	g.now++
	g.epoch[start] = g.now
	g.queue = append(g.queue[:0], start)
	for level := 0; level < depth && len(g.queue) > 0; level++ {
		end := len(g.queue)
		for _, at := range g.queue[:end] {
			for e := g.first[at]; e < g.first[at+1]; e++ {
				edges++
				if kind >= 0 && g.kind[e] != uint8(kind) {
					continue
				}
				if day >= 0 && (g.from[e] > int32(day) || g.until[e] <= int32(day)) {
					continue
				}
				if to := g.to[e]; g.epoch[to] != g.now {
					g.epoch[to] = g.now
					g.queue = append(g.queue, to)
					nodes++
				}
			}
		}
		g.queue = g.queue[:copy(g.queue, g.queue[end:])]
	}
	return nodes, edges
}
