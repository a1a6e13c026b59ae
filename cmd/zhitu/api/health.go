package api

import (
	"context"
	"embed"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// health is how the service is doing. Checks are for administrators.
type health struct {
	Status string  `json:"status"` // ok, ready, not_ready
	Checks []check `json:"checks,omitempty"`
}

type check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

func (h health) respond(http.Header) int {
	if h.Status == "not_ready" {
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

// live says that the process answers, and asks nothing else: a dead database is
// no reason to kill it.
func (a *API) live(context.Context, struct{}) (health, error) { return health{Status: "ok"}, nil }

// pingTimeout bounds the question to the store: a hanging one is a dead one.
const pingTimeout = time.Second

// ready says whether callers should be sent here.
func (a *API) ready(ctx context.Context, _ struct{}) (health, error) {
	checks := []check{a.checkStore(ctx), a.checkSearch(), {Name: "stopping", OK: !a.isDraining()}}
	h := health{Status: "ready"}
	for _, c := range checks {
		if !c.OK {
			h.Status = "not_ready"
		}
	}
	if identityOf(ctx).Caller.Everything {
		h.Checks = checks
	}
	return h, nil
}

func (a *API) checkStore(ctx context.Context) check {
	c := check{Name: "store", OK: true, Detail: fmt.Sprintf("seq %d", a.ledger.Snapshot().Seq())}
	if a.config.Ready == nil {
		return c
	}
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	if err := a.config.Ready(ctx); err != nil {
		c.OK, c.Detail = false, err.Error()
	}
	return c
}

func (a *API) checkSearch() check {
	c := check{Name: "search", Detail: "no index"}
	if a.search == nil {
		return c
	}
	s := a.search.Status()
	c.OK = s.Serving && s.Lag <= a.config.MaxLag
	c.Detail = fmt.Sprintf("serving %t, lag %d, rebuilding %t", s.Serving, s.Lag, s.Rebuilding)
	return c
}

func (a *API) metricsEndpoint() endpoint {
	h := promhttp.HandlerFor(a.metrics.registry, promhttp.HandlerOpts{})
	return endpoint{handle: func(c *gin.Context) { h.ServeHTTP(c.Writer, c.Request) }}
}

//go:embed openapi.yaml docs.html docs.css
var files embed.FS

// fileEndpoint serves one embedded file as it is.
func (a *API) fileEndpoint(name, contentType string) endpoint {
	return endpoint{handle: func(c *gin.Context) {
		body, err := files.ReadFile(name)
		if err != nil {
			a.fail(c, err)
			return
		}
		c.Data(http.StatusOK, contentType, body)
	}}
}
