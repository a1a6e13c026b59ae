package zhitu_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
)

var update = flag.Bool("update", false, "rewrite docs/data-dictionary.md from the schema table")

// TestDataDictionary holds docs/data-dictionary.md to the schema table, of
// which it is made: go test . -run DataDictionary -update.
func TestDataDictionary(t *testing.T) {
	name := filepath.Join("docs", "data-dictionary.md")
	got := dictionary()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is not what the schema table says; run with -update:\n%s", name, diff)
	}
}

func dictionary() string {
	var b strings.Builder
	b.WriteString("# 数据字典 Data dictionary\n\n" +
		"Made from the schema table (`graph/schema.go`); do not edit. `go test . -run DataDictionary -update` rewrites it.\n\n" +
		"Every record has `id`, `valid_from`, `valid_to`, `state`, `visibility`, `evidence`, `version` and `seq`; " +
		"a node also `kind`, `name` and `aliases`, an edge `edge_kind`, `from` and `to`.\n\n" +
		"## 通用字段 Fields of every kind\n\n")
	writeFields(&b, graph.CommonFields())
	b.WriteString("\n## 节点 Nodes\n")
	for _, n := range graph.Nodes() {
		system := ""
		if n.System {
			system = "（系统类型，不在任何普通视图中 system kind, outside every ordinary view）"
		}
		fmt.Fprintf(&b, "\n### %s %s%s\n\n同一性 key: %s\n\n", n.Kind, n.Zh, system, n.Key)
		writeFields(&b, n.Fields)
	}
	b.WriteString("\n## 边 Edges\n")
	for _, e := range graph.Edges() {
		writeEdge(&b, e)
	}
	b.WriteString("\n## 词表 Vocabularies\n")
	for _, v := range graph.Vocabularies() {
		fmt.Fprintf(&b, "\n### %s %s\n\n| code | 中文 |\n| --- | --- |\n", v.Name, v.Zh)
		for _, term := range v.Terms {
			fmt.Fprintf(&b, "| `%s` | %s |\n", term.Code, term.Zh)
		}
	}
	return b.String()
}

func writeEdge(b *strings.Builder, e graph.EdgeSpec) {
	fmt.Fprintf(b, "\n### %s %s\n\n", e.Kind, e.Zh)
	ends := make([]string, len(e.Ends))
	for i, pair := range e.Ends {
		ends[i] = fmt.Sprintf("%s → %s", anyOf(pair.From), anyOf(pair.To))
	}
	fmt.Fprintf(b, "%s · %s", strings.Join(ends, ", "), e.Cardinality)
	if e.Acyclic {
		b.WriteString(" · 无环 acyclic")
	}
	if len(e.Key) > 0 {
		fmt.Fprintf(b, " · 边的同一性还看 key also `%s`", strings.Join(e.Key, "`, `"))
	}
	b.WriteString("\n")
	if len(e.Fields) > 0 {
		b.WriteString("\n")
		writeFields(b, e.Fields)
	}
}

func anyOf(k graph.NodeKind) string {
	if k == graph.Any {
		return "任意 any"
	}
	return string(k)
}

func writeFields(b *strings.Builder, fields []graph.FieldSpec) {
	b.WriteString("| field | 中文 | type | 词表 vocabulary | 单位 unit | search |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, f := range fields {
		name, vocabulary := "`"+f.Name+"`", ""
		if f.Required {
			name += " **必填 required**"
		}
		if f.Vocabulary != "" {
			vocabulary = "`" + f.Vocabulary + "`"
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n", name, f.Zh, f.Type, vocabulary, f.Unit, f.Search)
	}
}
