package bench

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
)

// Difference is how one measure of a set changed against a baseline.
type Difference struct {
	Set         string  `json:"set"`
	Measure     string  `json:"measure"`
	Before      float64 `json:"before"`
	After       float64 `json:"after"`
	P           float64 `json:"p"` // of a paired randomisation test
	Significant bool    `json:"significant"`
}

const (
	rounds = 10000
	alpha  = 0.05
)

// names and values of measures, in the order in which they are reported.
var measureNames = []string{"ndcg@10", "mrr@10", "success@1", "success@5", "recall@100"}

func (m Measures) list() []float64 {
	return []float64{m.NDCG10, m.MRR10, m.Success1, m.Success5, m.Recall100}
}

// Compare holds a report against a baseline: the queries that both have, set by
// set. Lost tells whether any measure got significantly worse.
func Compare(baseline, now Report) (out []Difference, lost bool) {
	before := map[string]map[Query]Measures{}
	for _, s := range baseline.Sets {
		before[s.Name] = byQuery(s)
	}
	for _, s := range now.Sets {
		var pairs [][2]Measures
		for _, q := range s.PerQuery {
			if old, ok := before[s.Name][Query{ID: q.ID, Text: q.Text}]; ok {
				pairs = append(pairs, [2]Measures{old, q.Measures})
			}
		}
		for i, name := range measureNames {
			d := difference(pairs, i)
			d.Set, d.Measure = s.Name, name
			out = append(out, d)
			lost = lost || d.Significant && d.After < d.Before
		}
	}
	return out, lost
}

func byQuery(s SetReport) map[Query]Measures {
	out := map[Query]Measures{}
	for _, q := range s.PerQuery {
		out[Query{ID: q.ID, Text: q.Text}] = q.Measures
	}
	return out
}

// difference tests measure i by swapping pairs at random: how often is the
// difference of the means as large by chance. The seed is fixed, so that one
// pair of reports always gives one answer.
func difference(pairs [][2]Measures, i int) Difference {
	var d Difference
	deltas := make([]float64, len(pairs))
	sum := 0.0
	for k, p := range pairs {
		a, b := p[0].list()[i], p[1].list()[i]
		d.Before += a
		d.After += b
		deltas[k] = b - a
		sum += b - a
	}
	n := float64(max(1, len(pairs)))
	d.Before, d.After = d.Before/n, d.After/n
	r := rand.New(rand.NewPCG(20261123, uint64(i)))
	extreme := 0
	for range rounds {
		s := 0.0
		for _, x := range deltas {
			if x != 0 && r.Uint64()&1 == 0 {
				s -= x
			} else {
				s += x
			}
		}
		if math.Abs(s) >= math.Abs(sum)-1e-12 {
			extreme++
		}
	}
	d.P = float64(extreme+1) / (rounds + 1)
	d.Significant = d.P < alpha
	return d
}

// Print writes a report, and the differences if there are any, as tables.
func Print(w io.Writer, r Report, diffs []Difference) error {
	p := printer{w: w}
	p.line("%-12s %9s %7s  %7s %7s %7s %7s %7s  %7s %7s %7s %8s", "set", "documents", "queries", "ndcg@10", "mrr@10", "succ@1", "succ@5", "rec@100",
		"p50 ms", "p99 ms", "index s", "size MB")
	for _, s := range r.Sets {
		m := s.Measures
		p.line("%-12s %9d %7d  %7.4f %7.4f %7.4f %7.4f %7.4f  %7.2f %7.2f %7.1f %8.1f", s.Name, s.Documents, s.Queries,
			m.NDCG10, m.MRR10, m.Success1, m.Success5, m.Recall100, s.P50, s.P99, s.IndexTime, float64(s.IndexSize)/1e6)
		if s.Unjudged+s.Repeated > 0 {
			p.line("%-12s left out: %d queries without judgement, %d repeated", "", s.Unjudged, s.Repeated)
		}
	}
	for _, d := range diffs {
		mark := ""
		if d.Significant {
			mark = "significant"
		}
		p.line("%-12s %-11s %7.4f -> %7.4f  %+8.4f  p=%.4f %s", d.Set, d.Measure, d.Before, d.After, d.After-d.Before, d.P, mark)
	}
	return p.err
}

type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}
