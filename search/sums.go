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

// recordSums takes the checksums of files that have appeared and forgets those
// of files that are gone.
func recordSums(path string) error {
	known, err := readSums(path)
	if err != nil {
		return err
	}
	files, err := segmentFiles(path)
	if err != nil {
		return err
	}
	next, changed := sums{}, len(files) != len(known)
	for _, f := range files {
		name := filepath.Base(f)
		sum, ok := known[name]
		if !ok {
			changed = true
			if sum, err = sumOf(f); errors.Is(err, fs.ErrNotExist) {
				continue // merged away meanwhile
			} else if err != nil {
				return err
			}
		}
		next[name] = sum
	}
	if !changed {
		return nil
	}
	b, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("encode checksums: %w", err)
	}
	return replaceFile(filepath.Join(path, sumsFile), b)
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
