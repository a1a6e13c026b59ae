package api

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
)

// Class is what a route costs. Calls of one class wait for one another, never
// for those of another: a queue of long traversals leaves point reads fast.
type Class string

// The classes.
const (
	Point     Class = "point"     // one record, a page of them
	Traversal Class = "traversal" // a question
	Searching Class = "search"
	Writing   Class = "write"
	Streaming Class = "stream" // held open; nothing is computed
	Free      Class = "free"   // health and documents: never queued
)

// Limit bounds one class: how many of its calls run at a time, and how many may
// wait. One more is refused at once, which is what keeps the others' time short.
type Limit struct{ Running, Waiting int }

func defaultLimits() map[Class]Limit {
	cores := runtime.GOMAXPROCS(0)
	return map[Class]Limit{
		Point:     {Running: 8 * cores, Waiting: 256},
		Traversal: {Running: 2 * cores, Waiting: 64},
		Searching: {Running: 2 * cores, Waiting: 64},
		Writing:   {Running: 64, Waiting: 256}, // they wait in the ledger, not for a core
		Streaming: {Running: 256, Waiting: 0},
	}
}

// gate lets so many through at a time.
type gate struct {
	slots   chan struct{}
	waiting atomic.Int64
	most    int64
}

func newGate(l Limit) *gate {
	return &gate{slots: make(chan struct{}, l.Running), most: int64(l.Waiting)}
}

// enter returns true once the caller may go on, and then needs a leave; false
// when too many wait or ctx ends.
func (g *gate) enter(ctx context.Context) bool {
	select {
	case g.slots <- struct{}{}:
		return true
	default:
	}
	if g.waiting.Add(1) > g.most {
		g.waiting.Add(-1)
		return false
	}
	defer g.waiting.Add(-1)
	select {
	case g.slots <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (g *gate) leave() { <-g.slots }

// admit holds a call until its class has room.
func (a *API) admit(of Class) gin.HandlerFunc {
	g := a.gates[of]
	return func(c *gin.Context) {
		if !g.enter(c.Request.Context()) {
			if errors.Is(c.Request.Context().Err(), context.Canceled) {
				a.fail(c, context.Canceled)
				return
			}
			a.metrics.refused.WithLabelValues(string(of)).Inc()
			a.fail(c, &statusError{code: "busy", status: http.StatusServiceUnavailable, retry: 1})
			return
		}
		defer g.leave()
		c.Next()
	}
}

// deadline bounds the work of one call; what waits for a slot is part of it.
func deadline(d time.Duration) gin.HandlerFunc {
	return func(c *gin.Context) {
		ctx, cancel := context.WithTimeout(c.Request.Context(), d)
		defer cancel()
		c.Request = c.Request.WithContext(ctx)
		c.Next()
	}
}
