package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sort"

	"zhitu/graph"
)

// paging are the parameters of every list.
type paging struct {
	Size         int    `query:"page_size" default:"50" min:"1" max:"1000"`
	Token        string `query:"page_token"`
	IncludeTotal bool   `query:"include_total"`
}

// page is one page of a list.
type page[T any] struct {
	Items         []T    `json:"items"`
	Total         *int   `json:"total,omitempty"`
	NextPageToken string `json:"next_page_token"`
}

// cursor is where a page ends: the key of its last item, and a hash of the list
// that it is of. It is no secret; rights are checked again on every page.
type cursor struct {
	Key  string `json:"k"`
	List string `json:"l"`
}

func (c cursor) encode() (string, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("page token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// after returns the key after which the page of p begins, "" for the first.
// list names the list with all that filters it.
func (p paging) after(list string) (string, error) {
	if p.Token == "" {
		return "", nil
	}
	var c cursor
	b, err := base64.RawURLEncoding.DecodeString(p.Token)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil || c.Key == "" {
		return "", &graph.InvalidError{Field: "page_token", Code: "bad_page_token", Value: shorten(p.Token)}
	}
	if c.List != digestOf(list) {
		return "", &graph.InvalidError{Field: "page_token", Code: "other_page_token"}
	}
	return c.Key, nil
}

func digestOf(list string) string {
	sum := sha256.Sum256([]byte(list))
	return hex.EncodeToString(sum[:6])
}

// cut returns the page of p out of a whole list, which is ordered by key.
func cut[T any](p paging, list string, items []T, key func(T) string) (page[T], error) {
	after, err := p.after(list)
	if err != nil {
		return page[T]{}, err
	}
	out := page[T]{Items: []T{}}
	if p.IncludeTotal {
		n := len(items)
		out.Total = &n
	}
	if after != "" {
		items = items[sort.Search(len(items), func(i int) bool { return key(items[i]) > after }):]
	}
	if len(items) > p.Size {
		items = items[:p.Size]
		out.NextPageToken, err = cursor{Key: key(items[p.Size-1]), List: digestOf(list)}.encode()
	}
	out.Items = append(out.Items, items...)
	return out, err
}
