// Package web is the page: Svelte sources in src, and what Vite makes of them
// in dist, which is committed so that the program builds on a bare clone and
// never calls Node.
//
// The names in dist are stable (assets/app.js, no hash), so a browser must ask
// each time whether what it keeps is still good: every file has an ETag, the
// SHA-256 of its bytes, and is served with Cache-Control: no-cache. That is one
// short round trip a file and never a page of one version with the script of
// another.
//
// The page needs nothing from outside: no font, no script, no picture of
// another host. The content security policy sent with it says so to the
// browser, which refuses inline scripts and style attributes too.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
)

// all: keeps names that begin with _ or a dot.
//
//go:embed all:dist
var dist embed.FS

const (
	index = "index.html"

	// policy lets the page load from this server alone. data: and blob: are for
	// pictures that the page draws itself and offers for download.
	policy = "default-src 'self'; img-src 'self' data: blob:; base-uri 'none'; object-src 'none'; " +
		"form-action 'self'; frame-ancestors 'none'"
)

// notPages are the first parts of paths that belong to programs: a browser
// that opens one of them gets what that part answers, never the page.
var notPages = []string{
	"api", "assets", "docs", "openapi.yaml", "livez", "readyz", "metrics", "reconcile", "mcp",
}

// Handler serves the page that is built into the program. Files are hashed and
// compressed here, once.
func Handler() http.Handler {
	sub, err := fs.Sub(dist, "dist")
	if err == nil {
		var files map[string]file
		if files, err = load(sub); err == nil {
			return &site{open: func(name string) (file, bool) { f, ok := files[name]; return f, ok }}
		}
	}
	panic(err) // the directive above names the folder: it is there or nothing compiles
}

// Dir serves the page from a folder, reading each file anew: for working on
// the page without building the program again.
func Dir(dir string) http.Handler {
	root := os.DirFS(dir)
	return &site{open: func(name string) (file, bool) {
		f, err := read(root, name)
		return f, err == nil
	}}
}

// file is one file as it is sent.
type file struct {
	media  string
	tag    string // the ETag, quotes left out
	plain  []byte
	zipped []byte // nil where compression gains nothing
}

func load(root fs.FS) (map[string]file, error) {
	files := map[string]file{}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[name], err = read(root, name)
		return err
	})
	return files, err
}

func read(root fs.FS, name string) (file, error) {
	b, err := fs.ReadFile(root, name)
	if err != nil {
		return file{}, fmt.Errorf("page file: %w", err)
	}
	sum := sha256.Sum256(b)
	f := file{media: mediaType(name), tag: hex.EncodeToString(sum[:]), plain: b}
	if z := zip(b); len(z) < len(b)*9/10 {
		f.zipped = z
	}
	return f, nil
}

// mediaType does not ask the operating system, whose tables differ.
func mediaType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".txt":
		return "text/plain; charset=utf-8"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
		return "application/octet-stream"
	}
}

func zip(b []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(b)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return b // a buffer in memory does not fail; sent plain if it did
	}
	return out.Bytes()
}

// site answers with files, and with the page for every address that is one of
// the page's own: which address shows what is decided in the browser.
type site struct {
	open func(name string) (file, bool)
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if f, ok := s.open(name); ok && name != index {
		s.send(w, r, f)
		return
	}
	if f, ok := s.open(index); ok && isPage(name, r.Header.Get("Accept")) {
		h.Set("Content-Security-Policy", policy)
		s.send(w, r, f)
		return
	}
	http.Error(w, "not found", http.StatusNotFound)
}

// isPage tells whether name is an address of the page, asked for by something
// that wants to show it. A missing file is a 404 and never HTML.
func isPage(name, accept string) bool {
	first, _, _ := strings.Cut(name, "/")
	return !slices.Contains(notPages, first) && strings.Contains(accept, "text/html")
}

func (s *site) send(w http.ResponseWriter, r *http.Request, f file) {
	h := w.Header()
	body, tag := f.plain, `"`+f.tag+`"`
	if f.zipped != nil {
		h.Add("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Get("Accept-Encoding")) {
			// Other bytes, another tag: a strong one names the bytes sent.
			body, tag = f.zipped, `"`+f.tag+`.gz"`
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("Content-Type", f.media)
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", tag)
	if strings.HasPrefix(f.media, "text/html") {
		h.Add("Vary", "Accept")
	}
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // whoever asked has gone
	}
}

// acceptsGzip reads Accept-Encoding as far as it matters: gzip is named and
// not refused with q=0.
func acceptsGzip(accept string) bool {
	for _, part := range strings.Split(accept, ",") {
		coding, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			q = strings.ReplaceAll(q, " ", "")
			return q != "q=0" && !strings.HasPrefix(q, "q=0.000")
		}
	}
	return false
}
