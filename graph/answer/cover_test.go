package answer

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
)

// bruteCover tries every subset of the sets.
func bruteCover(p coverProblem) (best int, ties int) {
	best = -1
	for mask := range 1 << len(p.sets) {
		in := func(i int) bool { return i < 0 || mask>>i&1 == 1 }
		ok := true
		var got bits
		size := 0
		for i, set := range p.sets {
			if !in(i) {
				continue
			}
			size++
			got = got.union(set)
			for _, group := range p.requires[i] {
				ok = ok && slices.ContainsFunc(group, in)
			}
		}
		for _, m := range p.must {
			ok = ok && in(m)
		}
		if !ok || p.goal.minus(got).count() > 0 {
			continue
		}
		switch {
		case best < 0 || size < best:
			best, ties = size, 1
		case size == best:
			ties++
		}
	}
	return best, ties
}

func randomCover(r *rand.Rand) coverProblem {
	goals, sets := 1+r.IntN(9), 1+r.IntN(9)
	p := coverProblem{sets: make([]bits, sets), requires: make([][][]int, sets)}
	for i := range sets {
		for g := range goals {
			if r.IntN(3) == 0 {
				p.sets[i] = p.sets[i].with(g, goals)
			}
		}
		switch r.IntN(5) {
		case 0:
			p.requires[i] = [][]int{{r.IntN(sets)}}
		case 1:
			p.requires[i] = [][]int{{r.IntN(sets), r.IntN(sets)}}
		case 2:
			p.requires[i] = [][]int{{-1}}
		}
	}
	for _, set := range p.sets {
		p.goal = p.goal.union(set)
	}
	if r.IntN(3) == 0 {
		p.must = []int{r.IntN(sets)}
	}
	return p
}

func TestCoverEqualsBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 2000 {
		p := randomCover(r)
		wantSize, wantTies := bruteCover(p)
		got := solveCover(p)
		if !got.optimal || len(got.best) != wantSize || got.lower != wantSize {
			t.Fatalf("case %d: size %d (optimal %v, lower %d), want %d: %+v", n, len(got.best), got.optimal, got.lower, wantSize, p)
		}
		if got.ties != wantTies {
			t.Fatalf("case %d: %d ties, want %d: %+v", n, got.ties, wantTies, p)
		}
		if g := greedyCover(p); len(g) < wantSize {
			t.Fatalf("case %d: greedy found fewer than the least", n)
		}
	}
}

// A prerequisite that nobody can get makes its rule unusable, not free.
func TestCoverLeavesOutWhatCannotBeHad(t *testing.T) {
	p := coverProblem{
		goal: bits(nil).with(0, 1), sets: []bits{bits(nil).with(0, 1), bits(nil).with(0, 1)},
		requires: [][][]int{{{}}, nil},
	}
	if diff := cmp.Diff([]int{1}, solveCover(p).best); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkCover200ProblemsBy60Rules(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 7))
	p := coverProblem{sets: make([]bits, 60), requires: make([][][]int, 60)}
	for i := range p.sets {
		for g := range 200 {
			if r.IntN(12) == 0 {
				p.sets[i] = p.sets[i].with(g, 200)
			}
		}
		p.goal = p.goal.union(p.sets[i])
	}
	var last coverResult
	for b.Loop() {
		last = solveCover(p)
	}
	b.ReportMetric(float64(len(last.best)), "size")
	b.ReportMetric(float64(last.lower), "lower_bound")
}

// bruteSettling tries every subset of all problems.
func bruteSettling(all, blocking []graph.ID, causes func(graph.ID) []graph.ID) int {
	best := len(all) + 1
	for mask := range 1 << len(all) {
		solve := map[graph.ID]bool{}
		for i, id := range all {
			if mask>>i&1 == 1 {
				solve[id] = true
			}
		}
		if len(solve) >= best {
			continue
		}
		// By hand: repeat until nothing more is settled.
		done := map[graph.ID]bool{}
		for id := range solve {
			done[id] = true
		}
		for changed := true; changed; {
			changed = false
			for _, id := range all {
				list := causes(id)
				if !done[id] && len(list) > 0 && !slices.ContainsFunc(list, func(c graph.ID) bool { return !done[c] }) {
					done[id], changed = true, true
				}
			}
		}
		if !slices.ContainsFunc(blocking, func(id graph.ID) bool { return !done[id] }) {
			best = len(solve)
		}
	}
	return best
}

func TestInterventionEqualsBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for n := range 300 {
		var all []graph.ID
		for i := range 2 + r.IntN(8) {
			all = append(all, graph.ID(fmt.Sprintf("problem:%d", i)))
		}
		into := map[graph.ID][]graph.ID{}
		for i := range all { // acyclic: causes have smaller numbers
			for j := range i {
				if r.IntN(4) == 0 {
					into[all[i]] = append(into[all[i]], all[j])
				}
			}
		}
		causes := func(id graph.ID) []graph.ID { return into[id] }
		var blocking []graph.ID
		for _, id := range all {
			if r.IntN(2) == 0 {
				blocking = append(blocking, id)
			}
		}
		got, optimal := leastSettling(blocking, causes)
		if want := bruteSettling(all, blocking, causes); !optimal || len(got) != want {
			t.Fatalf("case %d: %d to solve (optimal %v), want %d; blocking %v, causes %v", n, len(got), optimal, want, blocking, into)
		}
	}
}
