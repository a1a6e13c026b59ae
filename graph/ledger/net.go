package ledger

import (
	"cmp"
	"fmt"
	"slices"

	"zhitu/graph"
)

// netOf returns what entries did to each record in the end: nodes first, each
// by id, every record once. Unlike graph.NetOf it takes entries that are not
// neighbours in the log, those of an import for one. Between two of them others
// may have changed a record only where the first ones left nothing of it, made
// and deleted; then it begins anew. Any other break comes back as the keys of
// the records, and the net without a meaning.
func netOf(entries []graph.Entry) (net []graph.Change, broken []key) {
	at := map[key]int{}
	for _, e := range entries {
		for _, c := range e.Changes {
			k := keyOf(c)
			i, again := at[k]
			switch {
			case !again:
				at[k] = len(net)
				net = append(net, c)
			case net[i].Before.IsZero() && net[i].After.IsZero():
				net[i] = c
			default:
				if net[i].After != c.Before {
					broken = append(broken, k)
				}
				net[i].After = c.After
			}
		}
	}
	net = slices.DeleteFunc(net, func(c graph.Change) bool { return c.Before == c.After })
	slices.SortFunc(net, compareChanges)
	return net, broken
}

// compareChanges orders changes as an entry has them.
func compareChanges(a, b graph.Change) int {
	if a.IsEdge() != b.IsEdge() {
		if b.IsEdge() {
			return -1
		}
		return 1
	}
	return cmp.Compare(a.ID(), b.ID())
}

// mustNet is netOf where a break cannot be: an open import owns its records, and
// the log is whole.
func mustNet(entries []graph.Entry) ([]graph.Change, error) {
	net, broken := netOf(entries)
	if len(broken) > 0 {
		return nil, fmt.Errorf("%w: the log contradicts itself about %s", graph.ErrUnavailable, broken[0].id)
	}
	return net, nil
}
