package neo4jstore

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/notifications"

	"zhitu/graph"
	"zhitu/graph/graphtest"
	"zhitu/graph/neo4jstore/testserver"
)

var (
	server testserver.Shared
	update = flag.Bool("update", false, "write the golden plans")
)

func TestMain(m *testing.M) { os.Exit(server.Run(m)) }

// forbidden operators read more than they were asked for. Sorting above a
// range seek would read the rest of the graph for every page.
var forbidden = []string{
	"AllNodesScan", "AllRelationshipsScan", "NodeByLabelScan", "TypeScan", "IndexScan", "Top", "Sort",
}

// examples are statements as they are sent, and parameters of the right types.
func examples() map[string]map[string]any {
	ids, one := []string{"a", "b"}, []any{map[string]any{"id": "a"}}
	return map[string]map[string]any{
		"ping": nil, "head": nil, "await_indexes": nil,
		"create_head": {"epoch": "e", "schema": int64(1)}, "lock_head": {"n": int64(1)},
		"delete_edges": {"rows": ids}, "delete_nodes": {"rows": ids}, "absent_nodes": {"rows": ids}, "absent_edges": {"rows": ids},
		"create_nodes": {"rows": one}, "set_nodes": {"rows": one}, "relabel_nodes": {"rows": one}, "set_edges": {"rows": one},
		"create_edges":   {"rows": []any{map[string]any{"from": "a", "to": "b", "p": map[string]any{"id": "a"}}}},
		"create_entries": {"rows": []any{map[string]any{"p": map[string]any{"seq": int64(1)}, "parts": []string{"x"}}}},
		"entries":        {"after": int64(0), "limit": int64(500)}, "parts": {"first": int64(1), "last": int64(2)},
		"scan_nodes": {"after": "", "limit": int64(10)}, "scan_edges": {"after": "", "limit": int64(10)},
		"of_kind": {"after": "", "limit": int64(10)}, "nodes": {"ids": ids}, "edges": {"ids": ids},
		"touching": {"ids": ids, "limit": int64(10)}, "touching_out": {"ids": ids, "limit": int64(10)},
		"touching_in": {"ids": ids, "limit": int64(10)},
	}
}

// TestPlans asks the server how it would run each statement, over an empty
// graph, where a planner without hints takes a scan for cheap and then keeps
// the plan while the graph grows.
func TestPlans(t *testing.T) {
	uri := server.Empty(t)
	s, err := Open(t.Context(), Config{URI: uri})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	// One entry: a label that is nowhere is remarked upon.
	if err := s.Append(t.Context(), 0, []graph.Entry{graphtest.NewModel().Next()}); err != nil {
		t.Fatal(err)
	}
	driver := strictDriver(t, uri)
	files, err := filepath.Glob("cypher/*.cypher")
	if err != nil || len(files) == 0 {
		t.Fatalf("no statements: %v", err)
	}
	all := examples()
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".cypher")
		params, known := all[name]
		if !known {
			t.Errorf("%s has no example of its parameters", name)
			continue
		}
		delete(all, name)
		t.Run(name, func(t *testing.T) { checkPlan(t, driver, name, params) })
	}
	for name := range all {
		t.Errorf("example of %s, which is no file", name)
	}
}

func checkPlan(t *testing.T, driver neo4j.DriverWithContext, name string, params map[string]any) {
	types, _ := edgeTypes([]graph.EdgeKind{graph.Supplies, graph.Addresses})
	kind := label{string(graph.Firm)}
	if strings.HasSuffix(name, "_edges") {
		kind = label{string(graph.Supplies)}
	}
	st := stmt(name, "KINDS", types, "KIND", kind, "OLD", label{string(graph.Problem)})
	result, err := neo4j.ExecuteQuery(t.Context(), driver, "EXPLAIN "+st.text, params, neo4j.EagerResultTransformer,
		neo4j.ExecuteQueryWithDatabase("neo4j"))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range result.Summary.Notifications() {
		t.Errorf("the server remarks %s: %s", n.Code(), n.Description())
	}
	if result.Summary.Plan() == nil {
		return // a procedure
	}
	got := render(result.Summary.Plan())
	if got == "" {
		t.Fatal("no operator was found in the plan")
	}
	for _, op := range forbidden {
		if strings.Contains(got, op) {
			t.Errorf("the plan has %s:\n%s", op, got)
		}
	}
	golden(t, name, got)
}

// operator finds the operators in the table that the server draws of a plan;
// the tree that the driver makes of it shows the last child of a node twice
// and the others not at all.
var operator = regexp.MustCompile(`(?m)^\|([ |]*)\+([A-Za-z]+(?:\([A-Za-z]+\))?)`)

// render writes operators alone: estimates and variables differ by version.
func render(p neo4j.Plan) string {
	drawn, _ := p.Arguments()["string-representation"].(string)
	var text strings.Builder
	for _, m := range operator.FindAllStringSubmatch(drawn, -1) {
		fmt.Fprintf(&text, "%s+%s\n", m[1], m[2])
	}
	return text.String()
}

// golden compares with the plan of this version if it has one of its own, else
// with that of the long-term version.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "plans", name+".txt")
	version := server.Require(t).Version()
	own := filepath.Join("testdata", "plans", version, name+".txt")
	common, _ := os.ReadFile(file)
	if _, err := os.Stat(own); err == nil || *update && version != testserver.LTS && got != string(common) {
		file = own
	}
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("plan (-want +got):\n%s", d)
	}
}

// strictDriver asks for every remark that the server may have.
func strictDriver(t *testing.T, uri string) neo4j.DriverWithContext {
	driver, err := neo4j.NewDriverWithContext(uri, neo4j.NoAuth(), func(c *config.Config) {
		c.NotificationsMinSeverity = notifications.InformationLevel
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = driver.Close(t.Context()) })
	return driver
}

func TestSchemaStatementsNameEachRuleOnce(t *testing.T) {
	names := map[string]int{}
	for _, st := range schemaStatements() {
		names[strings.Fields(st.text)[2]]++
		if strings.Contains(st.text, "KIND") || strings.Contains(st.text, "TYPE") {
			t.Errorf("a placeholder is left in %s", st.text)
		}
	}
	want := 4 + len(graph.Nodes()) + len(graph.Edges())
	if len(names) != want {
		t.Errorf("%d names for %d rules: %s", len(names), want, fmt.Sprint(slices.Sorted(maps.Keys(names))))
	}
}
