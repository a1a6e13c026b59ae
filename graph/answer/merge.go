package answer

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"zhitu/graph"
)

// MergePlan is what merging one node into another would do, and the
// operations that do it. Applied as one batch it is one entry of the log, so
// that undoing that entry unmerges.
type MergePlan struct {
	Kept       Ref             `json:"kept"`
	Merged     Ref             `json:"merged"`
	EdgesMoved int             `json:"edges_moved"`
	EdgesLost  []graph.ID      `json:"edges_dropped"` // that would join the kept node with itself, or say what one of its edges says
	Conflicts  []MergeConflict `json:"conflicting_fields"`
	Operations []graph.Op      `json:"-"`
}

// MergeConflict is a field on which the two differ: the kept value stays, the
// other becomes evidence beside it.
type MergeConflict struct {
	Field  string `json:"field"`
	Kept   string `json:"kept"`
	Merged string `json:"merged"`
}

// Merge plans to merge from into another node of the same kind. The old id
// keeps resolving: its node stays, in state merged, and names the kept one.
func Merge(ctx context.Context, view *graph.View, from, into graph.ID) (MergePlan, error) {
	records := view.Records()
	old, err := records.Node(ctx, from)
	if err != nil {
		return MergePlan{}, err
	}
	kept, err := records.Node(ctx, into)
	if err != nil {
		return MergePlan{}, err
	}
	switch {
	case from == into:
		return MergePlan{}, &graph.InvalidError{Field: "into", Code: "merge_self", Value: string(into)}
	case old.Kind != kept.Kind:
		return MergePlan{}, &graph.InvalidError{Field: "into", Code: "wrong_kind", Value: string(kept.Kind), Want: string(old.Kind)}
	case old.State == graph.Merged || kept.State == graph.Merged:
		return MergePlan{}, &graph.InvalidError{Field: "into", Code: "merged_into_merged", Value: string(into), Is: graph.ErrConflict}
	}
	plan := MergePlan{Kept: refOf(&kept), Merged: refOf(&old), EdgesLost: []graph.ID{}, Conflicts: []MergeConflict{}}
	oldVersion, keptVersion := old.Version, kept.Version
	plan.joinRecords(&kept, &old)
	plan.Operations = append(plan.Operations, graph.Op{PutNode: &kept, IfVersion: &keptVersion})
	if err := plan.moveEdges(ctx, records, from, into); err != nil {
		return MergePlan{}, err
	}
	old.State, old.MergedInto = graph.Merged, into
	plan.Operations = append(plan.Operations, graph.Op{PutNode: &old, IfVersion: &oldVersion})
	return plan, nil
}

// joinRecords gives kept what old knows more: names, lists, fields that kept
// lacks; what contradicts becomes evidence for that field.
func (p *MergePlan) joinRecords(kept, old *graph.Node) {
	for _, name := range append([]string{old.Name}, old.Aliases...) {
		if name != kept.Name && !slices.Contains(kept.Aliases, name) {
			kept.Aliases = append(kept.Aliases, name)
		}
	}
	kept.Evidence = append(kept.Evidence, old.Evidence...)
	fields := maps.Clone(kept.Fields)
	for _, name := range slices.Sorted(maps.Keys(old.Fields)) {
		theirs, ours := old.Fields[name], fields[name]
		a, isList := ours.([]string)
		b, bothLists := theirs.([]string)
		switch {
		case ours == nil:
			fields[name] = theirs
		case isList && bothLists:
			fields[name] = joined(a, b)
		case fmt.Sprint(ours) != fmt.Sprint(theirs):
			c := MergeConflict{Field: name, Kept: fmt.Sprint(ours), Merged: fmt.Sprint(theirs)}
			p.Conflicts = append(p.Conflicts, c)
			kept.Evidence = append(kept.Evidence, graph.Evidence{Field: name, Value: c.Merged, CollectedBy: string(old.ID)})
		}
	}
	kept.Fields = fields
}

func joined(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// moveEdges hangs the edges of from on into, under their ids; those that would
// become loops or repeat an edge of into are dropped and named.
func (p *MergePlan) moveEdges(ctx context.Context, view *graph.View, from, into graph.ID) error {
	edges, err := view.Touching(ctx, []graph.ID{from, into}, graph.EdgeFilter{})
	if err != nil {
		return err
	}
	type ends struct {
		kind     graph.EdgeKind
		from, to graph.ID
	}
	have := map[ends]bool{}
	for _, e := range edges {
		if e.From != from && e.To != from {
			have[ends{e.Kind, e.From, e.To}] = true
		}
	}
	for _, e := range edges {
		if e.From != from && e.To != from {
			continue
		}
		version := e.Version
		if e.From == from {
			e.From = into
		}
		if e.To == from {
			e.To = into
		}
		if key := (ends{e.Kind, e.From, e.To}); e.From == e.To || have[key] {
			p.EdgesLost = append(p.EdgesLost, e.ID)
			p.Operations = append(p.Operations, graph.Op{DeleteEdge: e.ID, IfVersion: &version})
			continue
		}
		p.EdgesMoved++
		p.Operations = append(p.Operations, graph.Op{PutEdge: &e, IfVersion: &version})
	}
	return nil
}
