package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"

	"zhitu/graph"
)

// FuzzIfMatch: a header is versions or an error that is a caller's, and a tag
// that we made is read as what it stands for.
func FuzzIfMatch(f *testing.F) {
	for _, s := range []string{"", `"1"`, `"1", W/"2"`, "*", `"`, `""`, `"-1"`, `"9223372036854775808"`, ","} {
		f.Add(s, int64(7))
	}
	f.Fuzz(func(t *testing.T, header string, version int64) {
		versions, err := ifMatch(header)
		_, isStatus := errors.AsType[*statusError](err)
		if (err == nil) == (len(versions) == 0) || err != nil && !isStatus && len(graph.InvalidErrors(err)) != 1 {
			t.Errorf("%q: %v, %v", header, versions, err)
		}
		if version < 1 {
			return
		}
		if got, err := ifMatch(etagOf(version)); err != nil || len(got) != 1 || got[0] != version {
			t.Errorf("%s is read as %v, %v", etagOf(version), got, err)
		}
		if !matches(header+", "+etagOf(version), etagOf(version)) {
			t.Errorf("%s is not found at the end of %q", etagOf(version), header)
		}
	})
}

// FuzzPageToken: any bytes are a position in this list or a 400.
func FuzzPageToken(f *testing.F) {
	good, _ := cursor{Key: "product:a", List: digestOf("nodes")}.encode()
	for _, s := range []string{"", good, "e30", "bnVsbA", strings.Repeat("A", 100)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, token string) {
		key, err := paging{Token: token}.after("nodes")
		if err == nil && key == "" && token != "" {
			t.Errorf("%q is no position and no error", token)
		}
		if err != nil && !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("%q: %v", token, err)
		}
		if _, err := (paging{Token: token}).after("another list"); err == nil && token != "" {
			t.Errorf("%q is a position in every list", token)
		}
	})
}

// FuzzStrict: what the strict reader takes, encoding/json takes too, to the
// same value; what it refuses, it refuses with a place and a code.
func FuzzStrict(f *testing.F) {
	for _, s := range []string{
		`{"operations":[{"put_node":{"id":"a","kind":"Product","name":"x","fields":{"spec":"y"},"valid_from":null}}]}`,
		`{"reason":null,"operations":null}`, `{"operations":[{"if_version":1.5}]}`, `[]`, `null`, `{"a":{"a":1,"a":2}}`, "\xff", `{"operations":[{"put_edge":{"evidence":[{"level":"x"}]}}]}`,
	} {
		f.Add([]byte(s))
	}
	type body struct {
		Reason     string     `json:"reason"`
		Operations []graph.Op `json:"operations"`
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var strict, plain body
		err := decodeStrict(b, &strict)
		if err != nil {
			for _, e := range graph.InvalidErrors(err) {
				if e.Code == "" || graph.Title(graph.Chinese, e.Code) == e.Code {
					t.Errorf("%q: %+v has no text", b, e)
				}
			}
			if len(graph.InvalidErrors(err)) == 0 {
				t.Errorf("%q: %v", b, err)
			}
			return
		}
		dec := json.NewDecoder(bytes.NewReader(b))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&plain); err != nil {
			t.Fatalf("%q is refused by encoding/json alone: %v", b, err)
		}
		one, _ := json.Marshal(strict)
		two, _ := json.Marshal(plain)
		if !bytes.Equal(one, two) {
			t.Errorf("%q: %s, %s", b, one, two)
		}
	})
}

// FuzzPrintable: a line of the log holds nothing that a terminal or a viewer
// obeys.
func FuzzPrintable(f *testing.F) {
	for _, s := range []string{"", "a\nb", "\x1b[31m", "\u202e", "\u0085", "\xff", "正常", strings.Repeat("界", 1000)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := printable(s)
		for _, r := range out {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
				t.Errorf("%q holds %U", out, r)
			}
		}
		if len(out) > maxLogged+16 {
			t.Errorf("%d bytes", len(out))
		}
	})
}
