package neo4jstore

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"zhitu/graph"
)

//go:embed cypher/*.cypher
var cypherFiles embed.FS

//go:embed schema.cypher
var schemaText string

// statement is a text that may be sent to the server. Only this file makes
// one: from a file, with nothing put into it but members of the closed sets of
// the schema table.
type statement struct{ text string }

// label is a label or type that was found in the schema table.
type label struct{ text string }

// stmt returns the statement in cypher/name.cypher; pairs are a placeholder
// and the label to put in its place.
func stmt(name string, pairs ...any) statement {
	text, err := cypherFiles.ReadFile("cypher/" + name + ".cypher")
	if err != nil {
		panic(err) // a name that this package misspelled
	}
	s := string(text)
	for i := 0; i < len(pairs); i += 2 {
		s = strings.ReplaceAll(s, pairs[i].(string), pairs[i+1].(label).text)
	}
	return statement{s}
}

// nodeLabel returns the label of kind k, which must be in the schema table.
func nodeLabel(k graph.NodeKind) (label, error) {
	if _, ok := graph.NodeSpecOf(k); !ok {
		return label{}, &graph.InvalidError{Field: "kind", Code: "unknown_kind", Value: string(k)}
	}
	return label{string(k)}, nil
}

// edgeType returns the relationship type of kind k, which must be in the
// schema table.
func edgeType(k graph.EdgeKind) (label, error) {
	if _, ok := graph.EdgeSpecOf(k); !ok {
		return label{}, &graph.InvalidError{Field: "edge_kind", Code: "unknown_kind", Value: string(k)}
	}
	return label{string(k)}, nil
}

// edgeTypes returns the alternatives of a pattern: those of kinds that the
// schema table has, or all for no kinds. ok tells whether anything is left.
func edgeTypes(kinds []graph.EdgeKind) (l label, ok bool) {
	var types []string
	for _, spec := range graph.Edges() {
		if len(kinds) == 0 || slices.Contains(kinds, spec.Kind) {
			types = append(types, string(spec.Kind))
		}
	}
	return label{strings.Join(types, "|")}, len(types) > 0
}

// schemaStatements returns the statements of schema.cypher, those with a
// placeholder once for each kind.
func schemaStatements() []statement {
	var all []statement
	for part := range strings.SplitSeq(schemaText, ";\n") {
		part = strings.TrimSpace(stripComments(part))
		switch {
		case part == "":
		case strings.Contains(part, "KIND"):
			for _, spec := range graph.Nodes() {
				all = append(all, named(part, "KIND", string(spec.Kind)))
			}
		case strings.Contains(part, "TYPE"):
			for _, spec := range graph.Edges() {
				all = append(all, named(part, "TYPE", string(spec.Kind)))
			}
		default:
			all = append(all, statement{part})
		}
	}
	return all
}

// named puts kind, a member of the schema table, in its place and in the name
// of the index.
func named(text, placeholder, kind string) statement {
	text = strings.Replace(text, "name_id", strings.ToLower(kind)+"_id", 1)
	return statement{strings.ReplaceAll(text, placeholder, kind)}
}

func stripComments(text string) string {
	lines := slices.DeleteFunc(strings.Split(text, "\n"), func(l string) bool { return strings.HasPrefix(l, "//") })
	return strings.Join(lines, "\n")
}

func (s statement) String() string { return fmt.Sprintf("%.60q", stripComments(s.text)) }
