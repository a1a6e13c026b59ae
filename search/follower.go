package search

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"zhitu/graph"
)

// maxBatch is how many documents one batch of the follower holds. An entry of
// more takes several; only the last moves the mark, and replay is idempotent.
const maxBatch = 500

// errRebuild says that the index cannot be brought to the graph by following.
var errRebuild = errors.New("index has to be rebuilt")

// follow is the one goroutine that writes.
func (x *Index) follow(ctx context.Context) {
	defer close(x.done)
	for ctx.Err() == nil {
		err := x.step(ctx)
		if ctx.Err() != nil {
			return
		}
		waiting, cancel := context.WithCancel(ctx)
		x.mu.Lock()
		x.wake = cancel
		busy := len(x.wanted) > 0 || x.suspect.Load()
		x.mu.Unlock()
		switch {
		case busy:
		case err != nil:
			x.log.Error("search index", "error", err)
			pause(waiting, x.opts.Retry)
		default:
			if err := x.source.Wait(waiting, x.Status().Seq); err != nil && waiting.Err() == nil {
				x.log.Error("search index waits for the graph", "error", err)
				pause(waiting, x.opts.Retry)
			}
		}
		cancel()
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// step does what is due: a rebuild, a reopening, or the next entries.
func (x *Index) step(ctx context.Context) error {
	x.mu.Lock()
	wanted := x.wanted
	x.wanted = nil
	x.mu.Unlock()
	if len(wanted) > 0 {
		err := x.rebuild(ctx, "asked for")
		for _, w := range wanted {
			w <- err
		}
		return err
	}
	if x.suspect.Swap(false) {
		if err := x.quarantine(errors.New("a search panicked")); err != nil {
			return x.rebuild(ctx, err.Error())
		}
	}
	s := x.serving.Load()
	if s == nil {
		return x.rebuild(ctx, "there is none")
	}
	err := x.catchUp(ctx, s)
	switch {
	case err == nil || ctx.Err() != nil:
		return err
	case errors.Is(err, errRebuild):
		return x.rebuild(ctx, err.Error())
	case errors.Is(err, errBatch):
		if reopen := x.quarantine(err); reopen != nil {
			return x.rebuild(ctx, reopen.Error())
		}
	}
	return err
}

// catchUp brings s to the newest published graph, which is read once: at a
// mark, an index is a function of the graph at that number.
func (x *Index) catchUp(ctx context.Context, s *store) error {
	for {
		state := x.source.State()
		switch {
		case state.Epoch != s.mark.Epoch:
			return fmt.Errorf("store of epoch %q, index of %q: %w", state.Epoch, s.mark.Epoch, errRebuild)
		case s.mark.Seq > state.Seq:
			return fmt.Errorf("index is at %d, the graph at %d: %w", s.mark.Seq, state.Seq, errRebuild)
		case s.mark.Seq == state.Seq:
			return nil
		}
		ids, err := x.affected(ctx, s.mark.Seq, state)
		if err != nil {
			return err
		}
		if err := x.reindex(ctx, s, state, ids); err != nil {
			return err
		}
		if err := s.recordSums(); err != nil {
			return err
		}
		if x.serving.Load() == s {
			x.note(func(st *Status) { st.Seq, st.Documents = s.mark.Seq, s.mark.Docs })
		}
	}
}

// affected returns the nodes whose documents the entries after mark and up to
// state may change. Only an unbroken run of entries is applied: beyond a hole
// the next call finds it filled.
func (x *Index) affected(ctx context.Context, after graph.Seq, state State) ([]graph.ID, error) {
	d := newDirty()
	next := after
	for e, err := range x.source.Changes(ctx, after) {
		if err != nil {
			return nil, fmt.Errorf("changes after %d: %w", after, err)
		}
		if e.Seq > state.Seq {
			break
		}
		if e.Seq != next+1 {
			return nil, fmt.Errorf("changes after %d: entry %d follows %d", after, e.Seq, next)
		}
		next = e.Seq
		for _, c := range e.Changes {
			if err := d.add(c); err != nil {
				return nil, fmt.Errorf("entry %d: %w", e.Seq, err)
			}
		}
	}
	if next != state.Seq {
		return nil, fmt.Errorf("changes after %d end at %d, the graph is at %d", after, next, state.Seq)
	}
	return d.all(ctx, state.Reader)
}

// reindex writes the documents of ids as they are in state, the mark with the
// last of them.
func (x *Index) reindex(ctx context.Context, s *store, state State, ids []graph.ID) error {
	docs := newDocuments(state.Reader)
	for {
		part := ids[:min(len(ids), maxBatch)]
		ids = ids[len(part):]
		batch, deletes, err := docs.batch(ctx, part)
		if err != nil {
			return err
		}
		seq := s.mark.Seq
		if len(ids) == 0 {
			seq = state.Seq
		}
		if err := s.write(batch, deletes, seq); err != nil {
			return err
		}
		if len(ids) == 0 {
			return nil
		}
	}
}

// batch returns the documents of ids and which ids have none.
func (d *documents) batch(ctx context.Context, ids []graph.ID) (docs []document, deletes []graph.ID, err error) {
	nodes, err := d.members.reader.Nodes(ctx, ids)
	if err != nil {
		return nil, nil, fmt.Errorf("read %d nodes to index: %w", len(ids), err)
	}
	held := map[graph.ID]bool{}
	for _, n := range nodes {
		if !indexed(n) {
			continue
		}
		doc, err := d.of(ctx, n)
		if err != nil {
			return nil, nil, err
		}
		docs, held[n.ID] = append(docs, doc), true
	}
	for _, id := range ids {
		if !held[id] {
			deletes = append(deletes, id)
		}
	}
	return docs, deletes, nil
}

// dirty collects what has to be indexed again.
type dirty struct {
	nodes   map[graph.ID]bool
	heads   map[graph.ID]bool // what inherits from them, too
	regions map[graph.ID]bool // what lies in them, too
}

func newDirty() *dirty {
	return &dirty{nodes: map[graph.ID]bool{}, heads: map[graph.ID]bool{}, regions: map[graph.ID]bool{}}
}

func (d *dirty) add(c graph.Change) error {
	if c.IsEdge() {
		return d.addEdge(c)
	}
	before, after, err := heads(c)
	if err != nil {
		return err
	}
	id := c.ID()
	d.nodes[id] = true
	h := after
	if c.After.IsZero() {
		h = before
	}
	if h.NodeKind == graph.Segment || c.After.IsZero() || c.Before.IsZero() || public(before) != public(after) {
		d.heads[id] = true
	}
	if h.NodeKind == graph.Region {
		d.regions[id] = true
	}
	return nil
}

func (d *dirty) addEdge(c graph.Change) error {
	before, after, err := heads(c)
	if err != nil {
		return err
	}
	for _, h := range []graph.Head{before, after} {
		if h.ID == "" {
			continue
		}
		d.nodes[h.From], d.nodes[h.To] = true, true
		if slices.Contains(inheritedOver(graph.Out), h.EdgeKind) {
			d.heads[h.From] = true
		}
		if slices.Contains(inheritedOver(graph.In), h.EdgeKind) {
			d.heads[h.To] = true
		}
	}
	return nil
}

func heads(c graph.Change) (before, after graph.Head, err error) {
	if !c.Before.IsZero() {
		if before, err = c.Before.Head(); err != nil {
			return before, after, err
		}
	}
	if !c.After.IsZero() {
		after, err = c.After.Head()
	}
	return before, after, err
}

// all returns every node to be indexed again, ordered.
func (d *dirty) all(ctx context.Context, r graph.Reader) ([]graph.ID, error) {
	m := newMembers(r)
	heirs, err := m.heirs(ctx, keys(d.heads))
	if err != nil {
		return nil, err
	}
	ids := append(keys(d.nodes), heirs...)
	filter := graph.EdgeFilter{Kinds: []graph.EdgeKind{graph.LocatedIn}, Direction: graph.In}
	for e, err := range r.Touching(ctx, keys(d.regions), filter) {
		if err != nil {
			return nil, fmt.Errorf("what lies in %d regions: %w", len(d.regions), err)
		}
		ids = append(ids, e.From)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

func keys(set map[graph.ID]bool) []graph.ID {
	out := make([]graph.ID, 0, len(set))
	for id := range set {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}
