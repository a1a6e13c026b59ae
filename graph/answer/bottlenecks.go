package answer

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"

	"zhitu/graph"
)

// BottlenecksParams asks where a chain is held up.
type BottlenecksParams struct {
	ID     graph.ID `path:"id" kind:"Chain" zh:"产业链" doc:"the chain"`
	Policy graph.ID `query:"policy" kind:"WeightPolicy" zh:"权重方案" doc:"a stored weight policy; default the published one"`
	Top    int      `query:"top" default:"10" min:"1" max:"200" zh:"前几名" doc:"how many segments and problems"`
}

// Bottlenecks ranks the segments and the problems of a chain. The terms of a
// score sum to it; a segment with one problem is no bottleneck.
type Bottlenecks struct {
	Policy       Policy          `json:"policy"`
	Segments     []RankedSegment `json:"segments"`
	Problems     []RankedProblem `json:"problems"`
	BelowMinimum []Ref           `json:"below_minimum"` // segments with fewer than two open problems
	Stability    Stability       `json:"stability"`
}

// Policy is the weights that were used; they sum to 1.
type Policy struct {
	ID      graph.ID   `json:"id"`
	Name    string     `json:"name"`
	Weights []Weighted `json:"weights"`
	Formula string     `json:"formula"`
}

// Weighted is the weight of one term.
type Weighted struct {
	Name   string  `json:"name"`
	Weight float64 `json:"weight"`
	Means  string  `json:"means"`
}

// Term is one part of a score; contribution = value × weight.
type Term struct {
	Name         string  `json:"name"`
	Value        float64 `json:"value"` // 0–1
	Weight       float64 `json:"weight"`
	Contribution float64 `json:"contribution"`
}

// RankedSegment is one segment in the ranking.
type RankedSegment struct {
	Ref
	Score      float64 `json:"score"`
	Terms      []Term  `json:"terms"`
	Count      int     `json:"problems"`   // open problems
	Worst      int64   `json:"severity"`   // the highest among them
	Downstream int     `json:"downstream"` // segments that depend on it, at any depth
	Suppliers  int     `json:"suppliers"`  // firms recorded in it, as far as the caller may see
}

// RankedProblem is one problem in the ranking.
type RankedProblem struct {
	ProblemRef
	Score float64 `json:"score"`
	Terms []Term  `json:"terms"`
	Class string  `json:"class"` // gap class; "": covered
}

// Stability is what ±20 % on each weight does to the order of segments.
type Stability struct {
	Share      float64 `json:"share"`       // of the perturbed orders whose first place is the same
	StableTop  int     `json:"stable_top"`  // leading places that are the same in all of them
	KendallTau float64 `json:"kendall_tau"` // the smallest agreement with the order shown, -1 to 1
	Trials     int     `json:"trials"`
}

// publishedWeights is the policy that holds while none is stored: safety and
// what depends on the place weigh most, evidence least.
func publishedWeights() []Weighted {
	return []Weighted{
		{"severity", 0.25, "mean severity of the open problems / 5"},
		{"problems", 0.10, "open problems / most open problems of one segment"},
		{"reach", 0.20, "share of the chain's other segments that lie downstream"},
		{"leaders", 0.10, "share of the chain leaders in the segment or downstream of it"},
		{"single_source", 0.10, "share of the chain's other segments that no source reaches without it"},
		{"coverage_gap", 0.20, "share of the open problems that no rule covers for sure"},
		{"evidence", 0.05, "mean of the problems' best evidence level / 4"},
	}
}

func bottlenecksQuestion() Question {
	return declare(Question{
		Name: "bottlenecks", Zh: "卡点排名", Path: "/chains/:id/bottlenecks", Asks: []string{"P03"},
		Doc:   "Which segments and problems hold a chain up, with terms that sum to the score",
		DocZh: "哪些环节和问题是全链的卡点，得分由各项相加，权重公开",
	}, bottlenecks)
}

