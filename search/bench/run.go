package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"zhitu/search"
)

// Options of a run.
type Options struct {
	Sets    []string       // folders
	Params  *search.Params // nil: those of production
	Typed   Typed          // how the queries are typed
	Aliases bool           // every query becomes an alias of its answers
	page    int            // hits asked for; 0: depth
	Parity  string         // "odd" or "even": only those queries, to choose on one half and confirm on the other
}

// Report is what a run found.
type Report struct {
	Sets []SetReport `json:"sets"`
}

// SetReport is what a run found in one set.
type SetReport struct {
	Name      string   `json:"name"`
	Documents int      `json:"documents"`
	Queries   int      `json:"queries"`
	Unjudged  int      `json:"unjudged_queries"`
	Repeated  int      `json:"repeated_queries"`
	Measures  Measures `json:"measures"`
	P50       float64  `json:"p50_ms"`
	P99       float64  `json:"p99_ms"`
	IndexTime float64  `json:"index_s"`
	IndexSize int64    `json:"index_bytes"`
	PerQuery  []Query  `json:"per_query"`
}

// Query is what a run found for one query.
type Query struct {
	ID       string   `json:"id"`
	Text     string   `json:"text"`
	Measures Measures `json:"measures"`
	First    string   `json:"first"` // text of the first hit
}

// Run indexes and asks every set.
func Run(ctx context.Context, o Options) (Report, error) {
	var r Report
	for _, dir := range o.Sets {
		s, err := loadSet(dir)
		if err != nil {
			return Report{}, err
		}
		report, err := runSet(ctx, s, o)
		if err != nil {
			return Report{}, fmt.Errorf("set %s: %w", s.name, err)
		}
		r.Sets = append(r.Sets, report)
	}
	return r, nil
}

func runSet(ctx context.Context, s *set, o Options) (r SetReport, err error) {
	c, err := newCorpus(s, o.Aliases)
	if err != nil {
		return r, err
	}
	dir, err := os.MkdirTemp("", "zhitu-bench-")
	if err != nil {
		return r, fmt.Errorf("folder of the index: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	began := time.Now()
	x, err := search.Open(ctx, dir, c, search.Options{Params: o.Params, Timeout: time.Minute})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	for !x.Status().Serving {
		if x.WaitFor(ctx, 1); ctx.Err() != nil {
			return r, ctx.Err()
		}
	}
	r = SetReport{
		Name: s.name, Documents: len(s.corpus), Unjudged: s.unjudged, Repeated: s.repeated,
		IndexTime: time.Since(began).Seconds(), IndexSize: sizeOf(dir), PerQuery: []Query{},
	}
	return r, askAll(ctx, x, c, s, o, &r)
}

func askAll(ctx context.Context, x *search.Index, c *corpus, s *set, o Options, r *SetReport) error {
	var all []Measures
	var took []time.Duration
	queries, err := retype(s, o.Typed)
	if err != nil {
		return err
	}
	for i, q := range queries {
		if o.Parity == "odd" && i%2 == 0 || o.Parity == "eighth" && i%8 != 1 || o.Parity == "even" && i%2 == 1 {
			continue
		}
		began := time.Now()
		page, err := x.Search(ctx, c.view(), search.Query{Text: q.Text, PageSize: cmp.Or(o.page, depth)})
		if err != nil {
			return fmt.Errorf("query %s: %w", q.ID, err)
		}
		took = append(took, time.Since(began))
		ranking, first, err := collapse(page, s)
		if err != nil {
			return err
		}
		m := measure(ranking, s.grades[q.ID])
		all = append(all, m)
		r.PerQuery = append(r.PerQuery, Query{ID: q.ID, Text: q.Text, Measures: m, First: first})
	}
	r.Queries, r.Measures = len(all), mean(all)
	r.P50, r.P99 = quantile(took, 0.5), quantile(took, 0.99)
	return nil
}

// collapse turns lines into documents, each at its first hit.
func collapse(page search.Page, s *set) (ranking []string, first string, err error) {
	seen := map[string]bool{}
	for _, h := range page.Items {
		line, err := lineOf(h.ID)
		if err != nil {
			return nil, "", fmt.Errorf("hit %s: %w", h.ID, err)
		}
		doc := s.corpus[line]
		if first == "" {
			first = doc.Text
		}
		if !seen[doc.ID] {
			seen[doc.ID] = true
			ranking = append(ranking, doc.ID)
		}
	}
	return ranking, first, nil
}

// sizeOf returns the bytes of all files below dir; one that goes meanwhile
// counts nothing.
func sizeOf(dir string) int64 {
	var size int64
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil
		}
		if info, err := e.Info(); err == nil {
			size += info.Size()
		}
		return nil
	})
	return size
}
