package graph

import (
	"context"
	"iter"
)

// Store keeps what it is given; every judgement was made in ledger. A Store
// that has not passed graphtest.RunStore is not a Store.
type Store interface {
	// Scan yields every record, system kinds included: nodes, then edges, each
	// ordered by id as byte strings. It need not be one state: the log since the
	// Head that was read before it makes it one. The consumer may write to the
	// store while it ranges. An error is the last pair.
	Scan(ctx context.Context) iter.Seq2[Record, error]

	// Changes yields the entries after seq in order and ends before a hole,
	// which a later call finds filled. An error is the last pair.
	Changes(ctx context.Context, after Seq) iter.Seq2[Entry, error]

	// Head returns the number of the last entry, 0 if there is none, and the
	// epoch, which only a restore changes.
	Head(ctx context.Context) (Seq, Epoch, error)

	// Append stores entries, numbered expected+1 and on, and the records that
	// they change, all or nothing. It stores nothing and returns ErrBehind when
	// the head is not expected, a command id is in the log already, a record
	// that an entry creates exists, or one that it changes or deletes does not.
	// After any other error the outcome is unknown, and Changes will tell.
	// Entries are applied in order: a later one may change what an earlier made.
	Append(ctx context.Context, expected Seq, entries []Entry) error

	// Ready returns nil or, before ctx ends, ErrUnavailable with the reason.
	Ready(ctx context.Context) error

	Close() error
}

// Direction is which way an edge is followed.
type Direction uint8

// The directions; the zero Direction is both.
const (
	Both Direction = iota
	Out            // from the node
	In             // to the node
)

// EdgeFilter narrows Touching. The zero filter passes every edge.
type EdgeFilter struct {
	Kinds     []EdgeKind // none: all
	Direction Direction
}

// Reader is all that a traversal needs. Snapshots (so overlays too) and
// neo4jstore implement it; graphtest.RunReader compares their answers.
type Reader interface {
	// Nodes and Edges return those of ids that exist, in the order of ids: the
	// caller decides whether a missing one is ErrNotFound.
	Nodes(ctx context.Context, ids []ID) ([]Node, error)
	Edges(ctx context.Context, ids []ID) ([]Edge, error)

	// Touching yields every edge that touches any of ids and passes f, once
	// each, ordered by edge kind, from, to and edge id. Unknown ids yield
	// nothing. An error is the last pair.
	Touching(ctx context.Context, ids []ID, f EdgeFilter) iter.Seq2[Edge, error]

	// OfKind yields every node of kind k ordered by id.
	OfKind(ctx context.Context, k NodeKind) iter.Seq2[Node, error]
}

// Walker is an optional ability of a Reader: the same traversal by ids alone,
// without decoding records. graphtest holds it equal to the walk over Touching.
type Walker interface {
	// Walk returns the distinct nodes at depth 1, 2 … depth from start, by
	// minimum depth, start nodes excluded even when a cycle returns to them,
	// each level ordered by id, seeing only what scope admits. When more than
	// limit nodes are met (0: no limit) it stops and reports truncated.
	Walk(ctx context.Context, start []ID, f EdgeFilter, scope Scope, depth, limit int) (levels [][]ID, truncated bool, err error)

	// Heads returns the heads of those node ids that exist, in their order.
	Heads(ctx context.Context, ids []ID) ([]Head, error)
}

// Counter is an optional ability of a Reader: how many records of each kind
// scope admits, system kinds left out, an edge only with both its ends.
type Counter interface {
	Count(ctx context.Context, scope Scope) (map[NodeKind]int, map[EdgeKind]int, error)
}

// Caller is who asks, as far as visibility goes. The zero Caller is the
// public.
type Caller struct {
	Everything   bool // administrators and authorized experts
	Organization ID   // the firm or organization that the caller belongs to
	Chains       []ID // the chains that the caller works on
}

// Scope is what a View shows of a Reader.
type Scope struct {
	AsOf   Date // Unknown: whatever its validity
	Caller Caller
	// Records shows records as such: of any validity and any state, system
	// kinds too. Answers are never given from it.
	Records bool
}

// Sees tells whether a caller may see a record of this visibility and owner.
func (c Caller) Sees(v Visibility, owner ID) bool {
	switch {
	case v == Public || c.Everything:
		return true
	case owner == "":
		return false
	case v == ChainWide:
		for _, chain := range c.Chains {
			if chain == owner {
				return true
			}
		}
	}
	return c.Organization == owner
}

// Admits tells whether h is part of the view: it may be seen and, unless
// records as such are asked for, it is valid or of unknown validity on the
// date, neither retired nor merged, and of no system kind.
func (s Scope) Admits(h Head) bool {
	if !s.Caller.Sees(h.Visibility, h.Owner) {
		return false
	}
	if s.Records {
		return true
	}
	if h.State == Retired || h.State == Merged || !h.IsEdge && systemKind(h.NodeKind) {
		return false
	}
	return s.AsOf == Unknown || Validity{h.ValidFrom, h.ValidTo}.At(s.AsOf) != No
}

// Head returns n without its body.
func (n Node) Head() Head {
	return Head{
		ID: n.ID, NodeKind: n.Kind, State: n.State, Visibility: n.Visibility, ValidFrom: n.ValidFrom,
		ValidTo: n.ValidTo, Version: n.Version, Seq: n.Seq, Owner: n.Owner, MergedInto: n.MergedInto,
	}
}

// Head returns e without its body.
func (e Edge) Head() Head {
	return Head{
		IsEdge: true, ID: e.ID, EdgeKind: e.Kind, From: e.From, To: e.To, State: e.State, Visibility: e.Visibility,
		ValidFrom: e.ValidFrom, ValidTo: e.ValidTo, Version: e.Version, Seq: e.Seq, Owner: e.Owner,
	}
}
