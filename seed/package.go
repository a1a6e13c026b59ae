package seed

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"iter"

	"zhitu/graph"
)

// A package is a whole graph in one stream of lines:
//
//	{"zhitu":1,"seq":N,"nodes":n,"edges":m,"entries":k}
//	{"node":{…}}      each node, by id
//	{"edge":{…}}      each edge, by id
//	{"entry":{…}}     each entry of the change log, from 1
//	{"end":{"lines":l,"sha256":"…"}}
//
// The checksum is over all bytes before the last line, and lines counts the
// lines before it. The entries hold the whole graph: appended to an empty
// store they give the same records, versions and times, and the store's own
// package is the same bytes again. The records stand there for those who want
// the state and not its history.

// PackageFormat is the number of the format, the value of "zhitu".
const PackageFormat = 1

// maxPackageLine bounds a line of a package: an entry with the records before
// and after each of its changes, escaped as JSON.
const maxPackageLine = 1 << 30

// PackageHead is the first line of a package: the number of the last entry,
// and how many lines of each sort follow.
type PackageHead struct {
	Format  int       `json:"zhitu"`
	Seq     graph.Seq `json:"seq"`
	Nodes   int64     `json:"nodes"`
	Edges   int64     `json:"edges"`
	Entries int64     `json:"entries"`
}

type packageEnd struct {
	Lines  int64  `json:"lines"`
	SHA256 string `json:"sha256"`
}

// WritePackage writes a package. The records must be the state at head.Seq,
// nodes and then edges by id, as Store.Scan yields them; the entries the log
// up to there. A stream that is not what head says is an error, and what was
// written is then no package: its last line is missing.
func WritePackage(
	ctx context.Context, w io.Writer, records iter.Seq2[graph.Record, error], entries iter.Seq2[graph.Entry, error], head PackageHead,
) error {
	head.Format = PackageFormat
	out := &summedWriter{w: bufio.NewWriterSize(w, 1<<16), sum: sha256.New()}
	first, err := json.Marshal(head)
	if err != nil {
		return fmt.Errorf("package: first line: %w", err)
	}
	out.line(append(first, '\n'))
	seen := counter{head: head}
	for r, err := range records {
		if err := cmpErr(ctx, err); err != nil {
			return fmt.Errorf("package: records: %w", err)
		}
		line, err := recordLine(r)
		if err != nil {
			return fmt.Errorf("package: %w", err)
		}
		if err := seen.record(r); err != nil {
			return err
		}
		out.line(line)
	}
	for e, err := range entries {
		if err := cmpErr(ctx, err); err != nil {
			return fmt.Errorf("package: entries: %w", err)
		}
		if err := seen.entry(e.Seq); err != nil {
			return err
		}
		b, err := e.MarshalJSON()
		if err != nil {
			return fmt.Errorf("package: %w", err)
		}
		out.line(fmt.Appendf(nil, "{\"entry\":%s}\n", b))
	}
	if err := seen.whole(); err != nil {
		return err
	}
	return out.close()
}

// cmpErr is the error of a stream, or that of ctx.
func cmpErr(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	return ctx.Err()
}

// summedWriter writes lines and sums them up. The first error stays.
type summedWriter struct {
	w     *bufio.Writer
	sum   hash.Hash
	lines int64
	err   error
}

func (s *summedWriter) line(b []byte) {
	if s.err != nil {
		return
	}
	s.sum.Write(b)
	s.lines++
	_, s.err = s.w.Write(b)
}

func (s *summedWriter) close() error {
	end, err := json.Marshal(packageEnd{s.lines, hex.EncodeToString(s.sum.Sum(nil))})
	if err != nil {
		return fmt.Errorf("package: last line: %w", err)
	}
	if s.err == nil {
		_, s.err = fmt.Fprintf(s.w, "{\"end\":%s}\n", end)
	}
	if s.err == nil {
		s.err = s.w.Flush()
	}
	if s.err != nil {
		return fmt.Errorf("package: write: %w", s.err)
	}
	return nil
}

// counter holds a stream of records and entries to what the head says of it.
type counter struct {
	head                  PackageHead
	nodes, edges, entries int64
	last                  graph.ID
}

func (c *counter) record(r graph.Record) error {
	h, err := r.Head()
	if err != nil {
		return fmt.Errorf("package: %w", err)
	}
	switch {
	case h.Seq > c.head.Seq:
		return fmt.Errorf("package: record %s is of entry %d, after the head %d", h.ID, h.Seq, c.head.Seq)
	case c.entries > 0 || !h.IsEdge && c.edges > 0:
		return fmt.Errorf("package: record %s out of order: nodes, edges, entries", h.ID)
	case h.IsEdge && c.edges == 0:
		c.last = ""
	}
	if h.ID <= c.last {
		return fmt.Errorf("package: record %s does not come after %s", h.ID, c.last)
	}
	c.last = h.ID
	if h.IsEdge {
		c.edges++
	} else {
		c.nodes++
	}
	return nil
}

func (c *counter) entry(seq graph.Seq) error {
	c.entries++
	if seq != graph.Seq(c.entries) {
		return fmt.Errorf("package: entry %d stands where %d should", seq, c.entries)
	}
	return nil
}

func (c *counter) whole() error {
	if c.nodes != c.head.Nodes || c.edges != c.head.Edges || c.entries != c.head.Entries || int64(c.head.Seq) != c.entries {
		return fmt.Errorf(
			"package: %d nodes, %d edges, %d entries; the first line says %d, %d, %d and sequence number %d",
			c.nodes, c.edges, c.entries, c.head.Nodes, c.head.Edges, c.head.Entries, c.head.Seq,
		)
	}
	return nil
}
