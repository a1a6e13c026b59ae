package api

import (
	"context"
	"errors"
	"strconv"

	"zhitu/graph"
)

// batch is many operations that are applied together or not at all.
type batch struct {
	Key    string `header:"Idempotency-Key"`
	Digest string `digest:"request"`
	Body   struct {
		Reason     string     `json:"reason"`
		Operations []graph.Op `json:"operations"`
	} `body:"json"`
}

// applied is the answer to a write that has no record of its own to show.
type applied struct {
	Seq graph.Seq `json:"seq"`
}

func (a *API) applyBatch(ctx context.Context, req batch) (applied, error) {
	if len(req.Body.Operations) == 0 {
		return applied{}, &graph.InvalidError{Field: "operations", Code: "required"}
	}
	var errs []error
	for i, op := range req.Body.Operations {
		errs = append(errs, readOnlyOp("operations/"+strconv.Itoa(i), op))
	}
	if err := errors.Join(errs...); err != nil {
		return applied{}, err
	}
	res, err := a.apply(ctx, write{Key: req.Key, Digest: req.Digest}, req.Body.Reason, req.Body.Operations)
	return applied{Seq: res.Seq}, err
}

func readOnlyOp(at string, op graph.Op) error {
	var versions []int64
	if op.IfVersion != nil && *op.IfVersion > 0 {
		versions = append(versions, *op.IfVersion)
	}
	var errs []error
	if n := op.PutNode; n != nil {
		errs = append(errs, readOnly(at+"/put_node", n.Version, n.Seq, versions))
	}
	if e := op.PutEdge; e != nil {
		errs = append(errs, readOnly(at+"/put_edge", e.Version, e.Seq, versions))
	}
	return errors.Join(errs...)
}

// undoing takes one entry back.
type undoing struct {
	Key  string    `header:"Idempotency-Key"`
	Seq  graph.Seq `path:"seq" min:"1"`
	Body struct {
		Reason string `json:"reason"`
	} `body:"json" optional:"true"`
}

func (a *API) undo(ctx context.Context, req undoing) (applied, error) {
	if err := validKey(req.Key); err != nil {
		return applied{}, err
	}
	res, err := a.ledger.Undo(ctx, req.Seq, identityOf(ctx).Name, req.Body.Reason, req.Key)
	return applied{Seq: res.Seq}, writeError(err)
}
