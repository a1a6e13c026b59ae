package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"zhitu/graph"
	"zhitu/graph/answer"
	"zhitu/graph/ledger"
)

// nodeReply is one node as it is stored, with its entity tag.
type nodeReply struct {
	graph.Node
	created bool
}

func (r nodeReply) respond(h http.Header) int {
	return recordHeaders(h, r.Version, r.created, "/nodes/"+string(r.ID))
}

// edgeReply is one edge as it is stored, with its entity tag.
type edgeReply struct {
	graph.Edge
	created bool
}

func (r edgeReply) respond(h http.Header) int {
	return recordHeaders(h, r.Version, r.created, "/edges/"+string(r.ID))
}

func recordHeaders(h http.Header, version int64, created bool, path string) int {
	h.Set("ETag", etagOf(version))
	if !created {
		return http.StatusOK
	}
	h.Set("Location", answer.Root+path)
	return http.StatusCreated
}

// oneRecord asks for a record.
type oneRecord struct {
	pinned
	ID          graph.ID `path:"id"`
	IfNoneMatch string   `header:"If-None-Match"`
}

func (a *API) getNode(ctx context.Context, req oneRecord) (nodeReply, error) {
	v, err := a.records(ctx, req.Seq)
	if err != nil {
		return nodeReply{}, err
	}
	n, err := ordinaryNode(ctx, v, req.ID)
	return nodeReply{Node: n}, err
}

// ordinaryNode returns a node of v. What the system remembers for itself is for
// administrators.
func ordinaryNode(ctx context.Context, v *graph.View, id graph.ID) (graph.Node, error) {
	n, err := v.Node(ctx, id)
	if err == nil && isSystem(n.Kind) && !v.Scope().Caller.Everything {
		return graph.Node{}, graph.ErrNotFound
	}
	return n, err
}

func isSystem(kind graph.NodeKind) bool {
	spec, ok := graph.NodeSpecOf(kind)
	return ok && spec.System
}

func (a *API) getEdge(ctx context.Context, req oneRecord) (edgeReply, error) {
	v, err := a.records(ctx, req.Seq)
	if err != nil {
		return edgeReply{}, err
	}
	e, err := v.Edge(ctx, req.ID)
	return edgeReply{Edge: e}, err
}

// write is what every write may say beside its body.
type write struct {
	Key    string `header:"Idempotency-Key"`
	Reason string `query:"reason"`
	Digest string `digest:"request"`
}

type newNode struct {
	write
	Body graph.Node `body:"json"`
}

type newEdge struct {
	write
	Body graph.Edge `body:"json"`
}

// changedNode is a new version of a node; what it leaves out is gone.
type changedNode struct {
	write
	ID      graph.ID   `path:"id"`
	IfMatch string     `header:"If-Match"`
	Body    graph.Node `body:"json"`
}

type changedEdge struct {
	write
	ID      graph.ID   `path:"id"`
	IfMatch string     `header:"If-Match"`
	Body    graph.Edge `body:"json"`
}

func (a *API) createNode(ctx context.Context, req newNode) (nodeReply, error) {
	if err := readOnly("", req.Body.Version, req.Body.Seq, nil); err != nil {
		return nodeReply{}, err
	}
	res, err := a.applyOne(ctx, req.write, graph.Op{PutNode: &req.Body, IfVersion: new(int64)})
	if err != nil {
		return nodeReply{}, err
	}
	n, err := res.Records[0].Node()
	return nodeReply{n, true}, err
}

func (a *API) createEdge(ctx context.Context, req newEdge) (edgeReply, error) {
	if err := readOnly("", req.Body.Version, req.Body.Seq, nil); err != nil {
		return edgeReply{}, err
	}
	res, err := a.applyOne(ctx, req.write, graph.Op{PutEdge: &req.Body, IfVersion: new(int64)})
	if err != nil {
		return edgeReply{}, err
	}
	e, err := res.Records[0].Edge()
	return edgeReply{e, true}, err
}

func (a *API) putNode(ctx context.Context, req changedNode) (nodeReply, error) {
	versions, err := ifMatch(req.IfMatch)
	if err != nil {
		return nodeReply{}, err
	}
	err = errors.Join(sameID(&req.Body.ID, req.ID), readOnly("", req.Body.Version, req.Body.Seq, versions))
	if err != nil {
		return nodeReply{}, err
	}
	current, exists := a.ledger.Snapshot().Head(req.ID)
	res, err := a.applyOne(ctx, req.write, graph.Op{PutNode: &req.Body, IfVersion: oneOf(versions, current)})
	if err != nil {
		return nodeReply{}, goneIsNotStale(err, exists)
	}
	n, err := res.Records[0].Node()
	return nodeReply{Node: n}, err
}

