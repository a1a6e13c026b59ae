package web

import (
	"bufio"
	"context"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The journeys run in Chromium against the program as it is built and shipped.
// Without a browser there is one line that says so; where BROWSER_REQUIRED=1
// is set, that line is a failure, so that "green" cannot mean "not run".
func TestJourneys(t *testing.T) {
	node, chromium := browser(t)
	dependOnTheTree(t)
	url := startServer(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, "journey.mjs", url)
	cmd.Env = append(os.Environ(), "CHROMIUM="+chromium)
	cmd.Stderr = &complaints{t: t}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	steps := 0
	for lines := bufio.NewScanner(out); lines.Scan(); steps++ {
		name, reason, failed := readStep(lines.Text())
		t.Run(name, func(t *testing.T) {
			if failed {
				t.Error(reason)
			}
		})
	}
	if err := cmd.Wait(); err != nil && !t.Failed() {
		t.Errorf("journey.mjs after %d steps: %v", steps, err)
	}
	if steps == 0 {
		t.Error("journey.mjs took no step")
	}
}

// readStep reads "ok NAME" or "not ok NAME: REASON".
func readStep(line string) (name, reason string, failed bool) {
	if rest, ok := strings.CutPrefix(line, "not ok "); ok {
		name, reason, _ = strings.Cut(rest, ": ")
		return name, reason, true
	}
	return strings.TrimPrefix(line, "ok "), "", false
}

// browser finds what the journeys need, or skips.
func browser(t *testing.T) (node, chromium string) {
	t.Helper()
	lacks := func(what string) {
		if os.Getenv("BROWSER_REQUIRED") == "1" {
			t.Fatalf("BROWSER_REQUIRED=1, and there is no %s", what)
		}
		t.Skipf("SKIPPED: the browser journeys did not run: no %s", what)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		lacks("node")
	}
	if _, err := os.Stat("node_modules/playwright-core"); err != nil {
		lacks("node_modules (npm ci)")
	}
	if chromium = os.Getenv("CHROMIUM"); chromium != "" {
		return node, chromium
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if chromium, err = exec.LookPath(name); err == nil {
			return node, chromium
		}
	}
	lacks("Chromium (set CHROMIUM to its path)")
	return "", ""
}

// dependOnTheTree opens the folders that the program is built from. What a
// child process reads is unseen by go test, which would answer "(cached)"
// after a change.
func dependOnTheTree(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir("../../..", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git" || d.Name() == "zhitu-data") {
			return filepath.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile("journey.mjs"); err != nil {
		t.Fatal(err)
	}
}

var pageLine = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// startServer builds the program and starts it with a new graph on a free
// port; it returns when pages, answers and search are there.
func startServer(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "zhitu")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "zhitu/cmd/zhitu")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	cmd := exec.Command(program, "serve", "-addr", "127.0.0.1:0", "-data", filepath.Join(dir, "data"))
	cmd.Stderr = &complaints{t: t}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it holds nothing that is kept
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url := pageLine.FindString(lines.Text()); url != "" {
			go func() { _, _ = io.Copy(io.Discard, out) }() // until it ends
			waitFor(t, url+"/readyz")
			waitFor(t, url+"/api/v1/search?q=gb")
			return url
		}
	}
	t.Fatal("the server ended without saying where it listens")
	return ""
}

// waitFor asks until the answer is 200.
func waitFor(t *testing.T, url string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := http.DefaultClient.Do(req); err == nil {
			_ = r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s: %v", url, ctx.Err())
		case <-again.C:
		}
	}
}

// complaints shows in the test's log what a child process complains of: its
// standard error without the lines about requests that went well.
type complaints struct {
	t    *testing.T
	rest string // a line that has not ended yet
}

func (c *complaints) Write(p []byte) (int, error) {
	lines := strings.Split(c.rest+string(p), "\n")
	c.rest = lines[len(lines)-1]
	for _, line := range lines[:len(lines)-1] {
		if !strings.Contains(line, `"level":"INFO"`) {
			c.t.Log(line)
		}
	}
	return len(p), nil
}
