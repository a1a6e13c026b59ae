package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zhitu/graph"
	"zhitu/graph/ledger"
)

// answerTo answers a question: over the graph of the data folder, or, while a
// server holds that folder, by asking the server. Both answer as to the public,
// so that a replay gives the same bytes, unless everything is asked for.
func (p program) answerTo(ctx context.Context, c config, a *asking) ([]byte, error) {
	params, err := a.bind()
	if err != nil {
		return nil, err
	}
	asOf, err := a.date(time.Now())
	if err != nil {
		return nil, err
	}
	seq, err := a.pinnedSeq()
	if err != nil {
		return nil, err
	}
	g, server, err := p.openOrServer(ctx, c)
	switch {
	case err != nil:
		return nil, err
	case server != nil:
		return server.ask(ctx, p, a)
	}
	defer g.Close()
	if err := g.seedNew(ctx, c.Illustrative, p.stderr); err != nil {
		return nil, err
	}
	view, err := g.view(ctx, asOf, seq, graph.Caller{Everything: a.everything})
	if err != nil {
		return nil, err
	}
	env, err := a.question.Ask(ctx, view, params)
	if err != nil {
		return nil, err
	}
	return encoded(env)
}

// encoded writes v as the API does: text as it is.
func encoded(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("JSON of the answer: %w", err)
	}
	return b.Bytes(), nil
}

// openOrServer opens the graph, or finds the server that has it open.
func (p program) openOrServer(ctx context.Context, c config) (*opened, *server, error) {
	g, err := openGraph(ctx, c, lockWait, ledger.Options{})
	if err == nil {
		return g, nil, nil
	}
	if c.Neo4jURI != "" || !errors.Is(err, graph.ErrUnavailable) {
		return nil, nil, err
	}
	if s := findServer(ctx, c.DataDir); s != nil {
		return nil, s, nil
	}
	return nil, nil, err
}
