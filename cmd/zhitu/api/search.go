package api

import (
	"context"
	"errors"
	"net/http"

	"zhitu/graph"
	"zhitu/search"
)

// searchAsked is a query to the full-text index. Filters have the names of the
// index's facets.
type searchAsked struct {
	paging
	Q         string              `query:"q"`
	Filters   map[string][]string `facets:"all"`
	Facets    []string            `query:"facets" kinds:"facet"`
	Sort      string              `query:"sort" enum:"name,-name,date,-date,severity,-severity,kind,-kind"`
	Highlight bool                `query:"highlight"`
	MinSeq    graph.Seq           `query:"min_seq" min:"0"`
	AsOf      graph.Date          `query:"as_of"`
}

func (a *API) searchNodes(ctx context.Context, req searchAsked) (search.Page, error) {
	if a.search == nil {
		return search.Page{}, errBuilding
	}
	if req.MinSeq > 0 {
		a.search.WaitFor(ctx, req.MinSeq) // the answer says how far it got
	}
	v, err := a.view(ctx, req.AsOf, nil)
	if err != nil {
		return search.Page{}, err
	}
	page, err := a.search.Search(ctx, v, search.Query{
		Text: req.Q, Filters: req.Filters, Facets: req.Facets, Sort: req.Sort, Highlight: req.Highlight,
		PageSize: req.Size, PageToken: req.Token, IncludeTotal: req.IncludeTotal,
	})
	return page, errNoIndex(err)
}

// suggestAsked completes what is being typed.
type suggestAsked struct {
	Q     string     `query:"q"`
	Kind  []string   `query:"kind" kinds:"node"`
	Limit int        `query:"limit" default:"10" min:"1" max:"50"`
	AsOf  graph.Date `query:"as_of"`
}

type suggestions struct {
	Items []search.Suggestion `json:"items"`
}

func (a *API) suggest(ctx context.Context, req suggestAsked) (suggestions, error) {
	if a.search == nil {
		return suggestions{}, errBuilding
	}
	v, err := a.view(ctx, req.AsOf, nil)
	if err != nil {
		return suggestions{}, err
	}
	kinds := make([]graph.NodeKind, len(req.Kind))
	for i, k := range req.Kind {
		kinds[i] = graph.NodeKind(k)
	}
	items, err := a.search.Suggest(ctx, v, req.Q, kinds, req.Limit)
	if items == nil {
		items = []search.Suggestion{}
	}
	return suggestions{items}, errNoIndex(err)
}

var errBuilding = &statusError{code: "search_building", status: http.StatusServiceUnavailable, retry: 2}

// errNoIndex tells an index that is not there yet from a service that is not.
func errNoIndex(err error) error {
	if !errors.Is(err, graph.ErrUnavailable) {
		return err
	}
	return &statusError{code: errBuilding.code, status: errBuilding.status, retry: errBuilding.retry, cause: err}
}
