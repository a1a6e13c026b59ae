package answer

import (
	"context"
	"slices"

	"zhitu/graph"
)

// What is true of every version of a rule must not get lost because it was
// written down under a version that was issued after the date: an undated
// authorization reaches every version that REPLACES links, and so does
// REQUIRES. Such a later version is no item of any answer; only the edges at
// it are looked at.

// laterRules are versions of rules that are not in the graph on the date.
type laterRules struct {
	absent     map[graph.ID]bool
	replaces   map[graph.ID][]*graph.Edge // by either end
	requires   map[graph.ID][]*graph.Edge // by the rule that requires
	authorized map[graph.ID][]*graph.Edge // AUTHORIZED_FOR, by rule
}

func newLaterRules() laterRules {
	return laterRules{
		absent: map[graph.ID]bool{}, replaces: map[graph.ID][]*graph.Edge{}, requires: map[graph.ID][]*graph.Edge{},
		authorized: map[graph.ID][]*graph.Edge{},
	}
}

// loadLater loads the versions of rules that the date hides and who is
// authorized for them. The edges and organizations are those of the date: only
// the version itself need not be there.
func (f *facts) loadLater(ctx context.Context, rules []graph.ID) error {
	timeless := f.view.At(graph.Unknown)
	var found []graph.ID
	for frontier := rules; len(frontier) > 0; {
		edges, err := f.hiddenEnds(ctx, timeless, frontier, graph.EdgeFilter{
			Kinds: []graph.EdgeKind{graph.Replaces, graph.Requires}, Direction: graph.Both,
		})
		if err != nil {
			return err
		}
		var next []graph.ID
		for i := range edges {
			next = append(next, f.keepLater(&edges[i])...)
		}
		found, frontier = append(found, next...), next
	}
	nodes, err := timeless.Nodes(ctx, found)
	if err != nil {
		return err
	}
	for i := range nodes {
		f.nodes[nodes[i].ID] = &nodes[i]
	}
	return f.loadLaterAuthorizations(ctx, timeless, found)
}

// hiddenEnds returns the edges at ids that hold on the date and of which an end
// does not.
func (f *facts) hiddenEnds(ctx context.Context, timeless *graph.View, ids []graph.ID, filter graph.EdgeFilter) ([]graph.Edge, error) {
	edges, err := timeless.Touching(ctx, ids, filter)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(edges, func(e graph.Edge) bool {
		return f.present(e.From) && f.present(e.To) || !f.view.Scope().Admits(e.Head())
	}), nil
}

// present tells whether id is loaded and in the graph on the date.
func (f *facts) present(id graph.ID) bool { return f.nodes[id] != nil && !f.later.absent[id] }

// keepLater records e and returns the ends of it that are met for the first
// time. A later version that requires or replaces nothing here is not followed.
func (f *facts) keepLater(e *graph.Edge) []graph.ID {
	if e.Kind == graph.Requires && !f.present(e.From) {
		return nil
	}
	if _, twice := f.edges[e.ID]; twice {
		return nil
	}
	f.edges[e.ID] = e
	if e.Kind == graph.Requires {
		f.later.requires[e.From] = append(f.later.requires[e.From], e)
	} else {
		f.later.replaces[e.From] = append(f.later.replaces[e.From], e)
		f.later.replaces[e.To] = append(f.later.replaces[e.To], e)
	}
	var met []graph.ID
	for _, id := range []graph.ID{e.From, e.To} {
		if !f.present(id) && !f.later.absent[id] {
			f.later.absent[id] = true
			met = append(met, id)
		}
	}
	return met
}

func (f *facts) loadLaterAuthorizations(ctx context.Context, timeless *graph.View, rules []graph.ID) error {
	if len(rules) == 0 {
		return nil
	}
	edges, err := f.hiddenEnds(ctx, timeless, rules, graph.EdgeFilter{Kinds: []graph.EdgeKind{graph.AuthorizedFor}, Direction: graph.In})
	if err != nil {
		return err
	}
	var orgs []graph.ID
	for _, e := range edges {
		orgs = append(orgs, e.From)
	}
	if err := f.loadNodes(ctx, orgs); err != nil {
		return err
	}
	for i := range edges {
		if e := &edges[i]; f.present(e.From) {
			f.later.authorized[e.To] = append(f.later.authorized[e.To], e)
		}
	}
	return nil
}

// everyVersion is versions with those that are not in the graph on the date.
func (f *facts) everyVersion(rule graph.ID) []version {
	return f.linkedVersions(rule, func(id graph.ID) []*graph.Edge {
		return slices.Concat(f.into(id, graph.Replaces), f.outOf(id, graph.Replaces), f.later.replaces[id])
	})
}

// requirement is one REQUIRES edge of a rule.
type requirement struct {
	edge     *graph.Edge
	named    graph.ID   // the version required or, where the date hides it, one that stands for it
	versions []graph.ID // all that satisfy it, sorted
}

// requirements returns what rule requires. What has no version in the graph on
// the date is not required on the date.
func (f *facts) requirements(rule graph.ID) []requirement {
	var out []requirement
	for _, e := range slices.Concat(f.outOf(rule, graph.Requires), f.later.requires[rule]) {
		r := requirement{edge: e, named: e.To}
		for _, v := range f.everyVersion(e.To) {
			if f.present(v.id) {
				r.versions = append(r.versions, v.id)
			}
		}
		if len(r.versions) == 0 {
			continue
		}
		if slices.Sort(r.versions); !f.present(e.To) {
			r.named = r.versions[0]
		}
		out = append(out, r)
	}
	return out
}
