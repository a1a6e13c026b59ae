package testserver

import (
	"archive/zip"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The versions that our claims hold for. Pinned: a range would make Maven read
// the POM of every version there ever was.
const (
	LTS     = "5.26.30"
	Current = "2026.08.1"
)

//go:embed pom.xml
var pom []byte

// errLacking marks what the machine does not have; everything else that goes
// wrong is a failure and not a reason to skip.
var errLacking = errors.New("this machine lacks")

// library is a folder with the jars of one version.
type library struct {
	dir       string
	mainClass string
	calendar  bool // 2025.x and later, numbered by date
}

// fetch returns the jars of version, from NEO4J_TEST_LIB, from the cache, or
// from Maven into the cache.
func fetch(ctx context.Context, version string) (library, error) {
	if dir := os.Getenv("NEO4J_TEST_LIB"); dir != "" {
		return openLibrary(dir)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return library{}, fmt.Errorf("%w a cache folder: %w", errLacking, err)
	}
	root := filepath.Join(cache, "zhitu-neo4j")
	dir := filepath.Join(root, "neo4j-"+version, "lib")
	if lib, err := openLibrary(dir); err == nil {
		return lib, nil
	}
	if err := download(ctx, root, version); err != nil {
		return library{}, err
	}
	return openLibrary(dir)
}

// download fills a folder beside the wanted one and renames it: of two test
// processes at it, either may win, and neither shows half a library.
func download(ctx context.Context, root, version string) error {
	mvn, err := exec.LookPath("mvn")
	if err != nil {
		return fmt.Errorf("%w mvn, and Neo4j %s is not in the cache", errLacking, version)
	}
	if err := os.MkdirAll(root, 0o755); err != nil {
		return fmt.Errorf("cache of Neo4j: %w", err)
	}
	tmp, err := os.MkdirTemp(root, "fetch-")
	if err != nil {
		return fmt.Errorf("cache of Neo4j: %w", err)
	}
	defer os.RemoveAll(tmp)
	file := filepath.Join(tmp, "pom.xml")
	if err := os.WriteFile(file, pom, 0o644); err != nil {
		return fmt.Errorf("cache of Neo4j: %w", err)
	}
	cmd := exec.CommandContext(ctx, mvn, "-q", "-B", "-f", file, "-Dneo4j.version="+version,
		"dependency:copy-dependencies", "-DincludeScope=runtime",
		"-DoutputDirectory="+filepath.Join(tmp, "lib"))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w a download of Neo4j %s: mvn: %w: %s", errLacking, version, err, tail(out))
	}
	if err := os.Rename(tmp, filepath.Join(root, "neo4j-"+version)); err != nil && !errors.Is(err, os.ErrExist) {
		return fmt.Errorf("cache of Neo4j: %w", err)
	}
	return nil
}

// openLibrary looks which generation the jars in dir are of: the main class
// was renamed in a 2025 release.
func openLibrary(dir string) (library, error) {
	lib := library{dir: dir, mainClass: "org.neo4j.server.CommunityEntryPoint"}
	any, _ := filepath.Glob(filepath.Join(dir, "neo4j-[0-9]*.jar"))
	if len(any) == 0 {
		return library{}, fmt.Errorf("%w the jars of Neo4j in %s", errLacking, dir)
	}
	dated, _ := filepath.Glob(filepath.Join(dir, "neo4j-20[0-9][0-9].*.jar"))
	for _, jar := range dated {
		lib.calendar = true
		r, err := zip.OpenReader(jar)
		if err != nil {
			return library{}, fmt.Errorf("reading %s: %w", jar, err)
		}
		for _, f := range r.File {
			if f.Name == "org/neo4j/server/Neo4jCommunity.class" {
				lib.mainClass = "org.neo4j.server.Neo4jCommunity"
			}
		}
		_ = r.Close()
	}
	return lib, nil
}

// tail shortens what a child process said to what fits into an error.
func tail(out []byte) string {
	s := strings.TrimSpace(string(out))
	return s[max(0, len(s)-1500):]
}
