package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"zhitu/graph"
)

// streamRequest asks for the log as it grows.
type streamRequest struct {
	After       graph.Seq `query:"after" min:"0"`
	LastEventID string    `header:"Last-Event-ID"`
}

// writePatience is how long one event may take to be written: a reader who
// stalls is cut off, and resumes with Last-Event-ID.
const writePatience = 30 * time.Second

func (a *API) streamEndpoint() endpoint {
	params := paramsOf(reflect.TypeFor[streamRequest]())
	return endpoint{params: params, handle: func(c *gin.Context) {
		in, err := read(c, bodyLimit(c))
		if err != nil {
			a.fail(c, err)
			return
		}
		var req streamRequest
		if err := in.bind(&req, params); err != nil {
			a.fail(c, err)
			return
		}
		after, err := req.start()
		if err != nil {
			a.fail(c, err)
			return
		}
		s := stream{a: a, c: c, last: after}
		if err := s.run(c.Request.Context()); err != nil {
			c.Set(failureKey, err)
		}
	}}
}

// start returns the number after which the stream begins; what a browser sends
// when it reconnects comes first.
func (r streamRequest) start() (graph.Seq, error) {
	if r.LastEventID == "" {
		return r.After, nil
	}
	n, err := strconv.ParseInt(r.LastEventID, 10, 64)
	if err != nil || n < 0 {
		return 0, &graph.InvalidError{Field: "Last-Event-ID", Code: "out_of_range", Value: shorten(r.LastEventID), Want: "≥ 0"}
	}
	return graph.Seq(n), nil
}

// stream sends every entry that the caller may see, once, in order, as an event
// whose id is its number.
type stream struct {
	a    *API
	c    *gin.Context
	last graph.Seq // read so far
}

func (s *stream) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { // ends with the stream
		select {
		case <-s.a.draining:
			cancel()
		case <-ctx.Done():
		}
	}()
	h := s.c.Writer.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	s.c.Status(http.StatusOK)
	if err := s.send(": begin\n\n"); err != nil {
		return err
	}
	var err error
	for err == nil {
		if err = s.catchUp(ctx); err == nil {
			err = s.wait(ctx)
		}
	}
	return s.reason(ctx, err)
}

// catchUp sends what the log holds beyond last.
func (s *stream) catchUp(ctx context.Context) error {
	y := s.a.eyesOf(ctx)
	for e, err := range s.a.ledger.Changes(ctx, s.last) {
		if err != nil {
			return err
		}
		shown, ok, err := y.entry(ctx, e)
		if err != nil {
			return err
		}
		if ok {
			data, err := shown.MarshalJSON()
			if err != nil {
				return err
			}
			if err := s.send(fmt.Sprintf("id: %d\nevent: entry\ndata: %s\n\n", e.Seq, data)); err != nil {
				return err
			}
		}
		s.last = e.Seq
	}
	return nil
}

// wait returns when the log has grown, and shows signs of life until then.
func (s *stream) wait(ctx context.Context) error {
	for {
		beat, cancel := context.WithTimeout(ctx, s.a.config.Heartbeat)
		err := s.a.ledger.Wait(beat, s.last)
		cancel()
		if err == nil || ctx.Err() != nil {
			return err
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		if err := s.send(": still here\n\n"); err != nil {
			return err
		}
	}
}

// reason returns why a stream ended, nil when it is nobody's failure: the reader
// has gone or the process stops, and the stream is resumed elsewhere.
func (s *stream) reason(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return fmt.Errorf("stream after %d: %w", s.last, err)
	}
	return nil
}

func (s *stream) send(text string) error {
	if err := longer(s.c, writePatience); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := s.c.Writer.WriteString(text); err != nil {
		return err
	}
	return http.NewResponseController(s.c.Writer).Flush()
}