func (a *API) putEdge(ctx context.Context, req changedEdge) (edgeReply, error) {
	versions, err := ifMatch(req.IfMatch)
	if err != nil {
		return edgeReply{}, err
	}
	err = errors.Join(sameID(&req.Body.ID, req.ID), readOnly("", req.Body.Version, req.Body.Seq, versions))
	if err != nil {
		return edgeReply{}, err
	}
	current, exists := a.ledger.Snapshot().EdgeHead(req.ID)
	res, err := a.applyOne(ctx, req.write, graph.Op{PutEdge: &req.Body, IfVersion: oneOf(versions, current)})
	if err != nil {
		return edgeReply{}, goneIsNotStale(err, exists)
	}
	e, err := res.Records[0].Edge()
	return edgeReply{Edge: e}, err
}

// applyOne applies a batch of one operation; what is wrong with it is wrong
// with the body itself.
func (a *API) applyOne(ctx context.Context, w write, op graph.Op) (ledger.Result, error) {
	res, err := a.apply(ctx, w, w.Reason, []graph.Op{op})
	if err == nil {
		return res, nil
	}
	var mine []error
	for _, e := range graph.InvalidErrors(err) {
		c := *e
		if rest, ok := strings.CutPrefix(c.Field, "operations/0"); ok {
			_, c.Field, _ = strings.Cut(strings.TrimPrefix(rest, "/"), "/")
		}
		mine = append(mine, &c)
	}
	if _, isStatus := errors.AsType[*statusError](err); isStatus || len(mine) == 0 {
		return res, err
	}
	return res, errors.Join(mine...)
}

// apply gives ops to the ledger as one batch of the caller.
func (a *API) apply(ctx context.Context, w write, reason string, ops []graph.Op) (ledger.Result, error) {
	if err := validKey(w.Key); err != nil {
		return ledger.Result{}, err
	}
	res, err := a.ledger.Apply(ctx, graph.Batch{
		Author: identityOf(ctx).Name, Reason: reason, Command: w.Key, Hash: w.Digest, Ops: ops,
	})
	return res, writeError(err)
}

// writeError gives a key that was used for another request its own status.
func writeError(err error) error {
	if errors.Is(err, ledger.ErrCommandReused) {
		return &statusError{code: "key_reused", status: http.StatusUnprocessableEntity}
	}
	return err
}

const maxKey = 200

// validKey refuses an Idempotency-Key that a log could not show.
func validKey(key string) error {
	ok := len(key) <= maxKey
	for _, r := range key {
		ok = ok && r > ' ' && r < 0x7f
	}
	if !ok {
		return &graph.InvalidError{Field: "Idempotency-Key", Code: "idempotency_key"}
	}
	return nil
}

// readOnly lets a caller send back the version that it read, as a whole record
// has it, and nothing else of what is not a caller's to write.
func readOnly(at string, version int64, seq graph.Seq, versions []int64) error {
	for _, v := range versions {
		if version == v {
			return nil
		}
	}
	var errs []error
	for name, n := range map[string]int64{"version": version, "seq": int64(seq)} {
		if n != 0 {
			errs = append(errs, &graph.InvalidError{Field: join(at, name), Code: "read_only", Value: strconv.FormatInt(n, 10)})
		}
	}
	return errors.Join(errs...)
}

// sameID fills in the id of the address, which a body need not repeat and may
// not contradict.
func sameID(body *graph.ID, path graph.ID) error {
	if *body != "" && *body != path {
		return &graph.InvalidError{Field: "id", Code: "id_differs", Value: shorten(string(*body)), Want: string(path)}
	}
	*body = path
	return nil
}

// oneOf returns the version among those that the caller would accept that the
// record has; one that it does not have, if it has none of them.
func oneOf(versions []int64, current graph.Head) *int64 {
	for _, v := range versions {
		if v == current.Version {
			return &v
		}
	}
	return &versions[0]
}

// goneIsNotStale says not found of what is not there at all.
func goneIsNotStale(err error, exists bool) error {
	if errors.Is(err, graph.ErrStale) && !exists {
		return graph.ErrNotFound
	}
	return err
}
