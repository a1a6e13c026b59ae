package localstore

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.etcd.io/bbolt"
)

const (
	dataName   = "graph.db"
	markerName = "graph.epoch" // the epoch of the file beside it
)

// Files returns the names of what Open makes in its folder: the graph, then its
// marker. Whoever moves a graph moves them in this order.
func Files() []string { return []string{dataName, markerName} }

// prepare makes dir and, in a new one, an empty graph. It returns the epoch
// that the marker names, "" without a marker.
func prepare(dir string) (epoch string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("folder of the graph: %w", err)
	}
	mark, err := os.ReadFile(filepath.Join(dir, markerName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("marker of the graph: %w", err)
	}
	epoch = strings.TrimSpace(string(mark))
	info, err := os.Stat(filepath.Join(dir, dataName))
	switch {
	case errors.Is(err, fs.ErrNotExist) && epoch != "":
		return "", damaged("%s says that a graph was here, and %s is missing", markerName, dataName)
	case errors.Is(err, fs.ErrNotExist):
		return "", create(dir)
	case err != nil:
		return "", fmt.Errorf("file of the graph: %w", err)
	case info.Size() == 0:
		return "", damaged("%s is empty", dataName)
	}
	return epoch, nil
}

// create makes an empty graph under another name and links it into place: a
// crash leaves either no graph or a whole one, and of two processes at it one
// wins and the other opens what it made.
func create(dir string) error {
	f, err := os.CreateTemp(dir, "new-*.db")
	if err != nil {
		return fmt.Errorf("new graph: %w", err)
	}
	tmp := f.Name()
	defer os.Remove(tmp)
	if err := f.Close(); err != nil {
		return fmt.Errorf("new graph: %w", err)
	}
	db, err := bbolt.Open(tmp, 0o600, nil)
	if err != nil {
		return fmt.Errorf("new graph: %w", err)
	}
	if err := errors.Join(db.Update(initialize), db.Close()); err != nil {
		return fmt.Errorf("new graph: %w", err)
	}
	if err := os.Link(tmp, filepath.Join(dir, dataName)); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("new graph: %w", err)
	}
	return syncDir(dir)
}

func initialize(tx *bbolt.Tx) error {
	for _, name := range [][]byte{nodesBucket, edgesBucket, logBucket, commandsBucket, metaBucket} {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails
	return putState(tx, state{format: currentFormat, epoch: hex.EncodeToString(random[:])})
}

// mark writes the marker of a graph that has none: a new one, or one whose
// creation ended before this step.
func mark(dir, epoch string) error {
	f, err := os.CreateTemp(dir, "new-*.epoch")
	if err != nil {
		return fmt.Errorf("marker of the graph: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(epoch + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("marker of the graph: %w", err)
	}
	if err := os.Rename(f.Name(), filepath.Join(dir, markerName)); err != nil {
		return fmt.Errorf("marker of the graph: %w", err)
	}
	return syncDir(dir)
}

// syncDir makes names in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("folder of the graph: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("folder of the graph: %w", err)
	}
	return nil
}
