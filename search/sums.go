package search

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/blevesearch/bleve/v2/index/scorch"
	segmentAPI "github.com/blevesearch/scorch_segment_api/v2"
)

// Bleve does not check what is inside a segment: with 64 bytes flipped it opens
// and answers as if nothing had happened. So each segment file has a checksum
// of ours, taken when it first appears and verified at every open.
const sumsFile = "sums.json"

type sums map[string]string // SHA-256 by file name

// segmentFiles returns the segment files of the index at path. They are written
// once and never changed.
func segmentFiles(path string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(path, "store", "*.zap"))
	if err != nil {
		return nil, fmt.Errorf("list segments of %s: %w", path, err)
	}
	return files, nil
}

func readSums(path string) (sums, error) {
	b, err := os.ReadFile(filepath.Join(path, sumsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return sums{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read checksums: %w", err)
	}
	s := sums{}
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, fmt.Errorf("read checksums of %s: %w", path, err)
	}
	return s, nil
}

// recordSums takes the checksums of complete files that have none yet and
// forgets those of files that are gone.
func recordSums(path string, complete []string) error {
	known, err := readSums(path)
	if err != nil {
		return err
	}
	present, err := segmentFiles(path)
	if err != nil {
		return err
	}
	next, changed := sums{}, false
	for _, f := range present {
		if sum, ok := known[filepath.Base(f)]; ok {
			next[filepath.Base(f)] = sum
		}
	}
	for _, f := range complete {
		if _, ok := next[filepath.Base(f)]; ok {
			continue
		}
		sum, err := sumOf(f)
		if errors.Is(err, fs.ErrNotExist) {
			continue // merged away meanwhile
		}
		if err != nil {
			return err
		}
		next[filepath.Base(f)], changed = sum, true
	}
	if !changed && len(next) == len(known) {
		return nil
	}
	b, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("encode checksums: %w", err)
	}
	return replaceFile(filepath.Join(path, sumsFile), b)
}

// recordSums takes the checksums of the segments that are part of the index
// now. Others may still be written by a merge.
func (s *store) recordSums() error {
	g := s.acquire()
	if g == nil {
		return nil
	}
	defer g.release()
	return recordSums(s.path, g.files())
}

// files returns the files of the segments of g.
func (g *generation) files() []string {
	snapshot, ok := g.reader.(*scorch.IndexSnapshot)
	if !ok {
		return nil
	}
	var out []string
	for _, ss := range snapshot.Segments() {
		if p, ok := ss.Segment().(segmentAPI.PersistedSegment); ok {
			out = append(out, p.Path())
		}
	}
	return out
}

// closeWithSums closes the index; nobody writes any more, so that every file is
// complete.
func (s *store) closeWithSums() error {
	if err := s.close(); err != nil {
		return err
	}
	files, err := segmentFiles(s.path)
	if err != nil {
		return err
	}
	return recordSums(s.path, files)
}

// verifySums compares every segment with its checksum. A file without one was
// written just before the process ended; Bleve's own start says whether it is
// part of the index.
func verifySums(path string) error {
	known, err := readSums(path)
	if err != nil {
		return err
	}
	files, err := segmentFiles(path)
	if err != nil {
		return err
	}
	for _, f := range files {
		want, ok := known[filepath.Base(f)]
		if !ok {
			continue
		}
		got, err := sumOf(f)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("segment %s is damaged: checksum differs", f)
		}
	}
	return nil
}

func sumOf(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("checksum: %w", err)
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	if err := errors.Join(err, f.Close()); err != nil {
		return "", fmt.Errorf("checksum of %s: %w", file, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
