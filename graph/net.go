package graph

import (
	"cmp"
	"slices"
)

// Net is what a group of entries, applied in order, does to each record in
// the end: nodes before edges, each by id, every record once. A store writes
// that much and no more. Before is the record as the group found it, After as
// it leaves it; one that the group both creates and deletes has neither, and
// its id is in Passing instead.
type Net struct {
	Changes []Change
	// PassingNodes and PassingEdges are created and deleted within the group:
	// a store has nothing to write, but they must not exist.
	PassingNodes, PassingEdges []ID
}

// NetOf returns the net effect of entries, or ErrBehind when they contradict
// one another: a record created that an earlier one left, or changed that an
// earlier one deleted.
func NetOf(entries []Entry) (Net, error) {
	if len(entries) == 1 { // already in order and each record once
		return Net{Changes: entries[0].Changes}, nil
	}
	type key struct {
		edge bool
		id   ID
	}
	at := map[key]int{}
	var all []Change
	for _, e := range entries {
		for _, c := range e.Changes {
			k := key{c.IsEdge(), c.ID()}
			i, again := at[k]
			if !again {
				at[k] = len(all)
				all = append(all, c)
				continue
			}
			if c.Before.IsZero() != all[i].After.IsZero() {
				return Net{}, ErrBehind
			}
			all[i].After = c.After
		}
	}
	var net Net
	for k, i := range at {
		switch {
		case !all[i].Before.IsZero() || !all[i].After.IsZero():
			net.Changes = append(net.Changes, all[i])
		case k.edge:
			net.PassingEdges = append(net.PassingEdges, k.id)
		default:
			net.PassingNodes = append(net.PassingNodes, k.id)
		}
	}
	slices.SortFunc(net.Changes, func(a, b Change) int {
		if a.IsEdge() != b.IsEdge() {
			if b.IsEdge() {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.ID(), b.ID())
	})
	slices.Sort(net.PassingNodes)
	slices.Sort(net.PassingEdges)
	return net, nil
}
