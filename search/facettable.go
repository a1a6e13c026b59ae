package search

import (
	"strings"
	"sync"
)

// facetID stands for one pair of facet and value.
type facetID uint32

// facetTable gives every pair of facet and value a small number. Numbers are
// handed out as segments are loaded and mean nothing outside the process.
type facetTable struct {
	mu    sync.RWMutex
	ids   map[string]facetID // by name=value
	pairs []string
}

func newFacetTable() *facetTable { return &facetTable{ids: map[string]facetID{}} }

// intern returns the number of name=value, a new one if need be.
func (t *facetTable) intern(pair string) facetID {
	t.mu.RLock()
	id, ok := t.ids[pair]
	t.mu.RUnlock()
	if ok {
		return id
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if id, ok := t.ids[pair]; ok {
		return id
	}
	id = facetID(len(t.pairs))
	pair = strings.Clone(pair)
	t.ids[pair] = id
	t.pairs = append(t.pairs, pair)
	return id
}

// find returns the number of name=value if any document ever had it.
func (t *facetTable) find(name, value string) (facetID, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	id, ok := t.ids[name+"="+value]
	return id, ok
}

// all returns the pairs by number; they are never changed.
func (t *facetTable) all() []string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.pairs[:len(t.pairs):len(t.pairs)]
}
