package api

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
)

// server is a bench that listens.
type server struct {
	*bench
	url  string
	stop context.CancelFunc
	done chan error // what Serve returned
}

func (b *bench) serve(o ServeOptions) *server {
	b.t.Helper()
	ln, err := new(net.ListenConfig).Listen(b.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.t.Context())
	s := &server{bench: b, url: "http://" + ln.Addr().String(), stop: cancel, done: make(chan error, 1)}
	go func() { s.done <- b.api.Serve(ctx, ln, o) }()
	b.t.Cleanup(cancel)
	return s
}

// events reads a stream of the log from where it was left.
func (s *server) events(ctx context.Context, lastID string, public bool) *bufio.Scanner {
	s.t.Helper()
	r, err := http.NewRequestWithContext(ctx, get, s.url+v1+"/changes/stream", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	if !public {
		r.Header.Set("Authorization", "Bearer "+testToken)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != 200 || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		s.t.Fatalf("stream: %d %s", resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	return lines
}

// nextID returns the id of the next event, "" at the end of the stream.
func nextID(lines *bufio.Scanner) string {
	for lines.Scan() {
		if id, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
			return id
		}
	}
	return ""
}

func TestAStreamThatIsCutAndResumedShowsEveryEntryOnce(t *testing.T) {
	const entries = 60
	s := newSmall(t, func(c *Config) { c.Heartbeat = 20 * time.Millisecond }).serve(ServeOptions{Settle: time.Millisecond})
	go func() { // written while the stream is read
		for i := range entries - 1 {
			n := graph.Node{ID: graph.ID(fmt.Sprintf("product:s%03d", i)), Kind: graph.Product, Name: "x"}
			if _, err := s.ledger.Apply(s.t.Context(), graph.Batch{Author: "test", Ops: []graph.Op{{PutNode: &n}}}); err != nil {
				s.t.Error(err)
				return
			}
		}
	}()
	var seen []string
	last := ""
	for cut := 0; len(seen) < entries; cut++ {
		ctx, cancel := context.WithCancel(t.Context())
		lines := s.events(ctx, last, false)
		for range 1 + cut*5%17 {
			if len(seen) == entries {
				break
			}
			if last = nextID(lines); last == "" {
				t.Fatalf("the stream ended after %v", seen)
			}
			seen = append(seen, last)
		}
		cancel()
	}
	var want []string
	for i := range entries {
		want = append(want, strconv.Itoa(i+1))
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAStreamShowsLifeAndOnlyWhatOneMaySee(t *testing.T) {
	s := newSmall(t, func(c *Config) { c.Heartbeat = time.Millisecond }).serve(ServeOptions{Settle: time.Millisecond})
	lines := s.events(t.Context(), "1", true)
	alive := false
	for !alive && lines.Scan() {
		alive = lines.Text() == ": still here"
	}
	hidden := graph.Node{ID: "product:secret9", Kind: graph.Product, Name: "机密", Visibility: graph.Private, Owner: "firm:a"}
	open := graph.Node{ID: "product:open", Kind: graph.Product, Name: "公开"}
	s.load(graph.Op{PutNode: &hidden})
	s.load(graph.Op{PutNode: &open})
	var text []string
	for lines.Scan() && !slices.Contains(text, "id: 3") {
		text = append(text, lines.Text())
	}
	all := strings.Join(text, "\n")
	if strings.Contains(all, "secret9") || strings.Contains(all, "id: 2") {
		t.Errorf("a hidden entry: %s", all)
	}
}

func TestStreamsThatCannotBe(t *testing.T) {
	run(t, newSmall(t), []scenario{
		{name: "an id that is no number", call: call{method: get, path: v1 + "/changes/stream", header: map[string]string{"Last-Event-ID": "x"}}, status: 400, has: []string{"/Last-Event-ID"}},
		{name: "an unknown parameter", call: call{method: get, path: v1 + "/changes/stream?since=1"}, status: 400},
	})
}

func TestAStreamEndsWhenTheServiceStopsAndNothingUnderWayBreaks(t *testing.T) {
	b := newSmall(t)
	arrived, release := make(chan struct{}), make(chan struct{})
	b.api.router.GET("/api/v1/test-slow", func(c *ginContext) {
		arrived <- struct{}{}
		<-release
		c.String(200, "done")
	})
	s := b.serve(ServeOptions{Settle: 50 * time.Millisecond, Grace: 10 * time.Second})
	lines := s.events(t.Context(), "", true)
	if id := nextID(lines); id != "1" {
		t.Fatalf("first event %q", id)
	}
	const inFlight = 100
	statuses := make(chan error, inFlight)
	for range inFlight {
		go func() { statuses <- s.fetch("/api/v1/test-slow", "done") }()
	}
	for range inFlight {
		<-arrived
	}
	s.stop()
	if nextID(lines) != "" || lines.Err() != nil {
		t.Errorf("the stream did not end well: %v", lines.Err())
	}
	<-s.api.draining
	if g := s.do(call{method: get, path: "/readyz"}); g.status != 503 || !strings.Contains(string(g.body), `"stopping","ok":false`) {
		t.Errorf("readiness while stopping: %d %s", g.status, g.body)
	}
	if g := s.do(call{method: get, path: "/livez"}); g.status != 200 {
		t.Errorf("liveness while stopping: %d", g.status)
	}
	close(release)
	for range inFlight {
		if err := <-statuses; err != nil {
			t.Error(err)
		}
	}
	if err := <-s.done; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

func (s *server) fetch(path, want string) error {
	r, err := http.NewRequestWithContext(s.t.Context(), get, s.url+path, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && (resp.StatusCode != 200 || string(body) != want) {
		err = fmt.Errorf("%d %q", resp.StatusCode, body)
	}
	return err
}

func TestAServerThatCannotServeSaysSo(t *testing.T) {
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	if err := newSmall(t).api.Serve(t.Context(), ln, ServeOptions{}); err == nil {
		t.Error("no error")
	}
}

func TestASlowCallerIsCutOff(t *testing.T) {
	s := newSmall(t).serve(ServeOptions{Settle: time.Millisecond})
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, conn)
	if _, err := conn.Write([]byte("GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow: ")); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil { // the header has five
		t.Fatal(err)
	}
	// It may be told 408 before the end.
	if _, err := io.ReadAll(conn); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the connection stays open")
	}
}
