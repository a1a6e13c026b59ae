package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"

	"github.com/gin-gonic/gin"
)

// endpoint is a handler with what it reads, for the check of the document.
type endpoint struct {
	handle gin.HandlerFunc
	params []param
	body   reflect.Type // nil: none
}

// responder is a response that has more to say than its JSON.
type responder interface {
	// respond sets headers and returns the status.
	respond(http.Header) int
}

// serve turns a function of a request into a handler: it is the only code that
// binds, encodes or answers with an error.
func serve[Req, Resp any](a *API, fn func(context.Context, Req) (Resp, error)) endpoint {
	t := reflect.TypeFor[Req]()
	e := endpoint{params: paramsOf(t)}
	if f, ok := bodyOf(t); ok {
		e.body = f.Type
	}
	e.handle = func(c *gin.Context) {
		in, err := read(c, bodyLimit(c))
		if err != nil {
			a.fail(c, err)
			return
		}
		var req Req
		if err := in.bind(&req, e.params); err != nil {
			a.fail(c, err)
			return
		}
		resp, err := fn(c.Request.Context(), req)
		if err != nil {
			a.fail(c, err)
			return
		}
		a.answer(c, resp)
	}
	return e
}

// answer writes resp, wholly encoded before the first byte goes out, so that
// an answer is whole or an error.
func (a *API) answer(c *gin.Context, resp any) {
	status := http.StatusOK
	header := c.Writer.Header()
	if r, ok := resp.(responder); ok {
		status = r.respond(header)
	}
	if tag := header.Get("ETag"); tag != "" && c.Request.Method == http.MethodGet && matches(c.Request.Header.Get("If-None-Match"), tag) {
		c.Status(http.StatusNotModified)
		return
	}
	body, err := encode(resp)
	if err != nil {
		a.fail(c, fmt.Errorf("encoding %T: %w", resp, err))
		return
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	c.Data(status, "application/json; charset=utf-8", body)
}

// encode writes text as it is: the page escapes what it shows.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// fail answers with the error body that err stands for, and leaves err itself
// to the log.
func (a *API) fail(c *gin.Context, err error) {
	b, header := errorOf(err, langOf(c.Request))
	b.RequestID = requestID(c)
	for name, values := range header {
		c.Writer.Header()[name] = values
	}
	c.Set(failureKey, err)
	body, encodeErr := encode(b)
	if encodeErr != nil { // strings and numbers always encode
		body = []byte(`{"code":"internal"}`)
	}
	c.Writer.Header().Del("ETag")
	c.Writer.Header().Set("Content-Length", strconv.Itoa(len(body)))
	c.Data(b.Status, "application/problem+json; charset=utf-8", body)
	c.Abort()
}
