package neo4jstore

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"zhitu/graph"
)

// entityLabel is on every node of the graph, beside the label of its kind.
const entityLabel = "Entity"

// reserved are the properties that are not fields.
var reserved = []string{
	"id", "name", "aliases", "valid_from", "valid_to", "state", "visibility", "owner",
	"version", "seq", "merged_into", "evidence",
}

// fieldPrefix sets a field apart that bears a reserved name.
const fieldPrefix = "field_"

func propertyOf(field string) string {
	if slices.Contains(reserved, field) {
		return fieldPrefix + field
	}
	return field
}

// fieldOf is the inverse of propertyOf; ok is false for a reserved property.
func fieldOf(property string) (field string, ok bool) {
	rest, prefixed := strings.CutPrefix(property, fieldPrefix)
	if prefixed && slices.Contains(reserved, rest) {
		return rest, true
	}
	return property, !slices.Contains(reserved, property)
}

// common is what nodes and edges share.
type common struct {
	id           graph.ID
	from, to     graph.Date
	state        graph.State
	visibility   graph.Visibility
	owner        graph.ID
	version, seq int64
	evidence     []graph.Evidence
	fields       graph.Fields
}

func nodeProps(r graph.Record) (graph.NodeKind, map[string]any, error) {
	n, err := r.Node()
	if err != nil {
		return "", nil, err
	}
	p, err := common{
		n.ID, n.ValidFrom, n.ValidTo, n.State, n.Visibility, n.Owner, n.Version, int64(n.Seq), n.Evidence, n.Fields,
	}.props()
	if err != nil {
		return "", nil, err
	}
	p["name"] = n.Name
	if len(n.Aliases) > 0 {
		p["aliases"] = n.Aliases
	}
	if n.MergedInto != "" {
		p["merged_into"] = string(n.MergedInto)
	}
	return n.Kind, p, nil
}

func edgeProps(r graph.Record) (graph.Edge, map[string]any, error) {
	e, err := r.Edge()
	if err != nil {
		return e, nil, err
	}
	p, err := common{
		e.ID, e.ValidFrom, e.ValidTo, e.State, e.Visibility, e.Owner, e.Version, int64(e.Seq), e.Evidence, e.Fields,
	}.props()
	return e, p, err
}

func (c common) props() (map[string]any, error) {
	p := map[string]any{
		"id": string(c.id), "state": c.state.String(), "visibility": c.visibility.String(),
		"version": c.version, "seq": c.seq,
	}
	for name, v := range c.fields {
		p[propertyOf(name)] = v
	}
	if c.owner != "" {
		p["owner"] = string(c.owner)
	}
	putDate(p, "valid_from", c.from)
	putDate(p, "valid_to", c.to)
	if len(c.evidence) > 0 {
		text, err := json.Marshal(c.evidence)
		if err != nil {
			return nil, fmt.Errorf("evidence of %s: %w", c.id, err)
		}
		p["evidence"] = string(text)
	}
	return p, nil
}

// putDate leaves an open end out: absence of a bound is absence of a property.
func putDate(p map[string]any, name string, d graph.Date) {
	if d != graph.Open {
		p[name] = d.String()
	}
}

// row is what a query returns of one node or edge.
type row struct {
	props    map[string]any
	labels   []string // of a node
	kind     string   // of an edge
	from, to string   // of an edge
}

// node makes a node of what the server returned.
func (r row) node() (graph.Node, error) {
	n := graph.Node{}
	for _, l := range r.labels {
		if l != entityLabel {
			n.Kind = graph.NodeKind(l)
		}
	}
	spec, ok := graph.NodeSpecOf(n.Kind)
	if !ok {
		return n, fmt.Errorf("node %v: no label of a known kind in %q", r.props["id"], r.labels)
	}
	c, err := r.common(spec.Field)
	if err != nil {
		return n, fmt.Errorf("node %v: %w", r.props["id"], err)
	}
	n.ID, n.ValidFrom, n.ValidTo, n.State, n.Visibility, n.Owner = c.id, c.from, c.to, c.state, c.visibility, c.owner
	n.Version, n.Seq, n.Evidence, n.Fields = c.version, graph.Seq(c.seq), c.evidence, c.fields
	n.Name, _ = r.props["name"].(string)
	n.Aliases = listOf[string](r.props["aliases"])
	merged, _ := r.props["merged_into"].(string)
	n.MergedInto = graph.ID(merged)
	return n, nil
}

