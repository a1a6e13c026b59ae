package zhitu_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "zhitu"

// homes: each library has one home, or the few that are named. Everything
// points at graph; graph points at nothing. Test files obey it too.
var homes = map[string][]string{
	"github.com/neo4j/":                {"graph/neo4jstore", "graph/neo4jstore/peer"}, // peer: Neo4j as the benchmark's other side
	"go.etcd.io/bbolt":                 {"graph/localstore", "cmd/zhitu/api"},         // the graph; accounts
	"github.com/blevesearch/":          {"search"},
	"github.com/mozillazg/":            {"search"},
	"github.com/gin-gonic/gin":         {"cmd/zhitu/api"},
	"github.com/getkin/":               {"cmd/zhitu/api"},
	"github.com/prometheus/":           {"cmd/zhitu/api"},
	"github.com/coreos/go-oidc":        {"cmd/zhitu/api"},
	"golang.org/x/crypto":              {"cmd/zhitu/api"},
	"github.com/modelcontextprotocol/": {"cmd/zhitu/api"},
	"github.com/xuri/excelize":         {"seed"},
}

// fileImports returns what each Go file of the tree imports, by the folder
// that it stands in. It reads the tree itself: a test that asks a child
// process is answered from the cache when only the tree has changed.
func fileImports(t *testing.T, visit func(file, pkg, imported string)) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git"):
			return fs.SkipDir
		case filepath.Ext(name) != ".go":
			return nil
		}
		files++
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			visit(filepath.ToSlash(name), path.Dir(filepath.ToSlash(name)), imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Fatalf("only %d Go files were found: the test does not see the tree", files)
	}
}

// misplaced returns the libraries whose home is elsewhere.
func misplaced(pkg, imported string) (home []string, wrong bool) {
	for library, home := range homes {
		if strings.HasPrefix(imported, library) && !slices.Contains(home, pkg) {
			return home, true
		}
	}
	return nil, false
}

// foreignToGraph tells whether package graph itself may not import it: only
// the standard library and golang.org/x/text stand below the domain.
func foreignToGraph(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	foreign := strings.Contains(first, ".") || first == module // a module path may have no dot
	return foreign && !strings.HasPrefix(imported, "golang.org/x/text/")
}

func TestEachLibraryHasOneHome(t *testing.T) {
	fileImports(t, func(file, pkg, imported string) {
		if home, wrong := misplaced(pkg, imported); wrong {
			t.Errorf("%s imports %s, whose home is %s", file, imported, home)
		}
	})
}

func TestGraphPointsAtNothing(t *testing.T) {
	fileImports(t, func(file, pkg, imported string) {
		if pkg == "graph" && foreignToGraph(imported) && !strings.HasSuffix(file, "_test.go") {
			t.Errorf("%s imports %s; graph may import the standard library and golang.org/x/text only", file, imported)
		}
	})
}

// TestDirectionOfImports: nothing below cmd knows the command line, the API or
// the page, and no answer knows a store.
func TestDirectionOfImports(t *testing.T) {
	forbidden := []struct{ from, to, why string }{
		{"graph", "zhitu/cmd", "the domain knows no server"},
		{"graph", "zhitu/search", "the domain knows no index"},
		{"search", "zhitu/cmd", "search knows no server"},
		{"search", "zhitu/graph/localstore", "search reads views and the log, not a store"},
		{"search", "zhitu/graph/neo4jstore", "search reads views and the log, not a store"},
		{"seed", "zhitu/cmd", "seed knows no server"},
		{"graph/answer", "zhitu/graph/localstore", "an answer gets a View"},
		{"graph/answer", "zhitu/graph/neo4jstore", "an answer gets a View"},
		{"graph/answer", "zhitu/graph/ledger", "an answer changes nothing"},
		{"graph/snapshot", "zhitu/graph/localstore", "a snapshot is fed by whoever has a store"},
	}
	fileImports(t, func(file, pkg, imported string) {
		if strings.HasSuffix(file, "_test.go") {
			return
		}
		for _, f := range forbidden {
			inside := pkg == f.from || strings.HasPrefix(pkg, f.from+"/")
			if inside && (imported == f.to || strings.HasPrefix(imported, f.to+"/")) {
				t.Errorf("%s imports %s: %s", file, imported, f.why)
			}
		}
	})
}

// TestTheRulesBite plants what the rules forbid and sees it refused.
func TestTheRulesBite(t *testing.T) {
	if _, wrong := misplaced("graph/answer", "github.com/neo4j/neo4j-go-driver/v5/neo4j"); !wrong {
		t.Error("the driver is let into graph/answer")
	}
	for _, imported := range []string{"zhitu/seed", "github.com/google/go-cmp/cmp", "golang.org/x/sync/semaphore"} {
		if !foreignToGraph(imported) {
			t.Errorf("graph may import %s", imported)
		}
	}
	if foreignToGraph("golang.org/x/text/unicode/norm") || foreignToGraph("encoding/json") {
		t.Error("graph may not import what it needs")
	}
}
