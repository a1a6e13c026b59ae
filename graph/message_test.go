package graph_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
)

func TestMessages(t *testing.T) {
	tests := []struct {
		name string
		lang graph.Lang
		err  graph.InvalidError
		want string
	}{
		{
			"everything is named", graph.Chinese, graph.InvalidError{Field: "depth", Code: "out_of_range", Value: "99", Want: "1–12"},
			"depth：超出范围：99。应为 1–12。",
		},
		{
			"the same in English", graph.English, graph.InvalidError{Field: "depth", Code: "out_of_range", Value: "99", Want: "1–12"},
			"depth is out of range: 99. It must be 1–12.",
		},
		{"what is not known is left out", graph.Chinese, graph.InvalidError{Code: "required"}, "必须填写。请补上。"},
		{
			"a value that looks like a template stays as it is", graph.English,
			graph.InvalidError{Field: "{want}", Code: "out_of_range", Value: "[{field}]", Want: "1–12"},
			"{want} is out of range: [{field}]. It must be 1–12.",
		},
		{"a code that is not in the catalogue is its own text", graph.English, graph.InvalidError{Code: "no_such_code"}, "no_such_code"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.err.Message(tt.lang)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEveryTextStandsInBothLanguages(t *testing.T) {
	han := regexp.MustCompile(`\p{Han}`)
	for _, code := range graph.Codes() {
		full := &graph.InvalidError{Field: "f", Value: "v", Want: "w"}
		zh, en := graph.Message(graph.Chinese, code, full), graph.Message(graph.English, code, full)
		if !han.MatchString(zh) {
			t.Errorf("%s: no Chinese text: %q", code, zh)
		}
		if en == "" || han.MatchString(en) {
			t.Errorf("%s: no English text: %q", code, en)
		}
		if s := zh + en; strings.ContainsAny(s, "{}[]") || strings.Contains(s, "。。") || strings.Contains(s, "..") {
			t.Errorf("%s: a template is broken: %q %q", code, zh, en)
		}
		if graph.Title(graph.Chinese, code) == "" || graph.Title(graph.English, code) == "" {
			t.Errorf("%s: no title", code)
		}
	}
}

// TestEveryCodeOfTheTreeHasAText reads every source file of the module, so
// that a new code without a text fails here and not before a user.
func TestEveryCodeOfTheTreeHasAText(t *testing.T) {
	found := codesOf(t, "..")
	if len(found) < 30 {
		t.Fatalf("only %d codes found: the reading of the tree is broken", len(found))
	}
	known := graph.Codes()
	var missing []string
	for code, at := range found {
		if !slices.Contains(known, code) {
			missing = append(missing, code+" at "+at)
		}
	}
	slices.Sort(missing)
	if len(missing) > 0 {
		t.Errorf("codes without a text in message_text.go or message_outcome.go:\n%s", strings.Join(missing, "\n"))
	}
}

// A code is a string literal in a field called Code of one of the types that
// end in Error, of a Warning or of a Missing, the first argument of Warn, or
// handed to a function that puts its parameter into one of these.
type reading struct {
	files []*ast.File
	dirs  []string
	set   *token.FileSet
	found map[string]string // code, where
	calls map[call]bool     // functions that take a code
}

type call struct {
	dir, name string
	arg       int
}

func codesOf(t *testing.T, root string) map[string]string {
	r := reading{set: token.NewFileSet(), found: map[string]string{}, calls: map[call]bool{}}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || d.Name() == ".git") {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(r.set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil // somebody else's test says that it does not compile
		}
		r.files, r.dirs = append(r.files, f), append(r.dirs, filepath.Dir(name))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for before := -1; before < len(r.calls)+len(r.found); {
		before = len(r.calls) + len(r.found)
		for i, f := range r.files {
			r.read(f, r.dirs[i])
		}
	}
	return r.found
}

// read notes the codes of one file, and the functions that pass one on.
func (r *reading) read(f *ast.File, dir string) {
	var within []function
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			within = append(within, function{n.Name.Name, n.Type, n.Body})
		case *ast.AssignStmt:
			for i, right := range n.Rhs {
				lit, isFunc := right.(*ast.FuncLit)
				name, isName := n.Lhs[min(i, len(n.Lhs)-1)].(*ast.Ident)
				if isFunc && isName {
					within = append(within, function{name.Name, lit.Type, lit.Body})
				}
			}
		case *ast.CompositeLit:
			if carriesCode(n.Type) {
				r.note(codeField(n), dir, within)
			}
		case *ast.CallExpr:
			name := nameOf(n.Fun)
			for i, arg := range n.Args {
				if r.calls[call{dir, name, i}] || name == "Warn" && i == 0 && strings.HasSuffix(dir, "answer") {
					r.note(arg, dir, within)
				}
			}
		}
		return true
	})
}

type function struct {
	name string
	typ  *ast.FuncType
	body *ast.BlockStmt
}

// note records a literal code; of a parameter it records the function.
func (r *reading) note(e ast.Expr, dir string, within []function) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if code, err := strconv.Unquote(e.Value); err == nil && code != "" && e.Kind == token.STRING {
			if _, known := r.found[code]; !known {
				r.found[code] = r.set.Position(e.Pos()).String()
			}
		}
	case *ast.Ident:
		for _, f := range slices.Backward(within) {
			if f.body == nil || e.Pos() < f.body.Pos() || e.Pos() > f.body.End() {
				continue
			}
			if i, ok := paramIndex(f.typ, e.Name); ok {
				r.calls[call{dir, f.name, i}] = true
				return
			}
		}
	}
}

func paramIndex(t *ast.FuncType, name string) (int, bool) {
	i := 0
	for _, field := range t.Params.List {
		for _, n := range field.Names {
			if n.Name == name {
				return i, true
			}
			i++
		}
	}
	return 0, false
}

func carriesCode(t ast.Expr) bool {
	name := nameOf(t)
	return strings.HasSuffix(name, "Error") || name == "Warning" || name == "Missing"
}

func codeField(lit *ast.CompositeLit) ast.Expr {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok && strings.EqualFold(nameOf(kv.Key), "code") {
			return kv.Value
		}
	}
	return nil
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}
