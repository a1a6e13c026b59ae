package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
	"unicode"

	"github.com/gin-gonic/gin"
)

// Keys of what the middlewares leave in a gin.Context for one another.
const (
	requestIDKey = "request_id"
	callerKey    = "caller"
	failureKey   = "failure"
	bodyLimitKey = "body_limit"
)

const maxRequestID = 64

// identify gives every request an id and says it in the answer. The caller's
// own is kept when it is harmless, so that one id follows a call through
// several services.
func identify(c *gin.Context) {
	id := c.Request.Header.Get("X-Request-Id")
	if !sane(id) {
		id = rand.Text()
	}
	c.Set(requestIDKey, id)
	c.Writer.Header().Set("X-Request-Id", id)
}

func sane(id string) bool {
	if id == "" || len(id) > maxRequestID {
		return false
	}
	for _, r := range id {
		if r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-", r) {
			return false
		}
	}
	return true
}

func requestID(c *gin.Context) string { return c.GetString(requestIDKey) }

// observe writes one line for each request and counts it, one that ends in a
// panic too. Nothing of a body, a query or a header but the user agent goes into
// the line.
func (a *API) observe(c *gin.Context) {
	start := a.config.Now()
	a.metrics.inFlight.Inc()
	defer func() {
		a.metrics.inFlight.Dec()
		route := c.FullPath()
		if route == "" {
			route = "unknown" // one label for all, or a scanner makes thousands
		}
		took := a.config.Now().Sub(start)
		a.metrics.observe(route, c.Request.Method, c.Writer.Status(), took)
		a.log(c, route, took)
	}()
	c.Next()
}

func (a *API) log(c *gin.Context, route string, took time.Duration) {
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("request_id", requestID(c)), slog.String("method", printable(c.Request.Method)),
		slog.String("route", route), slog.String("path", printable(c.Request.URL.Path)),
		slog.Int("status", c.Writer.Status()), slog.Int64("bytes", int64(max(0, c.Writer.Size()))),
		slog.Duration("took", took), slog.String("remote", remoteOf(c.Request)),
		slog.String("caller", c.GetString(callerKey)), slog.String("agent", printable(c.Request.UserAgent())),
	}
	if err, failed := c.Get(failureKey); failed {
		attrs = append(attrs, slog.String("error", printable(fmt.Sprint(err))))
		if c.Writer.Status() >= http.StatusInternalServerError {
			level = slog.LevelError
		}
	}
	a.config.Logger.LogAttrs(context.WithoutCancel(c.Request.Context()), level, "request", attrs...)
}

func remoteOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return host
}

// maxLogged bounds what one attribute of a line holds.
const maxLogged = 500

// printable makes s fit for one line of a log: what a terminal or a viewer
// would obey, control and bidi characters above all, is written as an escape.
func printable(s string) string {
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(s, "�") {
		if b.Len() > maxLogged {
			b.WriteString("…")
			break
		}
		if unicode.IsPrint(r) && !unicode.Is(unicode.Bidi_Control, r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "<%U>", r)
		}
	}
	return b.String()
}

// rescue turns a panic into an error body. What has been sent already cannot be
// taken back: then the connection is cut, so that nobody takes half an answer
// for a whole one.
func (a *API) rescue(c *gin.Context) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		a.config.Logger.ErrorContext(c.Request.Context(), "panic", "request_id", requestID(c),
			"panic", printable(fmt.Sprint(p)), "stack", string(debug.Stack()))
		a.metrics.panics.Inc()
		if c.Writer.Written() || errors.Is(asError(p), http.ErrAbortHandler) {
			panic(http.ErrAbortHandler)
		}
		a.fail(c, fmt.Errorf("panic: %v", p))
	}()
	c.Next()
}

func asError(p any) error {
	err, _ := p.(error)
	return err
}

// protect sets the headers that are the same on every answer. The policy is
// static: no page of this service needs another origin, a frame or an inline
// script.
func protect(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// private keeps answers, which depend on the caller and the number of the
// graph, out of shared caches and has the others asked again.
func private(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Authorization")
	h.Add("Vary", "Accept-Language")
}

// limitBody says how large a body the route takes.
func limitBody(n int64) gin.HandlerFunc {
	return func(c *gin.Context) { c.Set(bodyLimitKey, n) }
}

func bodyLimit(c *gin.Context) int64 { return c.GetInt64(bodyLimitKey) }

// longer lets a write that came in time also be answered in time.
func longer(c *gin.Context, d time.Duration) error {
	return http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(d))
}
