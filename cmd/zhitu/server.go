package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"zhitu/graph"
)

// noteName is the file in which a server says where it listens, so that
// commands find it while it holds the folder. Nothing relies on it: it is
// tried, and a note that a killed server left behind leads nowhere.
const noteName = "server.json"

type note struct {
	Address string `json:"address"`
	PID     int    `json:"pid"`
}

func writeNote(dir, address string) error {
	b, err := json.Marshal(note{Address: address, PID: os.Getpid()})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, noteName), append(b, '\n'), 0o600)
}

func removeNote(dir string) error { return os.Remove(filepath.Join(dir, noteName)) }

// server is a zhitu that runs and holds the data folder.
type server struct {
	root   string // http://HOST:PORT
	client *http.Client
}

// maxReply bounds what a server's answer may take in memory.
const maxReply = 256 << 20

// findServer returns the server that says it holds the folder, if it answers.
func findServer(ctx context.Context, dir string) *server {
	b, err := os.ReadFile(filepath.Join(dir, noteName))
	if err != nil {
		return nil
	}
	var n note
	if json.Unmarshal(b, &n) != nil {
		return nil
	}
	host, port, err := net.SplitHostPort(n.Address)
	if err != nil {
		return nil
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	s := &server{root: "http://" + net.JoinHostPort(host, port), client: &http.Client{}}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if _, err := s.do(ctx, http.MethodGet, "/livez", nil, graph.English, ""); err != nil {
		return nil
	}
	return s
}

// ask puts a question to the server.
func (s *server) ask(ctx context.Context, p program, a *asking) ([]byte, error) {
	token := ""
	if a.everything {
		if token = p.getenv("ZHITU_TOKEN"); token == "" {
			return nil, usagef("-everything: 服务正占用数据目录 a server holds the folder: set ZHITU_TOKEN")
		}
	}
	var body []byte
	if a.question.Method != http.MethodGet {
		var err error
		if body, err = json.Marshal(a.body); err != nil {
			return nil, fmt.Errorf("body of %s: %w", a.question.Name, err)
		}
	}
	return s.do(ctx, a.question.Method, a.url(), body, p.lang(), token)
}

// do makes one call and returns the body of a success; an error body becomes
// an error that says what it says.
func (s *server) do(ctx context.Context, method, path string, body []byte, lang graph.Lang, token string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.root+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("asking the server: %w", err)
	}
	req.Header.Set("Accept-Language", string(lang))
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("asking the server at %s: %w", s.root, err)
	}
	defer resp.Body.Close()
	reply, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	switch {
	case err != nil:
		return nil, fmt.Errorf("answer of the server at %s: %w", s.root, err)
	case resp.StatusCode >= 400:
		return nil, errorOfBody(resp.StatusCode, reply)
	}
	return reply, nil
}

// replyError is an error that a server answered with.
type replyError struct {
	status int
	lines  []string
}

func (e *replyError) Error() string { return strings.Join(e.lines, "\n") }

// errorOfBody reads an application/problem+json: the detail, then each mistake.
func errorOfBody(status int, body []byte) error {
	var b struct {
		Detail string `json:"detail"`
		Errors []struct {
			Pointer string `json:"pointer"`
			Message string `json:"message"`
		} `json:"errors"`
	}
	if json.Unmarshal(body, &b) != nil || b.Detail == "" {
		return &replyError{status, []string{fmt.Sprintf("the server answered %d", status)}}
	}
	e := &replyError{status: status, lines: []string{b.Detail}}
	for _, wrong := range b.Errors {
		e.lines = append(e.lines, wrong.Message)
	}
	if status == http.StatusBadRequest {
		return &usageError{err: e}
	}
	return e
}

const buildingPause = 200 * time.Millisecond

// patiently calls f again while the server answers that it is not available
// yet, such as while it builds its index after a first start.
func patiently[T any](ctx context.Context, f func() (T, error)) (T, error) {
	tick := time.NewTicker(buildingPause)
	defer tick.Stop()
	for {
		v, err := f()
		if e, ok := errors.AsType[*replyError](err); !ok || e.status != http.StatusServiceUnavailable {
			return v, err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return v, err
		}
	}
}
