package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"zhitu/graph"
)

// incoming is a request as the network gave it, read but not understood.
type incoming struct {
	request *http.Request
	path    map[string]string
	query   url.Values
	body    []byte
}

// read takes in a request: its query must be well formed, its body JSON by its
// own word, and no larger than limit.
func read(c *gin.Context, limit int64) (incoming, error) {
	in := incoming{request: c.Request, path: map[string]string{}}
	for _, p := range c.Params {
		in.path[p.Key] = p.Value
	}
	var err error
	if in.query, err = url.ParseQuery(c.Request.URL.RawQuery); err != nil {
		return in, &graph.InvalidError{Field: "query", Code: "query_syntax"}
	}
	in.body, err = io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, limit))
	if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return in, &statusError{code: "body_too_large", status: http.StatusRequestEntityTooLarge, want: strconv.FormatInt(e.Limit, 10)}
	}
	if err != nil {
		return in, &statusError{code: "body_cut", status: http.StatusBadRequest, cause: err}
	}
	if len(in.body) > 0 && !isJSON(c.Request.Header.Get("Content-Type")) {
		return in, &statusError{code: "media_type", status: http.StatusUnsupportedMediaType}
	}
	return in, nil
}

func isJSON(contentType string) bool {
	mediaType, params, err := mime.ParseMediaType(contentType)
	charset := strings.ToLower(params["charset"])
	return err == nil && mediaType == "application/json" && (charset == "" || charset == "utf-8")
}

// bind fills req, a pointer to a request struct. All that is wrong is reported
// at once.
func (in incoming) bind(req any, params []param) error {
	target := reflect.ValueOf(req).Elem()
	var errs []error
	for _, p := range params {
		if err := p.set(target.FieldByIndex(p.index), p.valuesOf(in.request, in.path, in.query)); err != nil {
			errs = append(errs, err)
		}
	}
	errs = append(errs, in.unknown(params)...)
	body, wanted := bodyOf(target.Type())
	switch {
	case wanted && len(bytes.TrimSpace(in.body)) > 0:
		errs = append(errs, decodeStrict(in.body, target.FieldByIndex(body.Index).Addr().Interface()))
	case wanted && body.Tag.Get("optional") == "":
		errs = append(errs, &graph.InvalidError{Code: "body_needed"})
	case !wanted && len(in.body) > 0:
		errs = append(errs, &graph.InvalidError{Code: "body_unwanted"})
	}
	for _, f := range reflect.VisibleFields(target.Type()) {
		if f.Tag.Get("digest") == "request" {
			target.FieldByIndex(f.Index).SetString(in.digest())
		}
	}
	return errors.Join(errs...)
}

// unknown reports query parameters that params does not have.
func (in incoming) unknown(params []param) []error {
	var names []string
	for _, p := range params {
		if p.In == "query" {
			names = append(names, p.Name)
		}
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(in.query)) {
		if !slices.Contains(names, name) {
			errs = append(errs, &graph.InvalidError{Field: shorten(name), Code: "unknown_parameter", Want: strings.Join(names, " | ")})
		}
	}
	return errs
}

// digest identifies a request: the same Idempotency-Key with another digest is
// another request.
func (in incoming) digest() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s?%s\n", in.request.Method, in.request.URL.Path, in.query.Encode())
	h.Write(in.body)
	return hex.EncodeToString(h.Sum(nil)[:16])
}
