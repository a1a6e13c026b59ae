package localstore

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"strings"

	"go.etcd.io/bbolt"

	"zhitu/graph"
)

// A page is what one read transaction copies: enough to forget the cost of
// opening it, little enough that a writer never waits.
const (
	pageRecords = 4096
	pageBytes   = 512 << 10
)

// Scan yields all nodes, then all edges, each ordered by id, page by page. The
// records of one page share memory. It ends with damage when the file holds
// fewer records than it counts; that can be told only if no append came in
// between, as when a process starts.
func (s *Store) Scan(ctx context.Context) iter.Seq2[graph.Record, error] {
	return func(yield func(graph.Record, error) bool) {
		var count scanCount
		for _, name := range [][]byte{nodesBucket, edgesBucket} {
			for r, err := range s.scanBucket(ctx, name, &count) {
				if err != nil {
					yield(graph.Record{}, fmt.Errorf("scanning %s: %w", name, err))
					return
				}
				if !yield(r, nil) {
					return
				}
			}
		}
		if err := count.complete(); err != nil {
			yield(graph.Record{}, fmt.Errorf("scanning: %w", err))
		}
	}
}

// scanCount compares what a scan met with what the meta row says.
type scanCount struct {
	began, moved bool
	first        state
	met          [2]uint64 // nodes, edges
}

func (c *scanCount) see(st state) {
	c.moved = c.moved || c.began && st.seq != c.first.seq
	if !c.began {
		c.began, c.first = true, st
	}
}

func (c *scanCount) complete() error {
	if want := [2]uint64{c.first.nodes, c.first.edges}; !c.moved && c.met != want {
		return damaged("%d nodes and %d edges are left of %d and %d", c.met[0], c.met[1], want[0], want[1])
	}
	return nil
}

func (s *Store) scanBucket(ctx context.Context, name []byte, count *scanCount) iter.Seq2[graph.Record, error] {
	met := &count.met[0]
	if bytes.Equal(name, edgesBucket) {
		met = &count.met[1]
	}
	return func(yield func(graph.Record, error) bool) {
		p := recordPage{name: name}
		for {
			err := s.view(ctx, func(tx *bbolt.Tx) error {
				st, err := getState(tx)
				if err != nil {
					return err
				}
				count.see(st)
				return p.read(tx)
			})
			for r := range p.records() {
				*met++
				if !yield(r, nil) {
					return
				}
			}
			if err != nil {
				yield(graph.Record{}, err)
				return
			}
			if p.last {
				return
			}
		}
	}
}

// recordPage is one page of a scan, copied into one string.
type recordPage struct {
	name  []byte
	after []byte // the last key of the page before; nil at first
	text  string
	ends  []int
	last  bool // nothing follows
}

// read copies the page after p.after. On damage it holds what came before it.
func (p *recordPage) read(tx *bbolt.Tx) error {
	var text strings.Builder
	defer func() { p.text = text.String() }()
	p.ends = p.ends[:0]
	b, err := bucket(tx, p.name)
	if err != nil {
		return err
	}
	text.Grow(pageBytes + pageBytes/8)
	c := b.Cursor()
	k, v := c.Seek(p.after)
	if p.after != nil && bytes.Equal(k, p.after) {
		k, v = c.Next()
	}
	last := p.after
	for ; k != nil && len(p.ends) < pageRecords && text.Len() < pageBytes; k, v = c.Next() {
		if last != nil && bytes.Compare(k, last) <= 0 {
			return damaged("key %q in %s is out of order", k, p.name)
		}
		v, err := unseal(p.name, k, v)
		if err != nil {
			return err
		}
		last = k
		text.Write(v)
		p.ends = append(p.ends, text.Len())
	}
	p.after, p.last = bytes.Clone(last), k == nil
	return nil
}

func (p *recordPage) records() iter.Seq[graph.Record] {
	return func(yield func(graph.Record) bool) {
		start := 0
		for _, end := range p.ends {
			if !yield(graph.RecordIn(p.text[start:end])) {
				return
			}
			start = end
		}
	}
}
