package graph

import (
	"cmp"
	"slices"
)

// Net is what a group of entries, applied in order, does to each record in
// the end: nodes before edges, each by id, every record once. A store writes
// that much and no more. Before is the record as the group found it, After as
// it leaves it. One that the group both creates and deletes has neither and is
// in Passing, as it was created: there is nothing to write, but it must not
// exist.
type Net struct {
	Changes []Change
	Passing []Record
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
	var all, first []Change
	for _, e := range entries {
		for _, c := range e.Changes {
			k := key{c.IsEdge(), c.ID()}
			i, again := at[k]
			if !again {
				at[k] = len(all)
				all, first = append(all, c), append(first, c)
				continue
			}
			if c.Before.IsZero() != all[i].After.IsZero() {
				return Net{}, ErrBehind
			}
			all[i].After = c.After
		}
	}
	var net Net
	for i, c := range all {
		if c.Before.IsZero() && c.After.IsZero() {
			net.Passing = append(net.Passing, first[i].After)
			continue
		}
		net.Changes = append(net.Changes, c)
	}
	slices.SortFunc(net.Changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(stage(a.IsEdge()), stage(b.IsEdge())), cmp.Compare(a.ID(), b.ID()))
	})
	return net, nil
}

// stage puts nodes before edges.
func stage(edge bool) int {
	if edge {
		return 1
	}
	return 0
}
