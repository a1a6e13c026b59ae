package neo4jstore

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"zhitu/graph"
)

// hostileKinds would each break out of a statement, or look like a kind.
var hostileKinds = []string{
	"", "X`) DETACH DELETE n //", "Firm`", "Firm|Problem", "Firm:Entity", "firm", "FIRM ", "Ｆirm", "Fi\u200brm",
	"SUPPLIES|HOLDS", "SUPPLIES {id: ''}", "\\u0060", "*", "_Entry", "_PART", "Firm\x00",
}

func TestOnlyKindsOfTheSchemaBecomeLabels(t *testing.T) {
	for _, k := range hostileKinds {
		if l, err := nodeLabel(graph.NodeKind(k)); !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("node kind %q became label %q", k, l.text)
		}
		if l, err := edgeType(graph.EdgeKind(k)); !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("edge kind %q became type %q", k, l.text)
		}
		if l, ok := edgeTypes([]graph.EdgeKind{graph.EdgeKind(k)}); ok {
			t.Errorf("edge kind %q became alternatives %q", k, l.text)
		}
	}
}

func FuzzOnlyKindsOfTheSchemaBecomeLabels(f *testing.F) {
	for _, k := range hostileKinds {
		f.Add(k)
	}
	f.Fuzz(func(t *testing.T, k string) {
		if l, err := nodeLabel(graph.NodeKind(k)); err == nil && !plainWord(l.text) {
			t.Errorf("node label %q", l.text)
		}
		if l, err := edgeType(graph.EdgeKind(k)); err == nil && !plainWord(l.text) {
			t.Errorf("edge type %q", l.text)
		}
	})
}

// plainWord needs no quoting in Cypher.
func plainWord(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_") == "" && s[0] != '_'
}

func TestKindsOfTheSchemaNeedNoQuoting(t *testing.T) {
	for _, spec := range graph.Nodes() {
		if !plainWord(string(spec.Kind)) {
			t.Errorf("node kind %q", spec.Kind)
		}
	}
	for _, spec := range graph.Edges() {
		if !plainWord(string(spec.Kind)) {
			t.Errorf("edge kind %q", spec.Kind)
		}
	}
}

// TestStatementsAreMadeInOnePlace reads the package's own source: the driver is
// given the text of a statement and nothing else, and statements and labels are
// made in cypher.go alone.
func TestStatementsAreMadeInOnePlace(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if name == "cypher.go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				if id, ok := n.Type.(*ast.Ident); ok && (id.Name == "statement" || id.Name == "label") && len(n.Elts) > 0 {
					t.Errorf("%s makes a %s", name, id.Name)
				}
			case *ast.CallExpr:
				checkSent(t, name, n)
			}
			return true
		})
	}
}

// checkSent wants the text of a statement where the driver takes a query.
func checkSent(t *testing.T, name string, call *ast.CallExpr) {
	t.Helper()
	fn, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	at := map[string]int{"ExecuteQuery": 2, "Run": 1}[fn.Sel.Name]
	if at == 0 || len(call.Args) <= at {
		return
	}
	if arg, ok := call.Args[at].(*ast.SelectorExpr); !ok || arg.Sel.Name != "text" {
		t.Errorf("%s sends the driver something that is not the text of a statement", name)
	}
}

func TestEveryFieldOfTheSchemaHasItsProperty(t *testing.T) {
	check := func(kind string, fields []graph.FieldSpec) {
		for _, f := range append(graph.CommonFields(), fields...) {
			p := propertyOf(f.Name)
			if back, ok := fieldOf(p); !ok || back != f.Name {
				t.Errorf("field %s of %s is property %s, which is field %q", f.Name, kind, p, back)
			}
		}
	}
	for _, spec := range graph.Nodes() {
		check(string(spec.Kind), spec.Fields)
	}
	for _, spec := range graph.Edges() {
		check(string(spec.Kind), spec.Fields)
	}
	for _, name := range reserved {
		if _, ok := fieldOf(name); ok {
			t.Errorf("property %s is taken for a field", name)
		}
	}
}

func TestTranslate(t *testing.T) {
	server := func(code string) error { return &neo4j.Neo4jError{Code: code, Msg: "m"} }
	lost := &neo4j.ConnectivityError{Inner: errors.New("EOF")}
	tests := []struct {
		name string
		err  error
		want error // nil: as it is
	}{
		{"a constraint", server("Neo.ClientError.Schema.ConstraintValidationFailed"), graph.ErrBehind},
		{"a deadlock", server("Neo.TransientError.Transaction.DeadlockDetected"), graph.ErrUnavailable},
		{"no memory", server("Neo.TransientError.General.MemoryPoolOutOfMemoryError"), graph.ErrUnavailable},
		{"too long", server("Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration"), context.DeadlineExceeded},
		{"too long in a lock", server("Neo.ClientError.Transaction.LockClientStopped"), context.DeadlineExceeded},
		{"terminated", server("Neo.ClientError.Transaction.Terminated"), graph.ErrUnavailable},
		{"a wrong password", server("Neo.ClientError.Security.Unauthorized"), graph.ErrUnavailable},
		{"a full disk", server("Neo.DatabaseError.Transaction.TransactionLogError"), graph.ErrUnavailable},
		{"a bug of ours", server("Neo.ClientError.Statement.SyntaxError"), nil},
		{"a lost connection", lost, graph.ErrUnavailable},
		{"a lost connection inside the driver's retries", &neo4j.TransactionExecutionLimit{Errors: []error{lost}}, graph.ErrUnavailable},
		{"a constraint inside the driver's retries", &neo4j.TransactionExecutionLimit{Errors: []error{lost, server(constraintCode)}}, graph.ErrBehind},
		{"our own", fmt.Errorf("x: %w", graph.ErrBehind), graph.ErrBehind},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := translate(t.Context(), tt.err)
			if tt.want == nil {
				tt.want = tt.err
			}
			if !errors.Is(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := translate(ctx, lost); !errors.Is(got, context.Canceled) {
		t.Errorf("with a context that has ended: %v, want context.Canceled", got)
	}
}

func TestWhatMayBeRepeated(t *testing.T) {
	server := func(code string) error { return &neo4j.Neo4jError{Code: code, Msg: "m"} }
	lost := &neo4j.ConnectivityError{Inner: errors.New("EOF")}
	tests := []struct {
		name       string
		err        error
		committing bool
		want       bool
	}{
		{"a connection lost before COMMIT", lost, false, true},
		{"a connection lost in COMMIT", lost, true, false},
		{"a deadlock in COMMIT", server("Neo.TransientError.Transaction.DeadlockDetected"), true, true},
		{"a wait for the head that took too long", server("Neo.ClientError.Transaction.LockClientStopped"), false, true},
		{"no memory", server("Neo.TransientError.General.MemoryPoolOutOfMemoryError"), false, false},
		{"a full disk in COMMIT", server("Neo.DatabaseError.Transaction.TransactionLogError"), true, false},
		{"a constraint", server(constraintCode), true, false},
		{"a head that has moved", graph.ErrBehind, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := mayRepeat(tt.err, tt.committing); got != tt.want {
				t.Errorf("may be repeated: %t, want %t", got, tt.want)
			}
		})
	}
}
