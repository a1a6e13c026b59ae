package localstore

import (
	"context"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt/errors"

	"zhitu/graph"
)

// ErrDamaged says that bytes of the file are not what was written. What was
// read before it is right; a backup has the rest.
var ErrDamaged = fmt.Errorf("damaged: %w", graph.ErrUnavailable)

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
}

// refused is for a file that is whole and yet must not be opened.
func refused(why string) error {
	return fmt.Errorf("%w: %s", graph.ErrUnavailable, why)
}

// translate is the one place where an error of bbolt or of the file system
// becomes one of graph's. The cause stays inside, so that ENOSPC
// of a write can be asked for by name.
func translate(err error) error {
	switch {
	case err == nil, errors.Is(err, graph.ErrBehind), errors.Is(err, graph.ErrUnavailable),
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, bolt.ErrInvalid), errors.Is(err, bolt.ErrChecksum), errors.Is(err, bolt.ErrVersionMismatch):
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return fmt.Errorf("%w: %w", graph.ErrUnavailable, err)
}
