package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"zhitu/graph/ledger"
)

// served is a server in this process, over a new graph.
type served struct {
	root string
	dir  string
	stop context.CancelFunc
	done chan error
}

func startServer(t *testing.T) *served {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	s := &served{dir: t.TempDir(), stop: stop, done: make(chan error, 1)}
	c := defaults()
	c.Addr, c.DataDir = "127.0.0.1:0", s.dir
	p := program{getenv: func(string) string { return "" }, stdout: &bytes.Buffer{}, stderr: io.Discard}
	go func() { s.done <- p.serve(ctx, c) }()
	t.Cleanup(stop)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	end := time.After(time.Minute)
	for {
		if b, err := os.ReadFile(filepath.Join(s.dir, noteName)); err == nil {
			var n note
			if json.Unmarshal(b, &n) == nil {
				s.root = "http://" + n.Address
				return s
			}
		}
		select {
		case <-tick.C:
		case err := <-s.done:
			t.Fatalf("the server ended: %v", err)
		case <-end:
			t.Fatal("the server did not start")
		}
	}
}

// TestStopBreaksNoRequest stops a server with a hundred calls under way: each
// is answered, the server says that it is not ready, and leaves the folder as
// the next one wants it.
func TestStopBreaksNoRequest(t *testing.T) {
	s := startServer(t)
	if err := answers(t.Context(), s.root+"/readyz", http.StatusOK); err != nil {
		t.Fatal(err)
	}
	const calls = 100
	var sent, answered sync.WaitGroup
	sent.Add(calls)
	errs := make([]error, calls)
	for i := range calls {
		answered.Go(func() {
			once := sync.OnceFunc(sent.Done)
			defer once()
			errs[i] = call(t.Context(), fmt.Sprintf("%s/api/v1/solve?q=%d锌层结合力差", s.root, i), once)
		})
	}
	sent.Wait()
	s.stop()
	// It says that it is not ready before it closes the door.
	if err := answers(t.Context(), s.root+"/readyz", http.StatusServiceUnavailable); err != nil {
		t.Error(err)
	}
	answered.Wait()
	for i, err := range errs {
		if err != nil {
			t.Errorf("call %d: %v", i, err)
		}
	}
	if err := <-s.done; err != nil {
		t.Errorf("the server ended with %v", err)
	}
	if _, err := os.Lstat(filepath.Join(s.dir, noteName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the note of the server is still there: %v", err)
	}
	again, err := openGraph(t.Context(), config{DataDir: s.dir}, lockWait, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}

// call makes one request that must be answered with 200, or with 503 when the
// queue was full: a declared refusal is an answer. sent is called once the
// request is on its way.
func call(ctx context.Context, url string, sent func()) error {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { sent() }})
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "":
		return nil
	case resp.StatusCode != http.StatusOK || !json.Valid(body):
		return fmt.Errorf("status %d: %.200s", resp.StatusCode, body)
	}
	return nil
}

// answers asks until the server answers with status.
func answers(ctx context.Context, url string, status int) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return fmt.Errorf("waiting for %d: %w", status, err)
		}
		if err := resp.Body.Close(); err != nil {
			return err
		}
		if resp.StatusCode == status {
			return nil
		}
		<-tick.C
	}
}

func TestTokenIsMadeOnceAndKeptAsAHash(t *testing.T) {
	dir := t.TempDir()
	hash, token, err := administrator(dir)
	if err != nil || token == "" {
		t.Fatalf("first start: token %q, %v", token, err)
	}
	again, none, err := administrator(dir)
	if err != nil || none != "" || again != hash {
		t.Errorf("second start: token %q, hash %x of %x, %v", none, again, hash, err)
	}
	info, err := os.Stat(filepath.Join(dir, tokenName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
	b, err := os.ReadFile(filepath.Join(dir, tokenName))
	if err != nil || bytes.Contains(b, []byte(token)) {
		t.Errorf("the file holds the token itself, %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, tokenName), []byte("nonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := administrator(dir); err == nil {
		t.Error("a file that holds no hash is taken for one")
	}
}
