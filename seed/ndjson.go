package seed

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"zhitu/graph"
)

// An import file is UTF-8 text, one JSON object a line: {"node":{…}} or
// {"edge":{…}} with a record, or an operation {"put_node":{…}},
// {"put_edge":{…}}, {"delete_node":"id"}, {"delete_edge":"id"}, each at will
// with "if_version". Blank lines and a byte order mark do no harm. Members
// that are not known and members given twice are refused: nothing is ignored
// in silence.

// MaxLineBytes bounds one line of an import file; a whole batch is no larger.
const MaxLineBytes = 16 << 20

// LineError is what is wrong with one line.
type LineError struct {
	File string // empty when the reader has no name
	Line int    // from 1
	Err  error
}

func (e *LineError) Error() string {
	if e.File == "" {
		return fmt.Sprintf("line %d: %v", e.Line, e.Err)
	}
	return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err)
}

func (e *LineError) Unwrap() error { return e.Err }

// Line is one operation of an import file and the line that it stands on.
type Line struct {
	Op     graph.Op
	Number int // from 1
}

// ReadNDJSON yields the operations of an import file. Each bad line yields a
// *LineError, and reading goes on with the next, so that one run reports them
// all; an error of r itself ends it. Where r has a name, as a file does, the
// errors bear it.
func ReadNDJSON(r io.Reader) iter.Seq2[graph.Op, error] {
	return func(yield func(graph.Op, error) bool) {
		for line, err := range ReadLines(r) {
			if !yield(line.Op, err) {
				return
			}
		}
	}
}

// ReadLines is ReadNDJSON for whoever must say later where an operation came
// from.
func ReadLines(r io.Reader) iter.Seq2[Line, error] {
	file := ""
	if named, ok := r.(interface{ Name() string }); ok {
		file = named.Name()
	}
	return func(yield func(Line, error) bool) {
		lines := newLineReader(r, MaxLineBytes)
		for {
			line, err := lines.next()
			if err == io.EOF {
				return
			}
			var op graph.Op
			if err == nil && len(line) == 0 {
				continue
			}
			if err == nil {
				op, err = parseLine(line)
			}
			if err != nil {
				err = &LineError{File: file, Line: lines.number, Err: err}
			}
			if !yield(Line{op, lines.number}, err) || lines.broken {
				return
			}
		}
	}
}

// importLine is a line of an import file.
type importLine struct {
	Node *graph.Node `json:"node"`
	Edge *graph.Edge `json:"edge"`
	graph.Op
}

// parseLine reads one line into an operation that the schema accepts.
func parseLine(line []byte) (graph.Op, error) {
	var l importLine
	if err := strictly(line, &l); err != nil {
		return graph.Op{}, err
	}
	given := 0
	for _, there := range []bool{
		l.Node != nil, l.Edge != nil, l.PutNode != nil, l.PutEdge != nil, l.DeleteNode != "", l.DeleteEdge != "",
	} {
		if there {
			given++
		}
	}
	if given != 1 {
		return graph.Op{}, &graph.InvalidError{
			Code: "one_operation", Value: fmt.Sprint(given), Want: "node | edge | put_node | put_edge | delete_node | delete_edge",
		}
	}
	op := l.Op
	if l.Node != nil {
		op.PutNode = l.Node
	}
	if l.Edge != nil {
		op.PutEdge = l.Edge
	}
	switch {
	case op.PutNode != nil:
		op.PutNode.Conform()
		return op, op.PutNode.Validate()
	case op.PutEdge != nil:
		op.PutEdge.Conform()
		return op, op.PutEdge.Validate()
	}
	return op, nil
}

// strictly decodes one JSON object and nothing else.
func strictly(b []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return jsonError(err, dec.InputOffset())
	}
	if _, err := dec.Token(); err != io.EOF {
		return &graph.InvalidError{Code: "json_syntax", Value: fmt.Sprintf("byte %d", dec.InputOffset()), Want: "one object a line"}
	}
	return repeated(json.NewDecoder(bytes.NewReader(b)))
}

// jsonError keeps what package graph says of a value and gives the rest, which
// is encoding/json's, a code of ours.
func jsonError(err error, offset int64) error {
	if len(graph.InvalidErrors(err)) > 0 {
		return err
	}
	return errors.Join(&graph.InvalidError{Code: "json_syntax", Value: fmt.Sprintf("byte %d", offset)}, err)
}

// repeated reports a member that an object holds twice: encoding/json would
// keep the last and drop the first.
func repeated(dec *json.Decoder) error {
	type level struct {
		keys map[string]bool // nil in a list
		key  bool            // a key comes next
	}
	var open []level
	for {
		token, err := dec.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return jsonError(err, dec.InputOffset())
		}
		if d, ok := token.(json.Delim); ok && (d == '{' || d == '[') {
			l := level{}
			if d == '{' {
				l = level{keys: map[string]bool{}, key: true}
			}
			open = append(open, l)
			continue
		} else if ok {
			open = open[:len(open)-1]
		}
		if len(open) == 0 {
			continue
		}
		top := &open[len(open)-1]
		if key, isText := token.(string); isText && top.key {
			folded := strings.ToLower(key) // encoding/json takes either case
			if top.keys[folded] {
				return &graph.InvalidError{Field: key, Code: "member_twice"}
			}
			top.keys[folded], top.key = true, false
			continue
		}
		top.key = top.keys != nil // a value has ended
	}
}

// lineReader cuts a stream into lines, each without its end and outer blanks.
type lineReader struct {
	r      *bufio.Reader
	max    int
	number int  // of the line returned last
	broken bool // the stream failed: there is no next line
	buf    []byte
}

func newLineReader(r io.Reader, max int) *lineReader {
	return &lineReader{r: bufio.NewReaderSize(r, 64<<10), max: max}
}

// next returns the next line, which holds until the call after, or io.EOF. A
// line that is too long is passed over and reported.
func (l *lineReader) next() ([]byte, error) {
	l.buf, l.number = l.buf[:0], l.number+1
	tooLong := false
	for {
		part, err := l.r.ReadSlice('\n')
		if len(l.buf)+len(part) > l.max+1 {
			tooLong = true
			l.buf = l.buf[:0]
		} else if !tooLong {
			l.buf = append(l.buf, part...)
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if err == io.EOF && len(l.buf) == 0 && !tooLong {
			return nil, io.EOF
		}
		if err != nil && err != io.EOF {
			l.broken = true
			return nil, fmt.Errorf("read: %w", err)
		}
		break
	}
	if tooLong {
		return nil, &graph.InvalidError{Code: "line_too_long", Want: fmt.Sprintf("≤ %d bytes", l.max)}
	}
	line := l.buf
	if l.number == 1 {
		line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	}
	return bytes.TrimSpace(line), nil
}

// WriteNDJSON writes records as an import file, one a line.
func WriteNDJSON(w io.Writer, records iter.Seq2[graph.Record, error]) error {
	for r, err := range records {
		if err != nil {
			return fmt.Errorf("records to write: %w", err)
		}
		line, err := recordLine(r)
		if err != nil {
			return err
		}
		if _, err := w.Write(line); err != nil {
			return fmt.Errorf("write record %s: %w", r.ID(), err)
		}
	}
	return nil
}

// recordLine is the line of a record, its end included.
func recordLine(r graph.Record) ([]byte, error) {
	b, err := r.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", r.ID(), err)
	}
	kind := "node"
	if r.IsEdge() {
		kind = "edge"
	}
	return fmt.Appendf(nil, "{%q:%s}\n", kind, b), nil
}