func bottlenecks(ctx context.Context, a *Asked, p BottlenecksParams) (Bottlenecks, error) {
	f, problems, err := loadProblems(ctx, a, p.ID)
	if err != nil {
		return Bottlenecks{}, err
	}
	policy, err := weightsOf(ctx, a, p.Policy)
	if err != nil {
		return Bottlenecks{}, err
	}
	r := ranker{asked: a, facts: f, weights: policy.Weights}
	if err := r.load(ctx, p.ID, problems); err != nil {
		return Bottlenecks{}, err
	}
	out := Bottlenecks{Policy: policy, BelowMinimum: []Ref{}}
	out.Segments = r.segments(&out.BelowMinimum)
	out.Stability = stabilityOf(out.Segments)
	out.Problems = r.rankProblems()
	if len(out.Segments) > p.Top || len(out.Problems) > p.Top {
		a.Truncate("top")
		out.Segments = out.Segments[:min(p.Top, len(out.Segments))]
		out.Problems = out.Problems[:min(p.Top, len(out.Problems))]
	}
	return out, nil
}

func weightsOf(ctx context.Context, a *Asked, id graph.ID) (Policy, error) {
	policy := Policy{ID: "weightpolicy:published", Name: "published", Weights: publishedWeights(), Formula: "score = Σ value × weight"}
	if id == "" || id == policy.ID {
		return policy, nil
	}
	n, err := a.View.Records().Node(ctx, id)
	if errors.Is(err, graph.ErrNotFound) || err == nil && n.Kind != graph.WeightPolicy {
		return policy, &graph.InvalidError{Field: "policy", Code: "no_such_policy", Value: string(id)}
	}
	if err != nil {
		return policy, err
	}
	policy.ID, policy.Name = n.ID, n.Name
	sum := 0.0
	for i, w := range policy.Weights {
		policy.Weights[i].Weight, _ = n.Fields.Number(w.Name)
		sum += policy.Weights[i].Weight
	}
	if sum <= 0 {
		return policy, &graph.InvalidError{Field: "policy", Code: "weights_sum", Value: string(id)}
	}
	for i := range policy.Weights {
		policy.Weights[i].Weight /= sum
	}
	return policy, nil
}

// ranker holds the chain as a small graph of segments.
type ranker struct {
	asked   *Asked
	facts   *facts
	weights []Weighted

	all      []graph.ID // segments of the chain
	open     map[graph.ID][]graph.ID
	problems []graph.ID
	class    map[graph.ID]string
	next     map[graph.ID][]graph.ID // along SUPPLIES, inside the chain
	leaders  map[graph.ID]map[graph.ID]bool
	firms    map[graph.ID]int
	nLeaders int
	maxOpen  int
}

func (r *ranker) load(ctx context.Context, chain graph.ID, problems []graph.ID) error {
	f := r.facts
	segments, err := f.expand(ctx, []graph.ID{chain}, outward(graph.HasSegment))
	if err != nil {
		return err
	}
	if _, err := f.expand(ctx, segments, outward(graph.Supplies), inward(graph.OperatesIn)); err != nil {
		return err
	}
	if _, err := f.expand(ctx, []graph.ID{chain}, inward(graph.HasRole)); err != nil {
		return err
	}
	if _, err := f.expand(ctx, problems, outward(graph.Causes)); err != nil {
		return err
	}
	r.all, r.open, r.class = segments, map[graph.ID][]graph.ID{}, map[graph.ID]string{}
	for _, p := range problems {
		if status := problemStatus(f.nodes[p], r.asked.View.AsOf()); status == "solved" || status == "rejected" {
			continue
		}
		r.problems = append(r.problems, p)
		r.class[p], _ = ladder{facts: f, problem: p}.class(atWorst)
		for _, s := range f.segments(p) {
			r.open[s] = append(r.open[s], p)
			r.maxOpen = max(r.maxOpen, len(r.open[s]))
		}
	}
	r.loadSupply(chain)
	return nil
}

