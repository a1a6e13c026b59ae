package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strconv"

	"github.com/gin-gonic/gin"

	"zhitu/graph"
	"zhitu/graph/answer"
	"zhitu/seed"
)

// Answers as files: the report of a chain, and the export of a view. What a
// file holds is what the screen shows.

// reportFile is one form in which the answer of the question of the report is
// given.
type reportFile struct {
	suffix, media string
	write         func(io.Writer, answer.Envelope, string) error
}

func reportFiles() []reportFile {
	return []reportFile{
		{".xlsx", seed.ExportType("xlsx"), seed.WriteReportXLSX},
		{".html", "text/html; charset=utf-8", seed.WriteReportHTML},
	}
}

// reportRoute serves the report of a chain as a file.
func (a *API) reportRoute(q answer.Question, f reportFile) route {
	show := func(c *gin.Context, env answer.Envelope) {
		var b bytes.Buffer
		if err := f.write(&b, env, c.Query("lang")); err != nil {
			a.fail(c, fmt.Errorf("report: %w", err))
			return
		}
		h := c.Writer.Header()
		h.Set("ETag", `"`+env.Fingerprint+`"`)
		if f.suffix == ".xlsx" {
			h.Set("Content-Disposition", attachment(c.Param("id")+f.suffix))
		}
		h.Set("Content-Length", strconv.Itoa(b.Len()))
		c.Data(http.StatusOK, f.media, b.Bytes())
	}
	return route{method: get, path: q.Path + f.suffix, class: Traversal, need: toRead, endpoint: a.askAs(q, show), merged: true}
}

// attachment names a file for the one who saves it; names are ids, so ASCII.
func attachment(name string) string { return `attachment; filename="` + url.PathEscape(name) + `"` }

// exportRequest asks for a view as one file.
type exportRequest struct {
	Format string     `query:"format" enum:"csv,cypher,graphml,jsonld,ndjson,xlsx" default:"ndjson"`
	Chain  graph.ID   `query:"chain" kind:"Chain"`
	Kind   string     `query:"kind"`
	AsOf   graph.Date `query:"as_of"`
	Seq    *graph.Seq `query:"seq" min:"0"`
}

func (a *API) exportEndpoint() endpoint {
	params := paramsOf(reflect.TypeFor[exportRequest]())
	return endpoint{params: params, handle: func(c *gin.Context) {
		in, err := read(c, bodyLimit(c))
		if err != nil {
			a.fail(c, err)
			return
		}
		var req exportRequest
		if err := in.bind(&req, params); err != nil {
			a.fail(c, err)
			return
		}
		selection, err := a.selectFor(c.Request.Context(), req)
		if err != nil {
			a.fail(c, err)
			return
		}
		a.sendExport(c, req, selection)
	}}
}

// selectFor checks what is asked for before the first byte goes out.
func (a *API) selectFor(ctx context.Context, req exportRequest) (seed.Selection, error) {
	if seed.ExportType(req.Format) == "" {
		return seed.Selection{}, &graph.InvalidError{Field: "format", Code: "unknown_code", Value: req.Format, Want: fmt.Sprint(seed.ExportFormats())}
	}
	kind := graph.NodeKind(req.Kind)
	if spec, ok := graph.NodeSpecOf(kind); req.Kind != "" && (!ok || spec.System) {
		return seed.Selection{}, &graph.InvalidError{Field: "kind", Code: "unknown_kind", Value: req.Kind}
	}
	view, err := a.view(ctx, req.AsOf, req.Seq)
	if err != nil {
		return seed.Selection{}, err
	}
	if req.Chain == "" {
		return seed.SelectAll(ctx, view, kind, nil), nil
	}
	only, err := answer.ChainNodes(ctx, view, req.Chain)
	return seed.SelectAll(ctx, view, kind, only), err
}

// sendExport streams: an export may be larger than memory should hold. What
// fails on the way breaks the connection off, so that nobody takes a part for
// the whole.
func (a *API) sendExport(c *gin.Context, req exportRequest, s seed.Selection) {
	h := c.Writer.Header()
	h.Set("Content-Type", seed.ExportType(req.Format))
	h.Set("Content-Disposition", attachment("zhitu."+req.Format))
	c.Status(http.StatusOK)
	if err := seed.Export(c.Writer, req.Format, s); err != nil {
		if !c.Writer.Written() {
			h.Del("Content-Disposition")
			a.fail(c, err)
			return
		}
		c.Set(failureKey, err)
		panic(http.ErrAbortHandler)
	}
}
