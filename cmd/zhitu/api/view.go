package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"zhitu/graph"
	"zhitu/graph/snapshot"
)

// pinned are the parameters of whatever is a function of the graph at a number.
type pinned struct {
	Seq *graph.Seq `query:"seq" min:"0"`
}

// today is the civil day in Asia/Shanghai.
func (a *API) today() graph.Date { return graph.DateAt(a.config.Now()) }

// snapshotAt returns the graph at seq, the newest for nil.
func (a *API) snapshotAt(ctx context.Context, seq *graph.Seq) (*snapshot.Snapshot, error) {
	s := a.ledger.Snapshot()
	if seq == nil || *seq == s.Seq() {
		return s, nil
	}
	if *seq < 0 || *seq > s.Seq() {
		return nil, &graph.InvalidError{
			Field: "seq", Code: "seq_ahead", Value: strconv.FormatInt(int64(*seq), 10), Want: strconv.FormatInt(int64(s.Seq()), 10),
		}
	}
	return a.ledger.At(ctx, *seq)
}

// view returns what the caller may see of the graph at seq (nil: now) on asOf
// (Unknown: today).
func (a *API) view(ctx context.Context, asOf graph.Date, seq *graph.Seq) (*graph.View, error) {
	s, err := a.snapshotAt(ctx, seq)
	if err != nil {
		return nil, err
	}
	if asOf == graph.Unknown {
		asOf = a.today()
	}
	return graph.NewView(s, s.Seq(), graph.Scope{AsOf: asOf, Caller: identityOf(ctx).Caller}), nil
}

// records returns the caller's view of records as such.
func (a *API) records(ctx context.Context, seq *graph.Seq) (*graph.View, error) {
	v, err := a.view(ctx, graph.Unknown, seq)
	if err != nil {
		return nil, err
	}
	return v.Records(), nil
}

// maxMerges bounds how often a merged node's kept one was merged in turn.
const maxMerges = 64

// followMerged answers a call about a merged node with the address of the one
// that was kept. A merged node that the caller may not see is not there.
func (a *API) followMerged(c *gin.Context) {
	id := graph.ID(c.Param("id"))
	h, ok := a.ledger.Snapshot().Head(id)
	if !ok || h.State != graph.Merged {
		return
	}
	s, caller := a.ledger.Snapshot(), identityOf(c.Request.Context()).Caller
	if seq, err := strconv.ParseInt(c.Query("seq"), 10, 64); err == nil {
		pin := graph.Seq(seq)
		if s, err = a.snapshotAt(c.Request.Context(), &pin); err != nil {
			return // the handler says so
		}
	}
	kept := id
	for range maxMerges {
		h, ok := s.Head(kept)
		if !ok || !caller.Sees(h.Visibility, h.Owner) {
			return
		}
		if h.State != graph.Merged {
			break
		}
		kept = h.MergedInto
	}
	if kept == id {
		return
	}
	to := url.URL{Path: strings.Replace(c.FullPath(), ":id", string(kept), 1), RawQuery: c.Request.URL.RawQuery}
	c.Writer.Header().Set("Location", to.String())
	c.Status(http.StatusPermanentRedirect)
	c.Abort()
}
