package search

import (
	"context"
	"errors"
	"fmt"

	"zhitu/graph"
)

// maxDifferences bounds what Verify lists.
const maxDifferences = 20

// Verify checks the index against its checksums, its own counts and, if it has
// caught up, against the graph, node by node. It changes nothing.
func (x *Index) Verify(ctx context.Context) error {
	s := x.serving.Load()
	if s == nil {
		return fmt.Errorf("verify: no index: %w", graph.ErrUnavailable)
	}
	if err := verifySums(s.path); err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	g := s.acquire()
	if g == nil {
		return fmt.Errorf("verify: index is being reopened: %w", graph.ErrUnavailable)
	}
	defer g.release()
	if g.docs != g.mark.Docs || g.sum != g.mark.Lengths {
		return fmt.Errorf("verify: mark says %d documents of lengths %v, there are %d of %v", g.mark.Docs, g.mark.Lengths, g.docs, g.sum)
	}
	state := x.source.State()
	if state.Seq != g.mark.Seq || state.Epoch != g.mark.Epoch {
		return nil // has not caught up: the next call compares
	}
	return g.compare(ctx, state)
}

// compare holds every document against the node that it stands for.
func (g *generation) compare(ctx context.Context, state State) error {
	docs := newDocuments(state.Reader)
	var wrong []error
	count := int64(0)
	for _, kind := range graph.Nodes() {
		if kind.System {
			continue
		}
		for n, err := range state.Reader.OfKind(ctx, kind.Kind) {
			if err != nil {
				return fmt.Errorf("verify: nodes of kind %s: %w", kind.Kind, err)
			}
			if !indexed(n) {
				continue
			}
			count++
			if err := g.compareNode(ctx, docs, n); err != nil {
				if wrong = append(wrong, err); len(wrong) == maxDifferences {
					return errors.Join(wrong...)
				}
			}
		}
	}
	if count != g.docs {
		wrong = append(wrong, fmt.Errorf("verify: the index holds %d documents, the graph %d nodes", g.docs, count))
	}
	return errors.Join(wrong...)
}

func (g *generation) compareNode(ctx context.Context, docs *documents, n graph.Node) error {
	internal, err := g.reader.InternalID(string(n.ID))
	if err != nil {
		return fmt.Errorf("verify: look up %s: %w", n.ID, err)
	}
	if internal == nil {
		return fmt.Errorf("verify: %s is not in the index", n.ID)
	}
	doc, err := docs.of(ctx, n)
	if err != nil {
		return err
	}
	doc.analyse()
	number := uint32(internal.Value())
	have := *g.card(number)
	pairs := g.facets.all()
	for _, id := range g.facetsOf(number) {
		have.facets = append(have.facets, pairs[id])
	}
	if have.encode() != doc.card.encode() {
		return fmt.Errorf("verify: %s differs from the graph", n.ID)
	}
	return nil
}
