package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"zhitu/graph/ledger"
	"zhitu/search"
)

// Config is what an API is made of. Ledger is needed; everything else may be
// left zero.
type Config struct {
	Ledger *ledger.Ledger
	Search *search.Index // nil: there is none (yet), and searches are told so
	// Ready pings the store within the deadline of its context; nil: there is
	// nothing to ping.
	Ready func(context.Context) error
	Web   http.Handler // answers what is not of the API; nil: nothing does
	// Authenticate tells whose a bearer token is; nil: no token is good.
	Authenticate func(token string) (Identity, bool)
	// OpenRead lets anybody read what is public without a token. Only for a
	// service that nobody but its user can reach, or that means to be public.
	OpenRead bool
	Logger   *slog.Logger     // nil: nothing is logged
	Version  string           // what assistants are told that this is
	Now      func() time.Time // nil: time.Now; decides what today is

	QueryTimeout time.Duration   // of one read; 0: 10 s
	WriteTimeout time.Duration   // of one write; 0: 30 s
	Limits       map[Class]Limit // in place of the defaults, by class; for tests
	MaxLag       int64           // entries that search may lack before the service is not ready; 0: 10,000
	Heartbeat    time.Duration   // between signs of life on a stream; 0: 15 s
}

const (
	defaultQueryTimeout = 10 * time.Second
	defaultWriteTimeout = 30 * time.Second
	defaultMaxLag       = 10_000
	defaultHeartbeat    = 15 * time.Second
)

func (c Config) withDefaults() Config {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.QueryTimeout == 0 {
		c.QueryTimeout = defaultQueryTimeout
	}
	if c.WriteTimeout == 0 {
		c.WriteTimeout = defaultWriteTimeout
	}
	if c.MaxLag == 0 {
		c.MaxLag = defaultMaxLag
	}
	if c.Heartbeat == 0 {
		c.Heartbeat = defaultHeartbeat
	}
	return c
}

func (c Config) authenticate(token string) (Identity, bool) {
	if c.Authenticate == nil || token == "" {
		return Identity{}, false
	}
	return c.Authenticate(token)
}

// API answers requests over one graph. It is safe for concurrent use.
type API struct {
	config  Config
	ledger  *ledger.Ledger
	search  *search.Index
	gates   map[Class]*gate
	metrics *metrics
	router  *gin.Engine

	drain    sync.Once
	draining chan struct{} // closed when the process is about to stop
}

// New returns the API over config.Ledger.
func New(config Config) (*API, error) {
	if config.Ledger == nil {
		return nil, errors.New("api: no ledger")
	}
	a := &API{
		config: config.withDefaults(), ledger: config.Ledger, search: config.Search,
		gates: map[Class]*gate{}, draining: make(chan struct{}),
	}
	for of, limit := range defaultLimits() {
		if own, ok := config.Limits[of]; ok {
			limit = own
		}
		a.gates[of] = newGate(limit)
	}
	a.metrics = newMetrics(a)
	router, err := a.newRouter()
	if err != nil {
		return nil, err
	}
	a.router = router
	return a, nil
}

// Handler returns the whole of it: the API, what stands beside it, and the page.
func (a *API) Handler() http.Handler { return a.router }

// Drain says that the process is about to stop: it is not ready any more, so
// that no new callers are sent here, and streams end, to be resumed elsewhere.
// Everything else goes on.
func (a *API) Drain() { a.drain.Do(func() { close(a.draining) }) }

func (a *API) isDraining() bool {
	select {
	case <-a.draining:
		return true
	default:
		return false
	}
}
