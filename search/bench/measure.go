package bench

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Measures are those of one query, or their means over a set.
type Measures struct {
	NDCG10    float64 `json:"ndcg@10"`
	MRR10     float64 `json:"mrr@10"`
	Success1  float64 `json:"success@1"`
	Success5  float64 `json:"success@5"`
	Recall100 float64 `json:"recall@100"`
}

// depth is how far down a ranking is looked at.
const depth = 100

// measure judges a ranking of documents, best first, each once.
func measure(ranking []string, grades map[string]float64) Measures {
	var m Measures
	var ideal []float64
	relevant := 0
	for _, g := range grades {
		ideal = append(ideal, g)
		if g >= 1 {
			relevant++
		}
	}
	slices.SortFunc(ideal, func(a, b float64) int { return cmp.Compare(b, a) })
	best, gained := 0.0, 0.0
	for i := range min(10, len(ideal)) {
		best += ideal[i] / math.Log2(float64(i)+2)
	}
	found := 0
	for i, doc := range ranking[:min(depth, len(ranking))] {
		g := grades[doc]
		if i < 10 {
			gained += g / math.Log2(float64(i)+2)
		}
		if g < 1 {
			continue
		}
		found++
		if found > 1 {
			continue
		}
		if i < 10 {
			m.MRR10 = 1 / float64(i+1)
		}
		if i < 5 {
			m.Success5 = 1
		}
		if i < 1 {
			m.Success1 = 1
		}
	}
	if best > 0 {
		m.NDCG10 = gained / best
	}
	if relevant > 0 {
		m.Recall100 = float64(found) / float64(relevant)
	}
	return m
}

// mean returns the means over many queries.
func mean(all []Measures) Measures {
	var sum Measures
	for _, m := range all {
		sum.NDCG10 += m.NDCG10
		sum.MRR10 += m.MRR10
		sum.Success1 += m.Success1
		sum.Success5 += m.Success5
		sum.Recall100 += m.Recall100
	}
	n := float64(max(1, len(all)))
	return Measures{sum.NDCG10 / n, sum.MRR10 / n, sum.Success1 / n, sum.Success5 / n, sum.Recall100 / n}
}

// quantile returns the q-quantile of durations in milliseconds.
func quantile(all []time.Duration, q float64) float64 {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	i := min(len(sorted)-1, int(q*float64(len(sorted))))
	return float64(sorted[i].Microseconds()) / 1000
}
