package localstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	bolt "go.etcd.io/bbolt/errors"

	"zhitu/graph"
)

// Options of Open. The zero value is what a server wants.
type Options struct {
	// LockTimeout is how long to wait for another process to let go of the
	// file; 0 means 5 s. bbolt alone would wait for ever.
	LockTimeout time.Duration

	// Salvage opens a file of which one meta page is damaged, in the state that
	// the other one names, which may lack the last commit.
	Salvage bool
}

// Store is a graph.Store over one file. It is safe for concurrent use.
type Store struct {
	dir  string
	opts Options

	mu    sync.RWMutex // held shared around every use of db, wholly to exchange it
	db    *bbolt.DB
	dead  atomic.Pointer[error] // why no call can succeed any more
	stuck atomic.Pointer[error] // why no append can; reading goes on
}

var _ graph.Store = (*Store)(nil)

// Open opens the graph in dir, or makes an empty one there. A file that is
// damaged, of a newer format or in use by another process is an error.
func Open(dir string, opts Options) (*Store, error) {
	if opts.LockTimeout == 0 {
		opts.LockTimeout = 5 * time.Second
	}
	s := &Store{dir: dir, opts: opts}
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("opening the graph in %s: %w", dir, translate(err))
	}
	return s, nil
}

func (s *Store) open() error {
	marked, err := prepare(s.dir)
	if err != nil {
		return err
	}
	db, err := s.openFile()
	if err != nil {
		return err
	}
	if err := s.check(db, marked); err != nil {
		return errors.Join(err, closeDB(db))
	}
	s.db = db
	return nil
}

// openFile opens the file under a guard; after a panic it closes the file
// itself, because bbolt does not come to it and the lock would stay.
func (s *Store) openFile() (*bbolt.DB, error) {
	var db *bbolt.DB
	var file *os.File
	err, panicked := guarded(func() (err error) {
		db, err = bbolt.Open(filepath.Join(s.dir, dataName), 0o600, &bbolt.Options{
			Timeout: s.opts.LockTimeout, FreelistType: bbolt.FreelistMapType,
			OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
				var err error
				file, err = os.OpenFile(name, flag&^os.O_CREATE, mode)
				return file, err
			},
		})
		return err
	})
	switch {
	case panicked && file != nil:
		return nil, errors.Join(err, file.Close())
	case errors.Is(err, bolt.ErrTimeout):
		return nil, refused(fmt.Sprintf("another process has it open; waited %v for it to end", s.opts.LockTimeout))
	}
	return db, err
}

// check compares what is open with its own pages and its marker.
func (s *Store) check(db *bbolt.DB, marked string) error {
	if err := checkPages(db.Path(), s.opts.Salvage); err != nil {
		return err
	}
	var st state
	err, _ := guarded(func() error {
		return db.View(func(tx *bbolt.Tx) (err error) {
			st, err = getState(tx)
			return err
		})
	})
	switch {
	case err != nil:
		return err
	case marked == "":
		return mark(s.dir, st.epoch)
	case marked != st.epoch:
		return refused(fmt.Sprintf("%s is of epoch %s and %s says %s: if the file was put there on purpose, remove the marker",
			dataName, st.epoch, markerName, marked))
	}
	return nil
}

// Close ends the use of the file. Calls after it return ErrUnavailable.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead.Load() != nil {
		return nil
	}
	s.die(refused("the store is closed"))
	if s.stuck.Load() != nil {
		return nil // bbolt would wait for its own writer; the end of the process frees the file
	}
	if err := closeDB(s.db); err != nil {
		return fmt.Errorf("closing the graph: %w", err)
	}
	return nil
}

func closeDB(db *bbolt.DB) error {
	err, _ := guarded(db.Close)
	return err
}

func (s *Store) die(why error) { s.dead.CompareAndSwap(nil, &why) }

// usable returns why a call cannot be made, nil if it can.
func (s *Store) usable(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if why := s.dead.Load(); why != nil {
		return *why
	}
	return nil
}

// view runs fn in a read transaction. fn must copy what it keeps, and must not
// call anybody who might write: a writer that has to grow the file waits for
// every open read transaction.
func (s *Store) view(ctx context.Context, fn func(tx *bbolt.Tx) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.usable(ctx); err != nil {
		return err
	}
	err, _ := guarded(func() error { return s.db.View(fn) })
	return translate(err)
}

// Head returns the number of the last entry and the epoch of the file.
func (s *Store) Head(ctx context.Context) (graph.Seq, graph.Epoch, error) {
	st, err := s.state(ctx)
	if err != nil {
		return 0, "", fmt.Errorf("head of the graph: %w", err)
	}
	return graph.Seq(st.seq), graph.Epoch(st.epoch), nil
}

// Ready tells whether the file can be read.
func (s *Store) Ready(ctx context.Context) error {
	if _, err := s.state(ctx); err != nil {
		return fmt.Errorf("%w: reading the graph: %w", graph.ErrUnavailable, err)
	}
	return nil
}

func (s *Store) state(ctx context.Context) (st state, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		st, err = getState(tx)
		return err
	})
	return st, err
}

func getState(tx *bbolt.Tx) (state, error) {
	b, err := bucket(tx, metaBucket)
	if err != nil {
		return state{}, err
	}
	v, err := unseal(metaBucket, stateKey, b.Get(stateKey))
	if err != nil {
		return state{}, err
	}
	return parseState(v)
}

func putState(tx *bbolt.Tx, s state) error {
	b, err := bucket(tx, metaBucket)
	if err != nil {
		return err
	}
	return b.Put(stateKey, seal(stateKey, s.append(nil)))
}

func bucket(tx *bbolt.Tx, name []byte) (*bbolt.Bucket, error) {
	b := tx.Bucket(name)
	if b == nil {
		return nil, damaged("there is no bucket %s", name)
	}
	return b, nil
}
