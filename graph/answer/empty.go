package answer

import (
	"context"
	"math"

	"zhitu/graph"
)

// An empty answer says why, in one of three words: filtered_by_date (the graph
// has some on another date), nothing_matched (it has some, but none that the
// parameters pass) or not_recorded (this graph has none on that date, which is
// never to say that none exists).

// probe is an asking whose answer nobody sees: it is only counted.
func probe(view *graph.View) *Asked { return &Asked{View: view, used: map[graph.ID]bool{}} }

// whyEmpty warns why an answer is empty. count returns how many elements the
// question has for an asking, with its filters or without; narrowed tells
// whether there is a filter at all.
func (a *Asked) whyEmpty(ctx context.Context, narrowed bool, detail string, count func(a *Asked, filtered bool) (int, error)) error {
	n, err := count(probe(a.View.At(graph.Unknown)), true)
	if err != nil {
		return err
	}
	if n > 0 {
		a.Warn("filtered_by_date", detail)
		return nil
	}
	if narrowed {
		if n, err = count(probe(a.View), false); err != nil {
			return err
		}
		if n > 0 {
			a.Warn("nothing_matched", detail)
			return nil
		}
	}
	a.Warn("not_recorded", detail)
	return nil
}

// cut keeps the first limit elements of list and says under which name the
// rest was left off.
func cut[T any](a *Asked, name string, list []T, limit int) []T {
	if len(list) <= limit {
		return list
	}
	a.Truncate(name)
	return list[:limit]
}

// fraction is part of whole to four places; 0 of nothing.
func fraction(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return math.Round(float64(part)/float64(whole)*1e4) / 1e4
}

// mark says of edges that a figure rests on what a node says by being used.
func (a *Asked) mark(edges ...*graph.Edge) {
	for _, e := range edges {
		if e.Fields.Flag("illustrative") {
			a.Warn("illustrative", "")
		}
		if e.Fields.Flag("synthetic") {
			a.Warn("synthetic", "")
		}
	}
}
