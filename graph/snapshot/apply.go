package snapshot

import (
	"fmt"

	"zhitu/graph"
)

// Apply returns s moved forward by entries, which must come after it in the
// order of their numbers; numbers may be missing when the caller knows that
// those entries are not to be seen. An entry that does not fit what s holds is
// an error: the log and the snapshot are not of one graph.
func (s *Snapshot) Apply(entries ...graph.Entry) (*Snapshot, error) {
	if len(entries) == 0 {
		return s, nil
	}
	e, seq := s.Edit(), s.seq
	for _, entry := range entries {
		if entry.Seq <= seq {
			return nil, fmt.Errorf("entry %d comes after %d", entry.Seq, seq)
		}
		if err := e.apply(entry); err != nil {
			return nil, fmt.Errorf("entry %d: %w", entry.Seq, err)
		}
		seq = entry.Seq
	}
	return e.Done(seq).Compacted()
}

// apply does what entry did: edges go before the nodes that they would keep,
// and come after those that they need.
func (e *Edit) apply(entry graph.Entry) error {
	for _, c := range entry.Changes {
		if err := e.fits(c); err != nil {
			return err
		}
	}
	steps := []struct{ edge, put bool }{{true, false}, {false, true}, {true, true}, {false, false}}
	for _, step := range steps {
		for _, c := range entry.Changes {
			if c.IsEdge() != step.edge || c.After.IsZero() == step.put {
				continue
			}
			if err := e.change(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// fits tells whether c can have been made of the graph as it is.
func (e *Edit) fits(c graph.Change) error {
	var there bool
	if c.IsEdge() {
		_, there = e.s.EdgeRecord(c.ID())
	} else {
		_, there = e.s.Record(c.ID())
	}
	if there == c.Before.IsZero() {
		return fmt.Errorf("record %s: the log does not fit what is there (there: %t)", c.ID(), there)
	}
	return nil
}

func (e *Edit) change(c graph.Change) error {
	switch {
	case !c.After.IsZero():
		return e.Put(c.After)
	case c.IsEdge():
		return e.DeleteEdge(c.ID())
	}
	for r := range e.s.Incident(c.ID(), graph.EdgeFilter{}) {
		return fmt.Errorf("node %s: the log does not fit what is there (edge %s would go with it)", c.ID(), r.ID())
	}
	return e.DeleteNode(c.ID())
}

// With returns an overlay: s with ops applied in order, under the number of s.
// Records are put as given, version and number too, and are not validated; a
// deleted node takes its edges with it. It is how a what-if, the review of a
// changeset and an older state are computed; it is never published.
func (s *Snapshot) With(ops []graph.Op) (*Snapshot, error) {
	e := s.Edit()
	for i, op := range ops {
		if err := e.do(op); err != nil {
			return nil, fmt.Errorf("operation %d: %w", i, err)
		}
	}
	return e.Done(s.seq), nil
}

func (e *Edit) do(op graph.Op) error {
	switch {
	case op.PutNode != nil:
		return e.Put(graph.EncodeNode(*op.PutNode))
	case op.PutEdge != nil:
		return e.Put(graph.EncodeEdge(*op.PutEdge))
	case op.DeleteEdge != "":
		return e.DeleteEdge(op.DeleteEdge)
	}
	return e.DeleteNode(op.DeleteNode)
}
