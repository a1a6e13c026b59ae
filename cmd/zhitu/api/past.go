package api

import (
	"context"
	"time"

	"zhitu/graph"
	"zhitu/graph/ledger"
)

// past shows the graph as it was recorded by the end of a day, no later than
// the number of the answer that asks.
type past struct {
	ledger *ledger.Ledger
	upTo   graph.Seq
}

// At finds the last entry of the day by bisection: numbers rise with time. A
// clock that was set back may blur a day by as much as it was wrong.
func (p past) At(ctx context.Context, d graph.Date, scope graph.Scope) (*graph.View, error) {
	before, after := graph.Seq(0), p.upTo+1 // entry before is of the day or earlier, entry after is not
	for before+1 < after {
		mid := before + (after-before)/2
		day, err := p.dayOf(ctx, mid)
		if err != nil {
			return nil, err
		}
		if day <= d {
			before = mid
		} else {
			after = mid
		}
	}
	s, err := p.ledger.At(ctx, before)
	if err != nil {
		return nil, err
	}
	return graph.NewView(s, before, scope), nil
}

// dayOf returns the day on which entry seq was recorded; of one that readers
// may not see yet, a day that never comes.
func (p past) dayOf(ctx context.Context, seq graph.Seq) (graph.Date, error) {
	for e, err := range p.ledger.Changes(ctx, seq-1) {
		if err != nil {
			return graph.Unknown, err
		}
		return graph.DateAt(time.UnixMicro(e.At)), nil
	}
	return graph.Open, nil
}