func (r *ranker) loadSupply(chain graph.ID) {
	f := r.facts
	r.next, r.leaders, r.firms = map[graph.ID][]graph.ID{}, map[graph.ID]map[graph.ID]bool{}, map[graph.ID]int{}
	leader := map[graph.ID]bool{}
	for _, e := range f.into(chain, graph.HasRole) {
		if e.Fields.Text("role") == "chain_leader" {
			leader[e.From] = true
		}
	}
	r.nLeaders = len(leader)
	for _, s := range r.all {
		for _, e := range f.outOf(s, graph.Supplies) {
			if slices.Contains(r.all, e.To) && e.To != s {
				r.next[s] = append(r.next[s], e.To)
			}
		}
		r.leaders[s] = map[graph.ID]bool{}
		for _, e := range f.into(s, graph.OperatesIn) {
			r.firms[s]++
			if leader[e.From] {
				r.leaders[s][e.From] = true
			}
		}
	}
}

// reach returns the segments downstream of start without passing avoid.
func (r *ranker) reach(start []graph.ID, avoid graph.ID) map[graph.ID]bool {
	seen := map[graph.ID]bool{}
	queue := slices.Clone(start)
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, n := range r.next[at] {
			if n != avoid && !seen[n] {
				seen[n] = true
				queue = append(queue, n)
			}
		}
	}
	return seen
}

// cutOff counts the segments that no source reaches without s. A source is a
// segment that nothing of the chain supplies.
func (r *ranker) cutOff(s graph.ID) int {
	supplied := map[graph.ID]bool{}
	for _, list := range r.next {
		for _, n := range list {
			supplied[n] = true
		}
	}
	var with, without []graph.ID
	for _, id := range r.all {
		if !supplied[id] {
			with = append(with, id)
			if id != s {
				without = append(without, id)
			}
		}
	}
	n, left := 0, r.reach(without, s)
	for id := range r.reach(with, "") {
		if id != s && !left[id] {
			n++
		}
	}
	return n
}

func (r *ranker) segments(below *[]Ref) []RankedSegment {
	out := []RankedSegment{}
	for _, s := range r.all {
		n, open := r.facts.nodes[s], r.open[s]
		r.asked.use(n)
		if len(open) < 2 {
			*below = append(*below, refOf(n))
			continue
		}
		downstream := r.reach([]graph.ID{s}, s)
		item := RankedSegment{Ref: refOf(n), Count: len(open), Downstream: len(downstream), Suppliers: r.firms[s]}
		values := map[string]float64{
			"problems": ratio(len(open), r.maxOpen), "reach": ratio(len(downstream), len(r.all)-1),
			"leaders": ratio(r.dependentLeaders(s, downstream), r.nLeaders), "single_source": ratio(r.cutOff(s), len(r.all)-1),
		}
		for _, p := range open {
			severity := r.facts.nodes[p].Fields.Int("severity")
			item.Worst = max(item.Worst, severity)
			values["severity"] += float64(severity) / 5 / float64(len(open))
			values["evidence"] += float64(bestLevel(r.facts.nodes[p].Evidence)) / 4 / float64(len(open))
			if r.class[p] != "" {
				values["coverage_gap"] += 1 / float64(len(open))
			}
		}
		item.Terms, item.Score = r.score(values)
		out = append(out, item)
	}
	slices.SortFunc(out, func(x, y RankedSegment) int { return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.ID, y.ID)) })
	return out
}

func ratio(n, of int) float64 {
	if of <= 0 {
		return 0
	}
	return float64(n) / float64(of)
}

func bestLevel(items []graph.Evidence) int {
	best := 0
	for _, e := range items {
		best = max(best, e.Level)
	}
	return best
}

func (r *ranker) dependentLeaders(s graph.ID, downstream map[graph.ID]bool) int {
	found := map[graph.ID]bool{}
	for _, id := range r.all {
		if id == s || downstream[id] {
			for firm := range r.leaders[id] {
				found[firm] = true
			}
		}
	}
	return len(found)
}

