package bench

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// item is one line of a corpus or of the queries.
type item struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// set is one folder, cleaned up as the package comment says.
type set struct {
	name     string
	corpus   []item
	queries  []item
	grades   map[string]map[string]float64 // by query, by document
	unjudged int
	repeated int // queries
}

func loadSet(dir string) (*set, error) {
	s := &set{name: filepath.Base(dir), grades: map[string]map[string]float64{}}
	var err error
	if s.corpus, err = readItems(filepath.Join(dir, "corpus.jsonl.gz")); err != nil {
		return nil, err
	}
	all, err := readItems(filepath.Join(dir, "queries.jsonl.gz"))
	if err != nil {
		return nil, err
	}
	if err := s.readGrades(filepath.Join(dir, "qrels.tsv.gz")); err != nil {
		return nil, err
	}
	seen := map[item]bool{}
	for _, q := range all {
		switch {
		case seen[q]:
			s.repeated++
		case !s.judged(q.ID):
			s.unjudged++
		default:
			seen[q] = true
			s.queries = append(s.queries, q)
		}
	}
	return s, nil
}

// judged tells whether a query has a relevant document.
func (s *set) judged(query string) bool {
	for _, g := range s.grades[query] {
		if g >= 1 {
			return true
		}
	}
	return false
}

func readItems(file string) ([]item, error) {
	var out []item
	err := readLines(file, func(line string) error {
		var it item
		if err := json.Unmarshal([]byte(line), &it); err != nil {
			return err
		}
		out = append(out, it)
		return nil
	})
	return out, err
}

func (s *set) readGrades(file string) error {
	return readLines(file, func(line string) error {
		part := strings.Split(line, "\t")
		if len(part) != 3 {
			return fmt.Errorf("%d columns, want query, document, grade", len(part))
		}
		grade, err := strconv.ParseFloat(part[2], 64)
		if err != nil {
			return err
		}
		if s.grades[part[0]] == nil {
			s.grades[part[0]] = map[string]float64{}
		}
		s.grades[part[0]][part[1]] = grade
		return nil
	})
}

// readLines calls f with every line of a compressed file; an error says which.
func readLines(file string, f func(line string) error) (err error) {
	in, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("read set: %w", err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	unzipped, err := gzip.NewReader(in)
	if err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	lines := bufio.NewScanner(unzipped)
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		if err := f(lines.Text()); err != nil {
			return fmt.Errorf("%s:%d: %w", file, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	return nil
}
