package testserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// Options say which server to start. The zero value is the long-term version
// for functional tests.
type Options struct {
	Version string // "" means NEO4J_TEST_VERSION, and without that LTS

	// Benchmark gives the server its default garbage collector, full tiering,
	// a large heap and its own transaction log settings: slow to start, and
	// the only one whose speed says anything.
	Benchmark bool
}

// Server is one Neo4j with its own temporary HOME, on a free loopback port.
type Server struct {
	opts Options
	lib  library
	java jdk
	home string
	addr string

	pid    int
	exited chan struct{} // closed when the process has ended
}

const startTimeout = 4 * time.Minute // a busy machine has been seen to need two

// Start returns a server that answers RETURN 1, or an error that says what it
// printed last.
func Start(ctx context.Context, opts Options) (*Server, error) {
	if opts.Version == "" {
		opts.Version = os.Getenv("NEO4J_TEST_VERSION")
	}
	if opts.Version == "" {
		opts.Version = LTS
	}
	s := &Server{opts: opts}
	var err error
	if s.lib, err = fetch(ctx, opts.Version); err != nil {
		return nil, err
	}
	if s.java, err = findJava(s.lib.calendar); err != nil {
		return nil, err
	}
	if s.home, err = os.MkdirTemp("", "zhitu-neo4j-"); err != nil {
		return nil, fmt.Errorf("home of the test server: %w", err)
	}
	if s.addr, err = freePort(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.home))
	}
	if err := s.configure(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.home))
	}
	if err := s.Restart(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// URI is the address for the driver. It is bolt://, not neo4j://: the latter
// follows the advertised address and would walk around a fault proxy.
func (s *Server) URI() string { return "bolt://" + s.addr }

// Addr is host:port of the Bolt listener.
func (s *Server) Addr() string { return s.addr }

// Version is the version that runs.
func (s *Server) Version() string { return s.opts.Version }

// Exec runs one auto-commit statement: what an outsider with a console could.
func (s *Server) Exec(ctx context.Context, statement string) error {
	return execute(ctx, s.addr, statement)
}

// Wipe deletes every node and relationship. Constraints and indexes stay.
func (s *Server) Wipe(ctx context.Context) error {
	err := s.Exec(ctx, "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS")
	if err != nil {
		return fmt.Errorf("emptying the test server: %w", err)
	}
	return nil
}

// Kill9 ends the process the way a power switch would, as far as a process can
// tell, and waits until it is gone. Restart brings it back on the same HOME.
func (s *Server) Kill9() error { return s.signal(syscall.SIGKILL) }

// Stop ends the process in an orderly way.
func (s *Server) Stop() error { return s.signal(syscall.SIGTERM) }

func (s *Server) signal(sig syscall.Signal) error {
	if s.exited == nil {
		return nil
	}
	select {
	case <-s.exited:
		return nil
	default:
	}
	if err := syscall.Kill(s.pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("ending the test server: %w", err)
	}
	select {
	case <-s.exited:
		return nil
	case <-time.After(20 * time.Second):
		return fmt.Errorf("test server %d has not ended after %v", s.pid, sig)
	}
}

// Close kills the process and removes its HOME.
func (s *Server) Close() error {
	return errors.Join(s.Kill9(), os.RemoveAll(s.home))
}

// Restart starts the process on the HOME it had and waits until it answers.
func (s *Server) Restart(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	console := filepath.Join(s.home, "logs", "console.log")
	out, err := os.Create(console)
	if err != nil {
		return fmt.Errorf("console of the test server: %w", err)
	}
	defer out.Close()
	cmd := exec.Command(s.java.java, s.java.arguments(s.lib, s.home, s.opts.Benchmark)...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = dieWithParent()
	if err := s.launch(cmd); err != nil {
		return fmt.Errorf("starting Neo4j %s: %w", s.opts.Version, err)
	}
	if err := s.await(ctx); err != nil {
		said, _ := os.ReadFile(console)
		return fmt.Errorf("starting Neo4j %s: %w: %s", s.opts.Version, err, tail(said))
	}
	return nil
}

// launch starts and reaps cmd on a thread of its own that lives as long as the
// process: "die with the parent" means, to Linux, with the parent's thread.
func (s *Server) launch(cmd *exec.Cmd) error {
	started := make(chan error)
	exited := make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
		close(exited)
	}()
	if err := <-started; err != nil {
		return err
	}
	s.pid, s.exited = cmd.Process.Pid, exited
	return nil
}

// await asks until the server answers a statement: a listening port is not yet
// a database.
func (s *Server) await(ctx context.Context) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	var last error
	for {
		probe, cancel := context.WithTimeout(ctx, 5*time.Second)
		last = s.Exec(probe, "RETURN 1")
		cancel()
		if last == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-s.exited:
			return errors.New("the process has ended")
		case <-ctx.Done():
			return fmt.Errorf("%w (last: %w)", ctx.Err(), last)
		}
	}
}

func freePort(ctx context.Context) (string, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("a port for the test server: %w", err)
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// configure writes neo4j.conf. An unknown or repeated setting stops the start.
func (s *Server) configure() error {
	for _, dir := range []string{"conf", "data", "logs", "run", "import", "plugins"} {
		if err := os.MkdirAll(filepath.Join(s.home, dir), 0o755); err != nil {
			return fmt.Errorf("home of the test server: %w", err)
		}
	}
	lines := []string{
		"dbms.security.auth_enabled=false",
		"dbms.security.allow_csv_import_from_file_urls=false",
		"dbms.usage_report.enabled=false",
		"server.default_listen_address=127.0.0.1",
		"server.bolt.enabled=true",
		"server.bolt.listen_address=" + s.addr,
		"server.bolt.advertised_address=" + s.addr,
		"server.http.enabled=false",
		"server.https.enabled=false",
		"db.transaction.timeout=30s",
		"db.lock.acquisition.timeout=5s",
		// Without these two a SIGTERM takes ten seconds.
		"internal.server.bolt.thread_pool_shutdown_wait_time=100ms",
		"internal.server.bolt.connection_shutdown_wait_time=100ms",
	}
	if s.opts.Benchmark {
		lines = append(lines, "server.memory.pagecache.size=1g")
	} else {
		lines = append(lines, "server.memory.pagecache.size=128m",
			"db.tx_log.preallocate=false", "db.tx_log.rotation.size=16m",
			"db.memory.transaction.max=128m", "dbms.memory.transaction.total.max=256m")
	}
	conf := filepath.Join(s.home, "conf", "neo4j.conf")
	if err := os.WriteFile(conf, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		return fmt.Errorf("configuring the test server: %w", err)
	}
	return nil
}
