package api

import (
	"net/http"
	"strconv"
	"strings"

	"zhitu/graph"
)

// etagOf is the entity tag of a record: its version, which never comes back,
// not even when a deleted id is created again.
func etagOf(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// ifMatch reads the header If-Match of a change into the versions that the
// record may have. Weak tags and tags that are no version fit no record
// (RFC 9110 §13.1.1). "*" is not taken: it would change who knows what.
func ifMatch(header string) ([]int64, error) {
	if strings.TrimSpace(header) == "" {
		return nil, &statusError{code: "precondition_required", status: http.StatusPreconditionRequired}
	}
	var versions []int64
	for one := range strings.SplitSeq(header, ",") {
		tag := strings.TrimSpace(one)
		strong, weak := strings.TrimPrefix(tag, "W/"), strings.HasPrefix(tag, "W/")
		if len(strong) < 2 || strong[0] != '"' || strong[len(strong)-1] != '"' {
			return nil, &graph.InvalidError{Field: "If-Match", Code: "etag", Value: shorten(tag)}
		}
		version, err := strconv.ParseInt(strong[1:len(strong)-1], 10, 64)
		if err == nil && version > 0 && !weak {
			versions = append(versions, version)
		}
	}
	if len(versions) == 0 {
		return nil, &graph.InvalidError{Field: "If-Match", Code: "stale", Is: graph.ErrStale}
	}
	return versions, nil
}

// matches tells whether an If-None-Match names tag; of a GET, weakly.
func matches(header, tag string) bool {
	if strings.TrimSpace(header) == "*" {
		return true
	}
	for one := range strings.SplitSeq(header, ",") {
		if strings.TrimPrefix(strings.TrimSpace(one), "W/") == tag {
			return true
		}
	}
	return false
}
