package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"zhitu/graph/answer"
)

// route is one row of the table of routes.
type route struct {
	method   string
	path     string // gin syntax
	class    Class
	need     need
	endpoint endpoint
	body     int64         // bytes; 0: those of an ordinary body
	timeout  time.Duration // 0: that of a read
	merged   bool          // {id} of a merged node leads to the kept one
}

// Sizes of bodies.
const (
	ordinaryBody = 1 << 20
	batchBody    = 16 << 20
)

// exportTimeout is for all of an export, which may be large.
const exportTimeout = 10 * time.Minute

const get, post, put, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete

// routes returns every route of the API; no other place makes one.
func (a *API) routes() []route {
	v1 := append(a.graphRoutes(), a.questionRoutes()...)
	for i := range v1 {
		v1[i].path = answer.Root + v1[i].path
	}
	return append(v1, a.serviceRoutes()...)
}

// graphRoutes are those of the records, of their log and of the search.
func (a *API) graphRoutes() []route {
	write := a.config.WriteTimeout
	return []route{
		{method: get, path: "/schema", class: Point, need: toRead, endpoint: serve(a, a.schema)},
		{method: get, path: "/nodes", class: Traversal, need: toRead, endpoint: serve(a, a.listNodes)},
		{method: post, path: "/nodes", class: Writing, need: toWrite, endpoint: serve(a, a.createNode), timeout: write},
		{method: get, path: "/nodes/:id", class: Point, need: toRead, endpoint: serve(a, a.getNode), merged: true},
		{method: put, path: "/nodes/:id", class: Writing, need: toWrite, endpoint: serve(a, a.putNode), timeout: write, merged: true},
		{method: del, path: "/nodes/:id", class: Writing, need: toWrite, endpoint: serve(a, a.deleteNode), timeout: write, merged: true},
		{method: get, path: "/nodes/:id/edges", class: Point, need: toRead, endpoint: serve(a, a.nodeEdges), merged: true},
		// The history of a merged node is its own.
		{method: get, path: "/nodes/:id/history", class: Point, need: toRead, endpoint: serve(a, a.nodeHistory)},
		{method: post, path: "/edges", class: Writing, need: toWrite, endpoint: serve(a, a.createEdge), timeout: write},
		{method: get, path: "/edges/:id", class: Point, need: toRead, endpoint: serve(a, a.getEdge)},
		{method: put, path: "/edges/:id", class: Writing, need: toWrite, endpoint: serve(a, a.putEdge), timeout: write},
		{method: del, path: "/edges/:id", class: Writing, need: toWrite, endpoint: serve(a, a.deleteEdge), timeout: write},
		{method: get, path: "/edges/:id/history", class: Point, need: toRead, endpoint: serve(a, a.edgeHistory)},
		{method: post, path: "/batches", class: Writing, need: toWrite, endpoint: serve(a, a.applyBatch), timeout: write, body: batchBody},
		{method: get, path: "/changes", class: Point, need: toRead, endpoint: serve(a, a.listChanges)},
		{method: get, path: "/changes/stream", class: Streaming, need: toRead, endpoint: a.streamEndpoint()},
		{method: post, path: "/changes/:seq/undo", class: Writing, need: toWrite, endpoint: serve(a, a.undo), timeout: write},
		{method: post, path: "/nodes/:id/merge", class: Writing, need: toWrite, endpoint: serve(a, a.mergeNode), timeout: write},
		{method: post, path: "/nodes/:id/unmerge", class: Writing, need: toWrite, endpoint: serve(a, a.unmergeNode), timeout: write},
		{method: post, path: "/duplicates/decisions", class: Writing, need: toWrite, endpoint: serve(a, a.decideDuplicate), timeout: write},
		{method: get, path: "/export", class: Traversal, need: toRead, endpoint: a.exportEndpoint(), timeout: exportTimeout},
		{method: get, path: "/search", class: Searching, need: toRead, endpoint: serve(a, a.searchNodes)},
		{method: get, path: "/suggest", class: Searching, need: toRead, endpoint: serve(a, a.suggest)},
	}
}

