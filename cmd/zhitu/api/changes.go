package api

import (
	"context"
	"strconv"

	"zhitu/graph"
)

// historyOf asks for the entries that changed one record.
type historyOf struct {
	paging
	ID graph.ID `path:"id"`
}

func (a *API) nodeHistory(ctx context.Context, req historyOf) (page[graph.Entry], error) {
	entries, err := a.ledger.History(ctx, req.ID)
	if err != nil {
		return page[graph.Entry]{}, err
	}
	return a.historyPage(ctx, req.paging, entries)
}

func (a *API) edgeHistory(ctx context.Context, req historyOf) (page[graph.Entry], error) {
	entries, err := a.ledger.EdgeHistory(ctx, req.ID)
	if err != nil {
		return page[graph.Entry]{}, err
	}
	return a.historyPage(ctx, req.paging, entries)
}

// historyPage shows entries oldest first. A record of which the caller may see
// no version is not there.
func (a *API) historyPage(ctx context.Context, p paging, entries []graph.Entry) (page[graph.Entry], error) {
	y := a.eyesOf(ctx)
	var seen []graph.Entry
	for _, e := range entries {
		shown, ok, err := y.entry(ctx, e)
		if err != nil {
			return page[graph.Entry]{}, err
		}
		if ok {
			seen = append(seen, shown)
		}
	}
	if len(seen) == 0 {
		return page[graph.Entry]{}, graph.ErrNotFound
	}
	return cut(p, "history", seen, func(e graph.Entry) string { return sortable(e.Seq) })
}

// sortable writes a number so that texts order as numbers do.
func sortable(seq graph.Seq) string {
	s := strconv.FormatInt(int64(seq), 10)
	const width = 19
	return "0000000000000000000"[:width-len(s)] + s
}

// changesAfter asks for the log from a number on.
type changesAfter struct {
	After graph.Seq `query:"after" min:"0"`
	Size  int       `query:"page_size" default:"50" min:"1" max:"1000"`
	Token string    `query:"page_token"`
}

// changesPage is a page of the log. Last is the number up to which it has been
// read, hidden entries included: where to go on when there is no next page yet.
type changesPage struct {
	Items         []graph.Entry `json:"items"`
	Last          graph.Seq     `json:"last"`
	NextPageToken string        `json:"next_page_token"`
}

// maxPageBytes ends a page early: entries hold whole records.
const maxPageBytes = 8 << 20

func (a *API) listChanges(ctx context.Context, req changesAfter) (changesPage, error) {
	if req.Token != "" {
		n, err := strconv.ParseInt(req.Token, 10, 64)
		if err != nil || n < 0 {
			return changesPage{}, &graph.InvalidError{Field: "page_token", Code: "bad_page_token"}
		}
		req.After = graph.Seq(n)
	}
	out := changesPage{Items: []graph.Entry{}, Last: req.After}
	y, size := a.eyesOf(ctx), 0
	for e, err := range a.ledger.Changes(ctx, req.After) {
		if err != nil {
			return changesPage{}, err
		}
		if len(out.Items) == req.Size || size > maxPageBytes {
			out.NextPageToken = strconv.FormatInt(int64(out.Last), 10)
			break
		}
		shown, ok, err := y.entry(ctx, e)
		if err != nil {
			return changesPage{}, err
		}
		if ok {
			out.Items = append(out.Items, shown)
			size += sizeOf(shown)
		}
		out.Last = e.Seq
	}
	return out, nil
}

func sizeOf(e graph.Entry) int {
	n := 0
	for _, c := range e.Changes {
		n += len(c.Before.Encoded()) + len(c.After.Encoded())
	}
	return n
}
