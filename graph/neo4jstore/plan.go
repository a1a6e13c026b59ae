package neo4jstore

import (
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"zhitu/graph"
)

// plan is what one append sends after it has locked the head.
type plan struct {
	entries int
	steps   []step
}

// step is one statement and its rows.
type step struct {
	statement statement
	rows      []any
	want      int64 // the count that it must return; 0: one for each row
}

const (
	maxRows   = 5000
	partBytes = 256 << 10
)

// planOf sorts the net effect of entries into statements, one for each kind, in
// the order that keeps ends of edges alive: edges go, nodes go, nodes come,
// edges come, the log last. Edges that change their kind or their ends go and
// come; nodes that change their kind change their label.
//
// An edge id is unique within its type only, as far as Neo4j can say; over all
// types the ledger sees to it.
func planOf(entries []graph.Entry) (plan, error) {
	net, err := graph.NetOf(entries)
	if err != nil {
		return plan{}, err
	}
	b := builder{}
	for _, c := range net.Changes {
		if c.IsEdge() {
			err = b.edge(c)
		} else {
			err = b.node(c)
		}
		if err != nil {
			return plan{}, fmt.Errorf("record %s: %w", c.ID(), err)
		}
	}
	for _, r := range net.Passing {
		if err := b.passing(r); err != nil {
			return plan{}, fmt.Errorf("record %s: %w", r.ID(), err)
		}
	}
	if err := b.log(entries); err != nil {
		return plan{}, err
	}
	return plan{entries: len(entries), steps: b.steps()}, nil
}

// The stages of a plan, in order.
const (
	deleteEdges = iota
	deleteNodes
	createNodes
	setNodes
	relabelNodes
	createEdges
	setEdges
	absentNodes // what the group itself creates and deletes
	absentEdges
	createLog
	stages
)

// builder collects rows by stage and statement.
type builder [stages]map[string]*step

// add gives r to the statement of that name with those pairs, which is made
// once and not for each row.
func (b *builder) add(stage int, r any, name string, pairs ...any) *step {
	key := name
	for i := 1; i < len(pairs); i += 2 {
		key += " " + pairs[i].(label).text
	}
	if b[stage] == nil {
		b[stage] = map[string]*step{}
	}
	s := b[stage][key]
	if s == nil {
		s = &step{statement: stmt(name, pairs...)}
		b[stage][key] = s
	}
	s.rows = append(s.rows, r)
	return s
}

// steps puts the statements of a stage in a fixed order, so that the same
// entries are always sent alike.
func (b *builder) steps() []step {
	var all []step
	for _, stage := range b {
		for _, key := range slices.Sorted(maps.Keys(stage)) {
			all = append(all, *stage[key])
		}
	}
	return all
}

func (b *builder) node(c graph.Change) error {
	if c.After.IsZero() {
		b.add(deleteNodes, string(c.ID()), "delete_nodes")
		return nil
	}
	kind, props, err := nodeProps(c.After)
	if err != nil {
		return err
	}
	l, err := nodeLabel(kind)
	if err != nil {
		return err
	}
	if c.Before.IsZero() {
		b.add(createNodes, props, "create_nodes", "KIND", l)
		return nil
	}
	before, err := c.Before.Head()
	if err != nil {
		return err
	}
	if before.NodeKind == kind {
		b.add(setNodes, props, "set_nodes")
		return nil
	}
	old, err := nodeLabel(before.NodeKind)
	if err != nil {
		return err
	}
	b.add(relabelNodes, props, "relabel_nodes", "KIND", l, "OLD", old)
	return nil
}

func (b *builder) edge(c graph.Change) error {
	var before, after graph.Head
	var err error
	if !c.Before.IsZero() {
		if before, err = c.Before.Head(); err != nil {
			return err
		}
	}
	if c.After.IsZero() {
		return b.deleteEdge(before)
	}
	e, props, err := edgeProps(c.After)
	if err != nil {
		return err
	}
	l, err := edgeType(e.Kind)
	if err != nil {
		return err
	}
	after = e.Head()
	if !c.Before.IsZero() {
		if before.EdgeKind == after.EdgeKind && before.From == after.From && before.To == after.To {
			b.add(setEdges, props, "set_edges", "KIND", l)
			return nil
		}
		if err := b.deleteEdge(before); err != nil {
			return err
		}
	}
	row := map[string]any{"from": string(e.From), "to": string(e.To), "p": props}
	b.add(createEdges, row, "create_edges", "KIND", l)
	return nil
}

func (b *builder) deleteEdge(h graph.Head) error {
	l, err := edgeType(h.EdgeKind)
	if err != nil {
		return err
	}
	b.add(deleteEdges, string(h.ID), "delete_edges", "KIND", l)
	return nil
}

// passing has the server look for records that come and go within the group:
// there is nothing to write, but the entries claim that they did not exist.
func (b *builder) passing(r graph.Record) error {
	h, err := r.Head()
	if err != nil {
		return err
	}
	if !h.IsEdge {
		b.add(absentNodes, string(h.ID), "absent_nodes")
		return nil
	}
	l, err := edgeType(h.EdgeKind)
	if err != nil {
		return err
	}
	b.add(absentEdges, string(h.ID), "absent_edges", "KIND", l)
	return nil
}

// log adds the entries: what people may ask for as properties, the whole as
// JSON in parts, because a property of many MiB is a burden to every reader.
func (b *builder) log(entries []graph.Entry) error {
	var parts int64
	var last *step
	for _, e := range entries {
		text, err := e.MarshalJSON()
		if err != nil {
			return fmt.Errorf("entry %d: %w", e.Seq, err)
		}
		cut := cutText(string(text), partBytes)
		parts += int64(len(cut))
		last = b.add(createLog, map[string]any{
			"p": map[string]any{
				"seq": int64(e.Seq), "command": e.Command, "hash": e.Hash, "at": e.At, "author": e.Author,
				"reason": e.Reason, "import": e.Import, "closing": e.Closing,
				"parts": int64(len(cut)), "bytes": int64(len(text)),
			},
			"parts": cut,
		}, "create_entries")
	}
	if last != nil {
		last.want = parts
	}
	return nil
}

// cutText cuts s between runes into pieces of at most n bytes.
func cutText(s string, n int) []string {
	var parts []string
	for len(s) > n {
		end := n
		for !utf8.RuneStart(s[end]) {
			end--
		}
		parts = append(parts, s[:end])
		s = s[end:]
	}
	return append(parts, s)
}