// questionRoutes are those of the registry, and its answers as pictures and
// files.
func (a *API) questionRoutes() []route {
	var rows []route
	for _, q := range answer.Registry() {
		rows = append(rows, a.questionRoute(q))
		switch q.Name {
		case "map":
			rows = append(rows, a.pictureRoute(q))
		case "report":
			for _, f := range reportFiles() {
				rows = append(rows, a.reportRoute(q, f))
			}
		}
	}
	return rows
}

// serviceRoutes are those beside the versioned API.
func (a *API) serviceRoutes() []route {
	return []route{
		{method: post, path: "/mcp", class: Traversal, need: toRead, endpoint: a.mcpEndpoint(), body: batchBody},
		{method: get, path: "/livez", class: Free, need: nothing, endpoint: serve(a, a.live)},
		{method: get, path: "/readyz", class: Free, need: nothing, endpoint: serve(a, a.ready)},
		{method: get, path: "/metrics", class: Free, need: toRead, endpoint: a.metricsEndpoint()},
		{method: get, path: "/openapi.yaml", class: Free, need: nothing, endpoint: a.fileEndpoint("openapi.yaml", "application/yaml")},
		{method: get, path: "/docs", class: Free, need: nothing, endpoint: a.fileEndpoint("docs.html", "text/html; charset=utf-8")},
		{method: get, path: "/docs/style.css", class: Free, need: nothing, endpoint: a.fileEndpoint("docs.css", "text/css; charset=utf-8")},
	}
}

// newRouter lays the middlewares around every row of the table.
func (a *API) newRouter() (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode) // its debug banner would stand in the JSON log
	r := gin.New()
	r.RedirectTrailingSlash, r.RedirectFixedPath = false, false
	r.HandleMethodNotAllowed = true
	r.UseRawPath, r.UnescapePathValues = true, true // a %2F in an id is part of the id
	if err := r.SetTrustedProxies(nil); err != nil {
		return nil, err
	}
	r.Use(identify, a.observe, a.rescue, protect, a.crossOrigin(http.NewCrossOriginProtection()))
	for _, row := range a.routes() {
		r.Handle(row.method, row.path, a.chain(row)...)
	}
	r.NoMethod(func(c *gin.Context) {
		a.fail(c, &statusError{code: "method_not_allowed", status: http.StatusMethodNotAllowed})
	})
	r.NoRoute(func(c *gin.Context) {
		if a.config.Web == nil || isAPI(c.Request.URL.Path) {
			a.fail(c, &statusError{code: "no_route", status: http.StatusNotFound})
			return
		}
		c.Status(http.StatusOK) // gin has put 404 there already
		a.config.Web.ServeHTTP(c.Writer, c.Request)
	})
	return r, nil
}

// isAPI tells whether nothing but this package may answer at path, so that a
// client's mistake gets an error body and never a page.
func isAPI(path string) bool {
	for _, root := range []string{"/api", "/docs", "/openapi.yaml", "/livez", "/readyz", "/metrics", "/reconcile", "/mcp"} {
		if path == root || strings.HasPrefix(path, root+"/") {
			return true
		}
	}
	return false
}

// chain is what lies around one handler.
func (a *API) chain(row route) []gin.HandlerFunc {
	body, timeout := row.body, row.timeout
	if body == 0 {
		body = ordinaryBody
	}
	if timeout == 0 {
		timeout = a.config.QueryTimeout
	}
	chain := []gin.HandlerFunc{private, limitBody(body), a.authenticate(row.need)}
	if row.class != Streaming {
		chain = append(chain, deadline(timeout))
	}
	if row.class != Free {
		chain = append(chain, a.admit(row.class))
	}
	if row.merged {
		chain = append(chain, a.followMerged)
	}
	return append(chain, row.endpoint.handle)
}