// edge makes an edge of what the server returned.
func (r row) edge() (graph.Edge, error) {
	e := graph.Edge{Kind: graph.EdgeKind(r.kind), From: graph.ID(r.from), To: graph.ID(r.to)}
	spec, ok := graph.EdgeSpecOf(e.Kind)
	if !ok {
		return e, fmt.Errorf("edge %v: unknown type %q", r.props["id"], r.kind)
	}
	c, err := r.common(spec.Field)
	if err != nil {
		return e, fmt.Errorf("edge %v: %w", r.props["id"], err)
	}
	e.ID, e.ValidFrom, e.ValidTo, e.State, e.Visibility, e.Owner = c.id, c.from, c.to, c.state, c.visibility, c.owner
	e.Version, e.Seq, e.Evidence, e.Fields = c.version, graph.Seq(c.seq), c.evidence, c.fields
	return e, nil
}

func (r row) common(specOf func(string) (graph.FieldSpec, bool)) (c common, err error) {
	id, _ := r.props["id"].(string)
	owner, _ := r.props["owner"].(string)
	c.id, c.owner = graph.ID(id), graph.ID(owner)
	c.version, _ = r.props["version"].(int64)
	c.seq, _ = r.props["seq"].(int64)
	if c.from, err = date(r.props["valid_from"]); err != nil {
		return c, err
	}
	if c.to, err = date(r.props["valid_to"]); err != nil {
		return c, err
	}
	state, _ := r.props["state"].(string)
	visibility, _ := r.props["visibility"].(string)
	if err := c.state.UnmarshalText([]byte(state)); err != nil {
		return c, err
	}
	if err := c.visibility.UnmarshalText([]byte(visibility)); err != nil {
		return c, err
	}
	if text, ok := r.props["evidence"].(string); ok {
		if err := json.Unmarshal([]byte(text), &c.evidence); err != nil {
			return c, fmt.Errorf("evidence: %w", err)
		}
	}
	c.fields, err = r.fields(specOf)
	return c, err
}

// fields are all properties that are not reserved.
func (r row) fields(specOf func(string) (graph.FieldSpec, bool)) (graph.Fields, error) {
	f := make(graph.Fields, len(r.props))
	for property, v := range r.props {
		name, ok := fieldOf(property)
		if !ok {
			continue
		}
		got, ok := fieldValue(v, name, specOf)
		if !ok {
			return nil, fmt.Errorf("property %s has a value of type %T", name, v)
		}
		f[name] = got
	}
	return f, nil
}

// fieldValue turns what the driver returns into what Fields may hold. The type
// of an empty list is known to the schema alone: all its lists are of texts.
func fieldValue(v any, name string, specOf func(string) (graph.FieldSpec, bool)) (any, bool) {
	list, isList := v.([]any)
	if !isList {
		switch v.(type) {
		case bool, int64, float64, string:
			return v, true
		}
		return nil, false
	}
	if len(list) == 0 {
		_, known := specOf(name)
		return []string{}, known
	}
	switch list[0].(type) {
	case string:
		return listOf[string](v), true
	case int64:
		return listOf[int64](v), true
	case float64:
		return listOf[float64](v), true
	case bool:
		return listOf[bool](v), true
	}
	return nil, false
}

func listOf[T any](v any) []T {
	items, _ := v.([]any)
	list := make([]T, 0, len(items))
	for _, item := range items {
		t, _ := item.(T)
		list = append(list, t)
	}
	return list
}

func date(v any) (graph.Date, error) {
	text, there := v.(string)
	switch {
	case !there:
		return graph.Open, nil
	case text == graph.Unknown.String():
		return graph.Unknown, nil
	}
	return graph.ParseDate(text)
}
