package neo4jstore

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"zhitu/graph"
)

const (
	pageEntries = 500
	pageBytes   = 4 << 20
)

// Changes yields the entries after seq, as far as each continues the one
// before and is there with all its parts. The server makes the entries of a
// transaction visible one index at a time, and a scan may pass a place that is
// filled a moment later: an entry that is skipped once is lost for ever to
// whoever follows the log. Entries carry the records, so that nobody looks up
// a record that is not to be found yet.
func (s *Store) Changes(ctx context.Context, after graph.Seq) iter.Seq2[graph.Entry, error] {
	return func(yield func(graph.Entry, error) bool) {
		for {
			page, more, err := s.entries(ctx, after)
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
			if !more {
				return
			}
		}
	}
}

// header is an entry without its text.
type header struct {
	seq          graph.Seq
	parts, bytes int64
}

// entries returns one page; more tells that another may follow at once.
func (s *Store) entries(ctx context.Context, after graph.Seq) (page []graph.Entry, more bool, err error) {
	rows, err := s.read(ctx, stmt("entries"), map[string]any{"after": int64(after), "limit": int64(pageEntries)})
	if err != nil || len(rows) == 0 {
		return nil, false, err
	}
	seen := headers(rows)
	whole := contiguous(seen, after)
	if len(whole) == 0 {
		s.noteHole(after+1, true)
		return nil, false, nil
	}
	texts, err := s.parts(ctx, whole)
	if err != nil {
		return nil, false, err
	}
	for _, h := range whole {
		text, ok := join(texts[h.seq], h)
		if !ok {
			break
		}
		var e graph.Entry
		if err := e.UnmarshalJSON([]byte(text)); err != nil || e.Seq != h.seq {
			return page, false, fmt.Errorf("%w: entry %d of the log cannot be read: %w", graph.ErrUnavailable, h.seq, err)
		}
		page = append(page, e)
	}
	complete := len(page) == len(whole)
	s.noteHole(after+graph.Seq(len(page))+1, !complete)
	// Cut for its size, or full: ask on. Ended by a hole: a later call will see.
	return page, complete && (len(rows) == pageEntries || len(whole) < len(seen)), nil
}

func headers(rows []*neo4j.Record) []header {
	seen := make([]header, 0, len(rows))
	for _, r := range rows {
		p, _, _ := neo4j.GetRecordValue[map[string]any](r, "entry")
		seq, _ := p["seq"].(int64)
		h := header{seq: graph.Seq(seq)}
		h.parts, _ = p["parts"].(int64)
		h.bytes, _ = p["bytes"].(int64)
		seen = append(seen, h)
	}
	return seen
}

// contiguous returns the headers that continue after without a hole, up to the
// size of a page but at least one.
func contiguous(seen []header, after graph.Seq) []header {
	var size int64
	for i, h := range seen {
		size += h.bytes
		if h.seq != after+graph.Seq(i)+1 || i > 0 && size > pageBytes {
			return seen[:i]
		}
	}
	return seen
}

type part struct {
	i    int64
	data string
}

func (s *Store) parts(ctx context.Context, of []header) (map[graph.Seq][]part, error) {
	rows, err := s.read(ctx, stmt("parts"), map[string]any{
		"first": int64(of[0].seq), "last": int64(of[len(of)-1].seq),
	})
	if err != nil {
		return nil, err
	}
	parts := make(map[graph.Seq][]part, len(of))
	for _, r := range rows {
		seq := graph.Seq(intOf(r, "seq"))
		data, _, _ := neo4j.GetRecordValue[string](r, "data")
		parts[seq] = append(parts[seq], part{intOf(r, "i"), data})
	}
	return parts, nil
}

// join returns the text of an entry, if every part of it is there.
func join(parts []part, h header) (string, bool) {
	if int64(len(parts)) != h.parts {
		return "", false
	}
	slices.SortFunc(parts, func(a, b part) int { return int(a.i - b.i) })
	var text strings.Builder
	for _, p := range parts {
		text.WriteString(p.data)
	}
	return text.String(), int64(text.Len()) == h.bytes
}

// hole is a number that the log waits for.
type hole struct {
	at    graph.Seq
	since time.Time
}

// maxHole is how long the server may take to show what it has committed.
const maxHole = 2 * time.Second

// noteHole remembers since when seq is missing while later entries are seen.
func (s *Store) noteHole(seq graph.Seq, missing bool) {
	s.holeMu.Lock()
	defer s.holeMu.Unlock()
	switch {
	case !missing && seq > s.hole.at:
		s.hole = hole{}
	case missing && s.hole.at != seq:
		s.hole = hole{seq, time.Now()}
	}
}

func (s *Store) holeTooOld() error {
	s.holeMu.Lock()
	defer s.holeMu.Unlock()
	if s.hole.at == 0 || time.Since(s.hole.since) < maxHole {
		return nil
	}
	return fmt.Errorf("%w: entry %d has been missing from the log since %s",
		graph.ErrUnavailable, s.hole.at, s.hole.since.Format(time.RFC3339))
}
