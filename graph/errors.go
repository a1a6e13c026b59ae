package graph

import (
	"errors"
	"fmt"
	"strings"
)

// The sentinels: every error that leaves a package of this project is one of
// them, wrapped with what was being done, or is the bug of somebody.
var (
	ErrNotFound    = errors.New("not found")
	ErrInvalid     = errors.New("invalid")
	ErrConflict    = errors.New("conflict")    // with what the graph holds now: an id taken, a cycle
	ErrStale       = errors.New("stale")       // the record has moved on since the caller read it
	ErrUnavailable = errors.New("unavailable") // now; the same call may succeed later
	ErrBehind      = errors.New("behind")      // of a Store to the ledger: the head has moved; never leaves it
)

// InvalidError is the only error that is written to be shown to a user: where
// something is wrong and which rule it breaks. The texts, Chinese and English,
// stand in the catalogue (messages.go) under Code.
type InvalidError struct {
	Field string // JSON pointer without the leading slash, e.g. "fields/severity"; "" for the whole
	Code  string // a key of the catalogue, e.g. "unknown_kind"
	Value string // what was given, shortened; may be empty
	Want  string // what would be right, language-free (a list of codes, a limit); may be empty
	Is    error  // the sentinel it stands for; nil means ErrInvalid
}

func (e *InvalidError) Error() string {
	var b strings.Builder
	b.WriteString(e.Code)
	if e.Field != "" {
		fmt.Fprintf(&b, " at %s", e.Field)
	}
	if e.Value != "" {
		fmt.Fprintf(&b, ": %q", e.Value)
	}
	if e.Want != "" {
		fmt.Fprintf(&b, " (want %s)", e.Want)
	}
	return b.String()
}

func (e *InvalidError) Unwrap() error {
	if e.Is != nil {
		return e.Is
	}
	return ErrInvalid
}

// InvalidErrors returns every InvalidError inside err, in order.
func InvalidErrors(err error) []*InvalidError {
	switch e := err.(type) {
	case nil:
		return nil
	case *InvalidError:
		return []*InvalidError{e}
	case interface{ Unwrap() []error }:
		var out []*InvalidError
		for _, inner := range e.Unwrap() {
			out = append(out, InvalidErrors(inner)...)
		}
		return out
	}
	return InvalidErrors(errors.Unwrap(err))
}
