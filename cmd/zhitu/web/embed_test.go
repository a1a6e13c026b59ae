package web

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const html = "text/html,application/xhtml+xml,*/*;q=0.8"

// ask sends one request to h; headers come in pairs.
func ask(t *testing.T, h http.Handler, method, target string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestWhatIsServedWhere(t *testing.T) {
	const page, script, none = "text/html; charset=utf-8", "text/javascript; charset=utf-8", "text/plain; charset=utf-8"
	tests := []struct {
		name, method, target, accept string
		status                       int
		media                        string
	}{
		{"the first page", "GET", "/", html, 200, page},
		{"a page with an id", "GET", "/problems/problem:qp-sw-01?lang=en", html, 200, page},
		{"a page, its head only", "HEAD", "/chains", html, 200, page},
		{"a page whose name begins as a reserved one does", "GET", "/apiary", html, 200, page},
		{"a file of the page", "GET", "/assets/app.js", "*/*", 200, script},
		{"an icon", "GET", "/assets/icon.svg", "*/*", 200, "image/svg+xml"},
		{"a missing asset is never the page", "GET", "/assets/app.9c1e.js", html, 404, none},
		{"an asset that climbs out", "GET", "/assets/../../embed.go", html, 200, page},
		{"the API is not the page", "GET", "/api/v1/nope", html, 404, none},
		{"the document is not the page", "GET", "/openapi.yaml", html, 404, none},
		{"readiness is not the page", "GET", "/readyz", html, 404, none},
		{"reconciliation is not the page", "GET", "/reconcile", html, 404, none},
		{"a program that does not want a page gets none", "GET", "/problems/x", "application/json", 404, none},
		{"a program that says nothing gets none", "GET", "/", "", 404, none},
		{"index.html is no second address of the page for programs", "GET", "/index.html", "*/*", 404, none},
		{"writing", "POST", "/", html, 405, none},
	}
	h := Handler()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := ask(t, h, tt.method, tt.target, "Accept", tt.accept)
			got := []any{r.StatusCode, r.Header.Get("Content-Type")}
			if diff := cmp.Diff([]any{tt.status, tt.media}, got); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", tt.method, tt.target, diff)
			}
			if tt.method == "HEAD" && body(t, r) != "" {
				t.Error("a HEAD has a body")
			}
		})
	}
}

func TestATagNamesTheBytesThatWereSent(t *testing.T) {
	h := Handler()
	plain := ask(t, h, "GET", "/assets/app.css")
	text := body(t, plain)
	sum := sha256.Sum256([]byte(text))
	if want := `"` + hex.EncodeToString(sum[:]) + `"`; plain.Header.Get("ETag") != want {
		t.Errorf("ETag %s, want the SHA-256 %s", plain.Header.Get("ETag"), want)
	}
	if got := plain.Header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("Cache-Control %q: a browser would show an old page with new answers", got)
	}
	zipped := ask(t, h, "GET", "/assets/app.css", "Accept-Encoding", "br, gzip;q=0.9")
	if zipped.Header.Get("ETag") == plain.Header.Get("ETag") {
		t.Error("two encodings share a strong tag")
	}
	z, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	unzipped, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text, string(unzipped)); diff != "" {
		t.Errorf("compressed bytes differ (-plain +compressed):\n%s", diff)
	}
	for _, r := range []*http.Response{plain, zipped} {
		tag := r.Header.Get("ETag")
		again := ask(t, h, "GET", "/assets/app.css", "If-None-Match", tag, "Accept-Encoding", map[bool]string{true: "gzip"}[r == zipped])
		if again.StatusCode != http.StatusNotModified || body(t, again) != "" {
			t.Errorf("asked again with %s: %d", tag, again.StatusCode)
		}
	}
	if refused := ask(t, h, "GET", "/assets/app.css", "Accept-Encoding", "gzip;q=0"); refused.Header.Get("Content-Encoding") != "" {
		t.Error("sent compressed to one who refuses it")
	}
}

func TestThePageForbidsWhatItDoesNotNeed(t *testing.T) {
	r := ask(t, Handler(), "GET", "/", "Accept", html)
	if got := r.Header.Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'self';") || strings.Contains(got, "unsafe") {
		t.Errorf("policy %q", got)
	}
	text := body(t, r)
	for _, refused := range []string{" style=", "<style", "javascript:", "http://", "https://", "onload="} {
		if strings.Contains(text, refused) {
			t.Errorf("index.html has %q, which the policy refuses or the page must not need", refused)
		}
	}
}

func TestAFolderIsReadAnew(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h := Dir(dir)
	write(index, "one")
	if got := body(t, ask(t, h, "GET", "/", "Accept", html)); got != "one" {
		t.Errorf("got %q", got)
	}
	write(index, "two")
	if got := body(t, ask(t, h, "GET", "/", "Accept", html)); got != "two" {
		t.Errorf("after a change: %q", got)
	}
	if r := ask(t, h, "GET", "/assets/none.js", "Accept", html); r.StatusCode != http.StatusNotFound {
		t.Errorf("a missing asset: %d", r.StatusCode)
	}
}

// The budgets of the page, compressed: what is loaded first, and each page that
// is fetched later.
func TestThePageStaysSmall(t *testing.T) {
	const firstJS, css, later = 60 << 10, 12 << 10, 40 << 10
	files, err := load(mustSub(t))
	if err != nil {
		t.Fatal(err)
	}
	index := string(files[index].plain)
	initial := 0
	for name, f := range files {
		size := len(f.zipped)
		if size == 0 {
			size = len(f.plain)
		}
		switch {
		case strings.HasSuffix(name, ".css"):
			under(t, name, size, css)
		case strings.HasSuffix(name, ".js") && strings.Contains(index, name):
			initial += size
		case strings.HasSuffix(name, ".js"):
			under(t, name, size, later)
		}
	}
	if initial == 0 {
		t.Fatal("index.html names no script")
	}
	under(t, "scripts that index.html names", initial, firstJS)
}

// under fails at limit and warns at 80 % of it.
func under(t *testing.T, what string, size, limit int) {
	t.Helper()
	switch {
	case size > limit:
		t.Errorf("%s: %d bytes compressed, the limit is %d", what, size, limit)
	case size > limit*8/10:
		t.Logf("warning: %s: %d bytes compressed, near the limit of %d", what, size, limit)
	}
}

func mustSub(t *testing.T) fs.FS {
	t.Helper()
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		t.Fatal(err)
	}
	return sub
}

func TestTheNoticesNameWhatIsInside(t *testing.T) {
	b, err := fs.ReadFile(mustSub(t), "THIRD_PARTY_NOTICES.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Svelte", "Permission is hereby granted", "WITHOUT WARRANTY"} {
		if !strings.Contains(string(b), name) {
			t.Errorf("the notices lack %q", name)
		}
	}
}
