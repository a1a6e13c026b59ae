package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"syscall"

	"golang.org/x/text/language"

	"zhitu/graph"
)

// statusClientClosed is what a caller who hung up would have been told.
const statusClientClosed = 499

// errorBody is application/problem+json (RFC 9457); not called a problem here,
// which is a 质量问题.
type errorBody struct {
	Type      string       `json:"type"`
	Title     string       `json:"title"`
	Status    int          `json:"status"`
	Code      string       `json:"code"`
	Detail    string       `json:"detail"`
	RequestID string       `json:"request_id"`
	Errors    []fieldError `json:"errors"`
}

// fieldError is one thing that is wrong with a request: a JSON pointer into the
// body, or the name of a parameter or header.
type fieldError struct {
	Pointer string `json:"pointer"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// statusError is an error of the call itself, which no other package knows of.
type statusError struct {
	code   string
	status int
	want   string // fills {want} in the text
	retry  int    // seconds, 0: no Retry-After
	allow  string // of 401: the header WWW-Authenticate
	cause  error  // for the log; InvalidErrors inside are shown
}

func (e *statusError) Error() string {
	if e.cause != nil {
		return e.code + ": " + e.cause.Error()
	}
	return e.code
}

func (e *statusError) Unwrap() error { return e.cause }

// errorTable is the whole mapping of errors that other packages return; the
// first row that matches wins.
var errorTable = []struct {
	is     error
	code   string
	status int
	retry  int
}{
	{graph.ErrInvalid, "invalid", http.StatusBadRequest, 0},
	{graph.ErrNotFound, "not_found", http.StatusNotFound, 0},
	{graph.ErrStale, "stale", http.StatusPreconditionFailed, 0},
	{graph.ErrConflict, "conflict", http.StatusConflict, 0},
	{context.Canceled, "cancelled", statusClientClosed, 0},
	{syscall.ENOSPC, "store_full", http.StatusInsufficientStorage, 0},
	// A write whose outcome the deadline left unknown is both: 503, because the
	// same key settles it.
	{graph.ErrUnavailable, "unavailable", http.StatusServiceUnavailable, 2},
	{context.DeadlineExceeded, "timeout", http.StatusGatewayTimeout, 0},
}

// errorOf returns the body that err stands for and the headers that go with
// it. Only codes and the InvalidErrors inside are written to be shown; every
// other word of err may be a driver's and goes to the log alone.
func errorOf(err error, lang graph.Lang) (errorBody, http.Header) {
	code, status, header := "internal", http.StatusInternalServerError, http.Header{}
	of := &graph.InvalidError{}
	shown := graph.InvalidErrors(err)
	retry := 0
	if e, ok := errors.AsType[*statusError](err); ok {
		code, status, of.Want, retry = e.code, e.status, e.want, e.retry
		if e.allow != "" {
			header.Set("WWW-Authenticate", e.allow)
		}
	} else {
		for _, row := range errorTable {
			if errors.Is(err, row.is) {
				code, status, retry = row.code, row.status, row.retry
				break
			}
		}
	}
	if retry > 0 {
		header.Set("Retry-After", strconv.Itoa(retry))
	}
	header.Set("Content-Language", string(lang))
	b := errorBody{
		Type: "/errors/" + code, Title: graph.Title(lang, code), Status: status, Code: code,
		Detail: graph.Message(lang, code, of), Errors: []fieldError{},
	}
	for _, e := range shown {
		if len(b.Errors) == maxShownErrors {
			break
		}
		b.Errors = append(b.Errors, fieldError{Pointer: pointer(e.Field), Code: e.Code, Message: e.Message(lang)})
	}
	return b, header
}

// maxShownErrors bounds one answer; a batch of 5,000 can be wrong everywhere.
const maxShownErrors = 10_000

func pointer(field string) string {
	if field == "" {
		return ""
	}
	return "/" + field
}

var languages = language.NewMatcher([]language.Tag{language.Chinese, language.English})

// langOf returns the language that r asks for, Chinese unless it prefers
// English.
func langOf(r *http.Request) graph.Lang {
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(tags) == 0 {
		return graph.Chinese
	}
	if _, i, confidence := languages.Match(tags...); i == 1 && confidence > language.No {
		return graph.English
	}
	return graph.Chinese
}
