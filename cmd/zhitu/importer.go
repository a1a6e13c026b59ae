package main

import (
	"context"
	"iter"

	"zhitu/graph"
	"zhitu/graph/ledger"
	"zhitu/seed"
)

// importer lets seed.Load write through the ledger without knowing it.
func (g *opened) importer(author, reason string) seed.Importer {
	return seed.ImporterFunc(func(ctx context.Context, id string, ops iter.Seq2[graph.Op, error]) error {
		_, err := g.ledger.Import(ctx, ledger.ImportOptions{ID: id, Author: author, Reason: reason}, ops)
		return err
	})
}
