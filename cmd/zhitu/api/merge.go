package api

import (
	"context"
	"errors"

	"zhitu/graph"
	"zhitu/graph/answer"
)

// Merging two records of one thing, taking that back, and remembering what a
// person decided about a pair.

// merging merges a node into another.
type merging struct {
	Key     string   `header:"Idempotency-Key"`
	Digest  string   `digest:"request"`
	ID      graph.ID `path:"id"`
	Preview bool     `query:"preview"`
	Body    struct {
		Into   graph.ID `json:"into"`
		Reason string   `json:"reason"`
	} `body:"json"`
}

// mergeReply is the plan of a merge and, when it was made, its number.
type mergeReply struct {
	answer.MergePlan
	Seq graph.Seq `json:"seq"` // 0: a preview
}

func (a *API) mergeNode(ctx context.Context, req merging) (mergeReply, error) {
	view, err := a.view(ctx, graph.Unknown, nil)
	if err != nil {
		return mergeReply{}, err
	}
	plan, err := answer.Merge(ctx, view, req.ID, req.Body.Into)
	if err != nil || req.Preview {
		return mergeReply{MergePlan: plan}, err
	}
	res, err := a.apply(ctx, write{Key: req.Key, Digest: req.Digest}, req.Body.Reason, plan.Operations)
	return mergeReply{MergePlan: plan, Seq: res.Seq}, err
}

// unmerging takes the merge of a node back.
type unmerging struct {
	Key  string   `header:"Idempotency-Key"`
	ID   graph.ID `path:"id"`
	Body struct {
		Reason string `json:"reason"`
	} `body:"json" optional:"true"`
}

// unmergeNode undoes the entry by which the node was merged: its last change,
// since a merged node takes no other.
func (a *API) unmergeNode(ctx context.Context, req unmerging) (applied, error) {
	if err := validKey(req.Key); err != nil {
		return applied{}, err
	}
	view, err := a.records(ctx, nil)
	if err != nil {
		return applied{}, err
	}
	n, err := view.Node(ctx, req.ID)
	if err != nil {
		return applied{}, err
	}
	if n.State != graph.Merged {
		return applied{}, &graph.InvalidError{Field: "id", Code: "not_merged", Value: string(req.ID), Is: graph.ErrConflict}
	}
	res, err := a.ledger.Undo(ctx, n.Seq, identityOf(ctx).Name, req.Body.Reason, req.Key)
	return applied{Seq: res.Seq}, writeError(err)
}

// deciding remembers whether two records are the same thing.
type deciding struct {
	Key    string `header:"Idempotency-Key"`
	Digest string `digest:"request"`
	Body   struct {
		A    graph.ID `json:"a"`
		B    graph.ID `json:"b"`
		Same *bool    `json:"same"`
	} `body:"json"`
}

func (a *API) decideDuplicate(ctx context.Context, req deciding) (applied, error) {
	view, err := a.records(ctx, nil)
	if err != nil {
		return applied{}, err
	}
	var errs []error
	for field, id := range map[string]graph.ID{"a": req.Body.A, "b": req.Body.B} {
		if _, err := view.Node(ctx, id); errors.Is(err, graph.ErrNotFound) {
			errs = append(errs, &graph.InvalidError{Field: field, Code: "no_such_node", Value: string(id)})
		} else if err != nil {
			return applied{}, err
		}
	}
	if req.Body.Same == nil {
		errs = append(errs, &graph.InvalidError{Field: "same", Code: "required"})
	}
	if req.Body.A == req.Body.B {
		errs = append(errs, &graph.InvalidError{Field: "b", Code: "merge_self", Value: string(req.Body.B)})
	}
	if err := errors.Join(errs...); err != nil {
		return applied{}, err
	}
	first, second := min(req.Body.A, req.Body.B), max(req.Body.A, req.Body.B)
	op := graph.Op{PutNode: &graph.Node{
		ID: answer.DecisionID(first, second), Kind: graph.MatchDecision, Name: string(first) + " ≡ " + string(second),
		Fields:    graph.Fields{"a": string(first), "b": string(second), "same": *req.Body.Same},
		ValidFrom: graph.Open, ValidTo: graph.Open, State: graph.Reviewed, Visibility: graph.Public,
	}}
	res, err := a.apply(ctx, write{Key: req.Key, Digest: req.Digest}, "duplicate decision", []graph.Op{op})
	return applied{Seq: res.Seq}, err
}