// score turns values into terms and their sum, rounded so that the terms sum
// to the score exactly as printed.
func (r *ranker) score(values map[string]float64) ([]Term, float64) {
	terms := make([]Term, 0, len(r.weights))
	sum := 0.0
	for _, w := range r.weights {
		t := Term{Name: w.Name, Value: round6(values[w.Name]), Weight: w.Weight}
		t.Contribution = round6(t.Value * t.Weight)
		sum += t.Contribution
		terms = append(terms, t)
	}
	return terms, round6(sum)
}

func round6(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// rankProblems ranks the open problems by the same weights: severity its own,
// problems the share of firms that report it, reach and leaders those of its
// segments, single source the share of problems that it causes, gap by rung.
func (r *ranker) rankProblems() []RankedProblem {
	out := []RankedProblem{}
	most, mostCaused := 0, 0
	caused := map[graph.ID]int{}
	for _, p := range r.problems {
		most = max(most, ladder{facts: r.facts, problem: p}.reporters())
		caused[p] = len(r.facts.outOf(p, graph.Causes))
		mostCaused = max(mostCaused, caused[p])
	}
	for _, p := range r.problems {
		n := r.facts.nodes[p]
		r.asked.use(n)
		values := map[string]float64{
			"severity": float64(n.Fields.Int("severity")) / 5, "problems": ratio(ladder{facts: r.facts, problem: p}.reporters(), most),
			"single_source": ratio(caused[p], mostCaused), "evidence": float64(bestLevel(n.Evidence)) / 4,
		}
		for _, s := range r.facts.segments(p) {
			downstream := r.reach([]graph.ID{s}, s)
			values["reach"] = max(values["reach"], ratio(len(downstream), len(r.all)-1))
			values["leaders"] = max(values["leaders"], ratio(r.dependentLeaders(s, downstream), r.nLeaders))
		}
		if class := r.class[p]; class != "" {
			values["coverage_gap"] = 1 - float64(gapRank(class))/6
		}
		item := RankedProblem{ProblemRef: r.facts.problemRef(p), Class: r.class[p]}
		item.Terms, item.Score = r.score(values)
		out = append(out, item)
	}
	slices.SortFunc(out, func(x, y RankedProblem) int { return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.ID, y.ID)) })
	return out
}

// stabilityOf moves each weight by ±20 %, the others in proportion, and
// compares the orders.
func stabilityOf(segments []RankedSegment) Stability {
	s := Stability{Share: 1, StableTop: len(segments), KendallTau: 1}
	if len(segments) < 2 {
		return s
	}
	same := 0
	for i := range segments[0].Terms {
		for _, factor := range []float64{0.8, 1.2} {
			order := perturbed(segments, i, factor)
			s.Trials++
			if order[0] == 0 {
				same++
			}
			for place, was := range order {
				if place != was {
					s.StableTop = min(s.StableTop, place)
					break
				}
			}
			s.KendallTau = min(s.KendallTau, round6(kendall(order)))
		}
	}
	s.Share = round6(ratio(same, s.Trials))
	return s
}

// perturbed returns the places that the segments had, in their new order.
func perturbed(segments []RankedSegment, term int, factor float64) []int {
	order, score := make([]int, len(segments)), make([]float64, len(segments))
	for i, seg := range segments {
		order[i] = i
		for j, t := range seg.Terms {
			w := t.Weight
			if j == term {
				w *= factor
			}
			score[i] += t.Value * w // a common factor for all weights changes no order
		}
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(score[y], score[x]) })
	return order
}

// kendall is the rank correlation of order with 0, 1, 2 …
func kendall(order []int) float64 {
	agree, pairs := 0, 0
	for i := range order {
		for j := i + 1; j < len(order); j++ {
			pairs++
			if order[i] < order[j] {
				agree++
			} else {
				agree--
			}
		}
	}
	return float64(agree) / float64(pairs)
}
