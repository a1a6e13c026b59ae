//go:build !unix

package search

import (
	"fmt"
	"os"
	"path/filepath"
)

// lockDir opens the lock file only: where there is no flock, the timeout of
// Bleve's own lock has to do.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock search index: %w", err)
	}
	return f, nil
}
