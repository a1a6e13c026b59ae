package neo4jstore

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/notifications"

	"zhitu/graph"
)

// Config says which server to use and how. Only URI must be set.
type Config struct {
	URI      string // bolt:// is this host; neo4j:// follows what the server advertises; +s is TLS
	User     string // empty: no authentication
	Password string
	Database string // empty means "neo4j"

	// TxTimeout bounds one append in the server, and so how long a process that
	// fell asleep with the head locked can hold up all others; 0 means 5 s.
	TxTimeout time.Duration

	// QueryTimeout bounds one query, a page of a scan for one; 0 means 10 s.
	QueryTimeout time.Duration

	// Connections bounds the calls at one time; 0 means two for each core, at
	// most 32. Callers beyond it wait, within their deadline.
	Connections int

	// MaxEdges bounds what one Touching may find; 0 means 200,000.
	MaxEdges int
}

func (c Config) withDefaults() Config {
	if c.Database == "" {
		c.Database = "neo4j"
	}
	if c.TxTimeout == 0 {
		c.TxTimeout = 5 * time.Second
	}
	if c.QueryTimeout == 0 {
		c.QueryTimeout = 10 * time.Second
	}
	if c.Connections == 0 {
		c.Connections = min(2*runtime.GOMAXPROCS(0), 32)
	}
	if c.MaxEdges == 0 {
		c.MaxEdges = 200_000
	}
	return c
}

const (
	schemaVersion = 1               // of the layout; a newer one is refused
	probeTimeout  = time.Second     // of Ready: only a context bounds the handshake
	schemaTimeout = 5 * time.Minute // for indexes to come online
	closeTimeout  = time.Second     // for a connection to be given back
)

// Store is a graph.Store over one database. It is safe for concurrent use.
type Store struct {
	cfg    Config
	driver neo4j.DriverWithContext
	epoch  graph.Epoch // as Open found it: another one is another database

	slots   chan struct{} // fewer calls than connections, so none waits in the pool
	waiting atomic.Int64
	breaker breaker
	closed  atomic.Bool

	closeDriver func() error

	holeMu sync.Mutex
	hole   hole
}

var _ graph.Store = (*Store)(nil)

// Open connects, sets up constraints and indexes, and reads or makes the head.
// It fails within its context or a second when nobody answers.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	cfg = cfg.withDefaults()
	auth := neo4j.NoAuth()
	if cfg.User != "" {
		auth = neo4j.BasicAuth(cfg.User, cfg.Password, "")
	}
	driver, err := neo4j.NewDriverWithContext(cfg.URI, auth, func(c *config.Config) {
		c.MaxTransactionRetryTime = 3 * time.Second
		c.MaxConnectionPoolSize = cfg.Connections + 2 // Ready and a late Close never queue
		c.ConnectionAcquisitionTimeout = 2 * time.Second
		c.SocketConnectTimeout = 2 * time.Second
		c.MaxConnectionLifetime = 10 * time.Minute
		c.ConnectionLivenessCheckTimeout = 30 * time.Second
		c.TelemetryDisabled = true
		c.NotificationsMinSeverity = notifications.WarningLevel
	})
	if err != nil {
		return nil, fmt.Errorf("neo4j at %s: %w", cfg.URI, err)
	}
	s := &Store{cfg: cfg, driver: driver, slots: make(chan struct{}, cfg.Connections)}
	s.closeDriver = func() error {
		ctx, cancel := detached(ctx)
		defer cancel()
		return driver.Close(ctx)
	}
	if err := s.setUp(ctx); err != nil {
		return nil, fmt.Errorf("setting up neo4j at %s: %w", cfg.URI, errors.Join(err, s.Close()))
	}
	return s, nil
}

func (s *Store) setUp(ctx context.Context) error {
	if err := s.probe(ctx, stmt("ping")); err != nil {
		return translate(ctx, err)
	}
	ctx, cancel := context.WithTimeout(ctx, schemaTimeout)
	defer cancel()
	for _, st := range schemaStatements() {
		err := s.write(ctx, st, nil)
		// Another process at the same work gets there first in spite of IF NOT EXISTS.
		if nerr := serverError(err); nerr != nil && nerr.Code == equivalentCode {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", st, translate(ctx, err))
		}
	}
	if err := s.write(ctx, stmt("await_indexes"), nil); err != nil {
		return translate(ctx, err)
	}
	return s.readHead(ctx)
}

// readHead makes the head of a new database and remembers its epoch.
func (s *Store) readHead(ctx context.Context) error {
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails
	var found int64
	err := s.writeRows(ctx, stmt("create_head"),
		map[string]any{"epoch": hex.EncodeToString(random[:]), "schema": int64(schemaVersion)},
		func(r *neo4j.Record) error {
			epoch, _, err := neo4j.GetRecordValue[string](r, "epoch")
			s.epoch = graph.Epoch(epoch)
			found = intOf(r, "schema")
			return err
		})
	switch {
	case err != nil:
		return translate(ctx, err)
	case found != schemaVersion:
		return fmt.Errorf("%w: it is laid out in version %d, this program knows %d", graph.ErrUnavailable, found, schemaVersion)
	}
	return nil
}

// Close gives the connections back. Calls after it return ErrUnavailable.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	if err := s.closeDriver(); err != nil {
		return fmt.Errorf("closing neo4j: %w", err)
	}
	return nil
}

// Stats are gauges for the metrics of whoever runs the store.
type Stats struct {
	InUse, Waiting int64 // calls
	BreakerOpen    bool
	Hole           graph.Seq // the number that the log waits for; 0: none
}

// Stats returns the gauges.
func (s *Store) Stats() Stats {
	s.holeMu.Lock()
	defer s.holeMu.Unlock()
	return Stats{InUse: int64(len(s.slots)), Waiting: s.waiting.Load(), BreakerOpen: s.breaker.open(), Hole: s.hole.at}
}

// Head returns the number of the last entry and the epoch of the database.
func (s *Store) Head(ctx context.Context) (seq graph.Seq, epoch graph.Epoch, err error) {
	rows, err := s.read(ctx, stmt("head"), nil)
	if err != nil {
		return 0, "", fmt.Errorf("head: %w", err)
	}
	if len(rows) != 1 {
		return 0, "", fmt.Errorf("head: %w: the database has lost it", graph.ErrUnavailable)
	}
	text, _, _ := neo4j.GetRecordValue[string](rows[0], "epoch")
	return graph.Seq(intOf(rows[0], "seq")), graph.Epoch(text), nil
}

// Ready asks the server, whatever the breaker thinks, for at most a second. It
// also tells of a hole in the log that should have been filled by now.
func (s *Store) Ready(ctx context.Context) error {
	if err := s.usable(ctx); err != nil {
		return fmt.Errorf("%w: %w", graph.ErrUnavailable, err)
	}
	err := s.probe(ctx, stmt("head"))
	s.breaker.report(unreachable(err))
	if err != nil {
		return fmt.Errorf("%w: neo4j: %w", graph.ErrUnavailable, opened(err))
	}
	return s.holeTooOld()
}

func (s *Store) usable(ctx context.Context) error {
	if s.closed.Load() {
		return fmt.Errorf("%w: the store is closed", graph.ErrUnavailable)
	}
	return ctx.Err()
}

func intOf(r *neo4j.Record, key string) int64 {
	n, _, _ := neo4j.GetRecordValue[int64](r, key)
	return n
}
