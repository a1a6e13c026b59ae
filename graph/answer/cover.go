package answer

import (
	mathbits "math/bits"
	"slices"
	"strings"

	"zhitu/graph"
)

// Set cover with prerequisites, exact up to a stated effort, else greedy with
// a lower bound. Sets of problems and of rules are bit sets.

// bits is a set of small numbers; nil is empty.
type bits []uint64

func (b bits) with(i, size int) bits {
	out := make(bits, (max(size, i+1)+63)/64)
	copy(out, b)
	out[i/64] |= 1 << (i % 64)
	return out
}

func (b bits) has(i int) bool { return i/64 < len(b) && b[i/64]>>(i%64)&1 == 1 }

func (b bits) minus(c bits) bits {
	out := slices.Clone(b)
	for i := range min(len(out), len(c)) {
		out[i] &^= c[i]
	}
	return out
}

func (b bits) union(c bits) bits {
	if len(c) > len(b) {
		b, c = c, b
	}
	out := slices.Clone(b)
	for i := range c {
		out[i] |= c[i]
	}
	return out
}

func (b bits) and(c bits) bits {
	out := make(bits, min(len(b), len(c)))
	for i := range out {
		out[i] = b[i] & c[i]
	}
	return out
}

func (b bits) count() int {
	n := 0
	for _, w := range b {
		n += mathbits.OnesCount64(w)
	}
	return n
}

// members yields the numbers in b in ascending order.
func (b bits) members() []int {
	var out []int
	for i := range len(b) * 64 {
		if b.has(i) {
			out = append(out, i)
		}
	}
	return out
}

// coverProblem is: choose fewest of the sets so that goal is covered, what a
// chosen set requires is chosen too, and every required one is in.
type coverProblem struct {
	goal     bits
	sets     []bits    // what each choice covers of goal
	requires [][][]int // per choice, groups of which one must be chosen
	must     []int
}

// coverResult is the best that was found.
type coverResult struct {
	best    []int   // ascending
	all     [][]int // every best choice found, in lexical order, at most maxTies
	ties    int
	lower   int // no choice is smaller
	optimal bool
}

const (
	maxTies      = 1000
	maxCoverWork = 60_000 // nodes of the search tree; above it greedy, and said so
)

type coverSearch struct {
	coverProblem
	size    int
	found   map[string]bool
	all     [][]int
	work    int
	stopped bool

	order    []int // members of the goal, rarest first
	coverers map[int][]int
	near     map[int]bits // all that the coverers of a member cover
}

// solveCover finds every smallest choice by branching on the goal that fewest
// sets cover, bounded below by goals that share no set.
func solveCover(p coverProblem) coverResult {
	greedy := greedyCover(p)
	s := &coverSearch{coverProblem: p, size: len(greedy), found: map[string]bool{}}
	s.prepare()
	chosen := s.close(nil, p.must)
	for _, start := range chosen {
		s.branch(start, s.rest(s.goal, start))
	}
	if len(s.all) == 0 {
		s.all = [][]int{greedy}
	}
	slices.SortFunc(s.all, slices.Compare[[]int])
	r := coverResult{best: s.all[0], all: s.all, ties: len(s.all), optimal: !s.stopped, lower: len(s.all[0])}
	if s.stopped {
		r.lower = lowerStart(s, chosen)
	}
	return r
}

func lowerStart(s *coverSearch, starts [][]int) int {
	lower := s.size
	for _, start := range starts {
		lower = min(lower, len(start)+s.lowerBound(s.rest(s.goal, start)))
	}
	return lower
}

// close adds to chosen what more requires, in every way it can be had; a way
// that needs something that cannot be chosen is none.
func (p coverProblem) close(chosen, more []int) [][]int {
	if len(more) == 0 {
		return [][]int{chosen}
	}
	next, rest := more[0], more[1:]
	if slices.Contains(chosen, next) {
		return p.close(chosen, rest)
	}
	ways := [][]int{rest}
	for _, group := range p.requires[next] {
		if slices.ContainsFunc(group, func(i int) bool { return i < 0 || slices.Contains(chosen, i) || i == next }) {
			continue // held, or chosen already
		}
		var longer [][]int
		for _, way := range ways {
			for _, i := range group {
				longer = append(longer, append(slices.Clone(way), i))
			}
		}
		ways = longer
	}
	var out [][]int
	for _, way := range ways {
		out = append(out, p.close(append(slices.Clone(chosen), next), way)...)
	}
	return out
}

// rest is what of open the sets in chosen leave uncovered.
func (s *coverSearch) rest(open bits, chosen []int) bits {
	rest := slices.Clone(open)
	for _, i := range chosen {
		for w := range min(len(rest), len(s.sets[i])) {
			rest[w] &^= s.sets[i][w]
		}
	}
	return rest
}

func (s *coverSearch) branch(chosen []int, rest bits) {
	if s.work++; s.work > maxCoverWork {
		s.stopped = true
		return
	}
	if rest.count() == 0 {
		s.keep(chosen)
		return
	}
	if len(chosen)+s.lowerBound(rest) > s.size {
		return
	}
	for _, i := range s.coverers[s.rarest(rest)] {
		for _, closed := range s.close(chosen, []int{i}) {
			if len(closed) <= s.size {
				s.branch(closed, s.rest(rest, closed[len(chosen):]))
			}
		}
	}
}

