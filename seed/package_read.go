package seed

import (
	"bytes"
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

// Package is a package that was read to its end once and found whole.
type Package struct {
	Head PackageHead
	r    io.ReadSeeker
}

// ReadPackage reads a package to its end and returns it if the checksum, the
// counts and the order hold: a restore never begins with a file that is cut
// off or damaged. Its Entries and Records then read it again.
func ReadPackage(r io.ReadSeeker) (*Package, error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("package: %w", err)
	}
	s := newPackageScanner(r)
	for s.step() {
	}
	if s.err != nil {
		return nil, s.err
	}
	return &Package{Head: s.seen.head, r: r}, nil
}

// Entries yields the entries of the log in order: what a restore appends to an
// empty store.
func (p *Package) Entries(ctx context.Context) iter.Seq2[graph.Entry, error] {
	return func(yield func(graph.Entry, error) bool) {
		for l, err := range p.lines(ctx) {
			if err != nil {
				yield(graph.Entry{}, err)
				return
			}
			if l.entry != nil && !yield(*l.entry, nil) {
				return
			}
		}
	}
}

// Records yields the records of the state, nodes and then edges by id.
func (p *Package) Records(ctx context.Context) iter.Seq2[graph.Record, error] {
	return func(yield func(graph.Record, error) bool) {
		for l, err := range p.lines(ctx) {
			if err != nil {
				yield(graph.Record{}, err)
				return
			}
			if l.record.IsZero() && l.entry == nil {
				continue // the first line
			}
			if l.entry != nil || !yield(l.record, nil) {
				return
			}
		}
	}
}

func (p *Package) lines(ctx context.Context) iter.Seq2[packageLine, error] {
	return func(yield func(packageLine, error) bool) {
		if _, err := p.r.Seek(0, io.SeekStart); err != nil {
			yield(packageLine{}, fmt.Errorf("package: %w", err))
			return
		}
		s := newPackageScanner(p.r)
		for s.step() {
			if ctx.Err() != nil {
				yield(packageLine{}, fmt.Errorf("package: %w", ctx.Err()))
				return
			}
			if !yield(s.line, nil) {
				return
			}
		}
		if s.err != nil {
			yield(packageLine{}, s.err)
		}
	}
}

// packageLine is a line between the first and the last: one of the two.
type packageLine struct {
	record graph.Record
	entry  *graph.Entry
}

// packageScanner reads a package line by line and checks as it goes.
type packageScanner struct {
	lines *lineReader
	sum   hash.Hash
	seen  counter
	line  packageLine
	err   error
	done  bool
}

func newPackageScanner(r io.Reader) *packageScanner {
	return &packageScanner{lines: newLineReader(r, maxPackageLine), sum: sha256.New()}
}

// step reads one line; it returns false at the end of the package and at an
// error, which stays in s.err.
func (s *packageScanner) step() bool {
	if s.err != nil || s.done {
		return false
	}
	raw, err := s.lines.next()
	if err == io.EOF {
		err = fmt.Errorf("%w: the last line is missing: the file is cut off", graph.ErrInvalid)
	}
	if err == nil {
		err = s.take(raw)
	}
	if err != nil {
		s.err = fmt.Errorf("package: line %d: %w", s.lines.number, err)
	}
	return s.err == nil && !s.done
}

// take judges one line by the member it begins with.
func (s *packageScanner) take(raw []byte) error {
	s.line = packageLine{}
	if s.lines.number == 1 {
		return s.first(raw)
	}
	var l struct {
		Node  *graph.Node     `json:"node"`
		Edge  *graph.Edge     `json:"edge"`
		Entry json.RawMessage `json:"entry"`
		End   *packageEnd     `json:"end"`
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&l); err != nil {
		return jsonError(err, dec.InputOffset())
	}
	switch {
	case l.Node != nil:
		l.Node.Conform()
		s.line.record = graph.EncodeNode(*l.Node)
	case l.Edge != nil:
		l.Edge.Conform()
		s.line.record = graph.EncodeEdge(*l.Edge)
	case l.Entry != nil:
		s.line.entry = &graph.Entry{}
		if err := json.Unmarshal(l.Entry, s.line.entry); err != nil {
			return err
		}
	case l.End != nil:
		return s.end(*l.End)
	default:
		return &graph.InvalidError{Code: "package_line", Want: "node | edge | entry | end"}
	}
	s.add()
	if s.line.entry != nil {
		return s.seen.entry(s.line.entry.Seq)
	}
	return s.seen.record(s.line.record)
}

func (s *packageScanner) first(raw []byte) error {
	if err := strictly(raw, &s.seen.head); err != nil {
		return err
	}
	if got := s.seen.head.Format; got != PackageFormat {
		return &graph.InvalidError{Field: "zhitu", Code: "package_format", Value: fmt.Sprint(got), Want: fmt.Sprint(PackageFormat)}
	}
	s.add()
	return nil
}

// add sums up the line as it stands in the file, its end included.
func (s *packageScanner) add() { s.sum.Write(s.lines.buf) }

// end holds the last line to all before it.
func (s *packageScanner) end(end packageEnd) error {
	got := hex.EncodeToString(s.sum.Sum(nil))
	if end.SHA256 != got || end.Lines != int64(s.lines.number-1) {
		return fmt.Errorf(
			"%w: checksum %s over %d lines, the last line says %s over %d: the file is damaged",
			graph.ErrInvalid, got, s.lines.number-1, end.SHA256, end.Lines,
		)
	}
	if err := s.seen.whole(); err != nil {
		return err
	}
	rest, err := s.lines.next()
	if err != io.EOF || len(rest) > 0 {
		return fmt.Errorf("%w: text after the last line", graph.ErrInvalid)
	}
	s.done = true
	return nil
}
