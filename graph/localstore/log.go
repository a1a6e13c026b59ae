package localstore

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"

	"go.etcd.io/bbolt"

	"zhitu/graph"
)

const pageEntries = 500

// Changes yields the entries after seq, page by page. The log of one file has
// no holes that could fill later, so a gap is damage.
func (s *Store) Changes(ctx context.Context, after graph.Seq) iter.Seq2[graph.Entry, error] {
	return func(yield func(graph.Entry, error) bool) {
		for {
			page, last, err := s.entries(ctx, uint64(max(after, 0)))
			for _, e := range page {
				if !yield(e, nil) {
					return
				}
				after = e.Seq
			}
			if err != nil {
				yield(graph.Entry{}, fmt.Errorf("log after %d: %w", after, err))
				return
			}
			if last {
				return
			}
		}
	}
}

// entries reads one page of the log and tells whether it is the last. On
// damage it returns what came before it.
func (s *Store) entries(ctx context.Context, after uint64) (page []graph.Entry, last bool, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		st, err := getState(tx)
		if err != nil {
			return err
		}
		b, err := bucket(tx, logBucket)
		if err != nil {
			return err
		}
		c, size := b.Cursor(), 0
		k, v := c.Seek(seqKey(after + 1))
		for next := after + 1; next <= st.seq; next++ {
			if len(page) == pageEntries || size > pageBytes {
				return nil
			}
			e, err := readEntry(k, v, next)
			if err != nil {
				return err
			}
			page, size = append(page, e), size+len(v)
			k, v = c.Next()
		}
		last = true
		return nil
	})
	return page, last, err
}

func readEntry(k, v []byte, want uint64) (graph.Entry, error) {
	if len(k) != 8 || binary.BigEndian.Uint64(k) != want {
		return graph.Entry{}, damaged("entry %d is missing", want)
	}
	v, err := unseal(logBucket, k, v)
	if err != nil {
		return graph.Entry{}, err
	}
	e, err := graph.DecodeEntry(v)
	if err != nil {
		return graph.Entry{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return e, nil
}