func (s *coverSearch) keep(chosen []int) {
	if len(chosen) > s.size {
		return
	}
	if len(chosen) < s.size {
		s.size, s.all, s.found = len(chosen), nil, map[string]bool{}
	}
	sorted := slices.Sorted(slices.Values(chosen))
	var key strings.Builder
	for _, i := range sorted {
		key.WriteRune(rune(i + 1))
	}
	if !s.found[key.String()] {
		if len(s.all) >= maxTies {
			s.stopped = true
			return
		}
		s.found[key.String()] = true
		s.all = append(s.all, sorted)
	}
}

// prepare finds, once, which sets cover each member of the goal, and the order
// in which members are looked at: those that fewest sets cover first.
func (s *coverSearch) prepare() {
	s.coverers = map[int][]int{}
	s.near = map[int]bits{}
	s.order = s.goal.members()
	for _, g := range s.order {
		near := bits(nil).with(g, 0)
		for i, set := range s.sets {
			if set.has(g) {
				s.coverers[g] = append(s.coverers[g], i)
				near = near.union(set)
			}
		}
		s.near[g] = near
	}
	slices.SortStableFunc(s.order, func(x, y int) int { return len(s.coverers[x]) - len(s.coverers[y]) })
}

// rarest returns the member of rest that fewest sets cover.
func (s *coverSearch) rarest(rest bits) int {
	for _, g := range s.order {
		if rest.has(g) {
			return g
		}
	}
	return -1
}

// lowerBound counts members of rest no two of which one set covers: each needs
// a set of its own.
func (s *coverSearch) lowerBound(rest bits) int {
	n, left := 0, slices.Clone(rest)
	for _, g := range s.order {
		if left.has(g) {
			n++
			for i, w := range s.near[g] {
				if i < len(left) {
					left[i] &^= w
				}
			}
		}
	}
	return n
}

// greedyCover always ends, with a cover that need not be smallest.
func greedyCover(p coverProblem) []int {
	s := coverSearch{coverProblem: p}
	chosen := smallest(p.close(nil, p.must))
	for rest := s.rest(p.goal, chosen); rest.count() > 0; rest = s.rest(p.goal, chosen) {
		var best []int
		gain := -1.0
		for i, set := range p.sets {
			if set.and(rest).count() == 0 || slices.Contains(chosen, i) {
				continue
			}
			closed := smallest(p.close(chosen, []int{i}))
			if closed == nil {
				continue
			}
			g := float64(rest.count()-s.rest(p.goal, closed).count()) / float64(len(closed)-len(chosen))
			if g > gain {
				best, gain = closed, g
			}
		}
		if best == nil {
			return chosen
		}
		chosen = best
	}
	return slices.Sorted(slices.Values(chosen))
}

func smallest(ways [][]int) []int {
	if len(ways) == 0 {
		return nil
	}
	return slices.MinFunc(ways, func(x, y []int) int { return len(x) - len(y) })
}

// cover states the bundle as a coverProblem and solves it.
func (b *bundler) cover() coverResult {
	goal := bits{}
	for _, set := range b.covers {
		goal = goal.union(set)
	}
	for rule := range b.firm.held {
		goal = goal.minus(b.covers[rule])
	}
	at := b.numbered()
	p := coverProblem{goal: goal, sets: make([]bits, len(b.rules)), requires: make([][][]int, len(b.rules))}
	for i, rule := range b.rules {
		p.sets[i] = b.covers[rule].and(goal)
		for _, group := range b.facts.prerequisites(rule) {
			p.requires[i] = append(p.requires[i], b.choices(group, at))
		}
	}
	for _, m := range b.must {
		if i, ok := at[m.ID]; ok && !m.Held && m.Reason == "" {
			p.must = append(p.must, i)
		}
	}
	return solveCover(p)
}

// numbered numbers the candidates; prerequisites that cover nothing join them.
func (b *bundler) numbered() map[graph.ID]int {
	at := map[graph.ID]int{}
	for i := 0; i < len(b.rules); i++ {
		at[b.rules[i]] = i
		for _, group := range b.facts.prerequisites(b.rules[i]) {
			for _, id := range group {
				_, isHeld := b.firm.held[id]
				if slices.Contains(b.rules, id) || isHeld || b.facts.usable(id) == graph.No {
					continue
				}
				if t, _ := b.available(id); t == graph.Yes {
					b.rules = append(b.rules, id)
				}
			}
		}
	}
	return at
}

// choices are the candidates of a group of versions; -1 stands for one held.
func (b *bundler) choices(group []graph.ID, at map[graph.ID]int) []int {
	var out []int
	for _, id := range group {
		if _, isHeld := b.firm.held[id]; isHeld {
			return []int{-1}
		}
		if i, ok := at[id]; ok {
			out = append(out, i)
		}
	}
	return out
}
