package search

import (
	"context"
	"iter"

	"zhitu/graph"
	"zhitu/graph/ledger"
)

// Following returns the source of an index over what l publishes.
func Following(l *ledger.Ledger) Source { return ledgerSource{l} }

type ledgerSource struct{ *ledger.Ledger }

// State returns the published graph under the number up to which Changes
// tells: while an import is open, the one before its beginning. An index that
// took the number of the snapshot would never hear of the import's entries.
func (s ledgerSource) State() State {
	for {
		published := s.Snapshot()
		seq := published.Seq()
		for _, open := range s.OpenImports() {
			seq = min(seq, open.Since-1)
		}
		// Nothing was published in between, so the two belong together.
		if s.Snapshot() == published {
			return State{Reader: published, Seq: seq, Epoch: published.Epoch()}
		}
	}
}

// Changes and Wait are the ledger's.
func (s ledgerSource) Changes(ctx context.Context, after graph.Seq) iter.Seq2[graph.Entry, error] {
	return s.Ledger.Changes(ctx, after)
}
