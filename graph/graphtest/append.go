package graphtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"zhitu/graph"
)

var appendCases = []storeCase{
	{"an append at another head than the store's leaves no trace", wrongHead},
	{"entries that do not continue the head leave no trace", wrongNumbers},
	{"a known command leaves no trace", knownCommand},
	{"creating what exists leaves no trace", createdTwice},
	{"changing or deleting what is missing leaves no trace", changedMissing},
	{"a refusal at any place of a group leaves no trace of the others", refusedAnywhere},
	{"an edge may move its ends", movedEnds},
	{"a record changed several times in a group ends as the last one says", changedOften},
	{"a record may come back as another kind", otherKind},
	{"a hub of 6,000 edges is deleted in one entry", hubDeleted},
	{"a group of many entries is one", wholeGroup},
	{"of many appends at one head exactly one wins", race},
	{"writers that try again lose nothing and write nothing twice", retryingWriters},
}

func small() *Model {
	m := NewModel()
	ops := append(firms("f", 3), PutEdge(Edge(graph.Supplies, "e0", "f00000", "f00001")))
	m.Next(ops...)
	m.Next(PutEdge(Edge(graph.Supplies, "e1", "f00001", "f00002")))
	return m
}

func wrongHead(t *testing.T, s graph.Store) {
	m := small()
	load(t, s, m.Log()...)
	for _, at := range []graph.Seq{0, 1, 3, 100} {
		e := m.Clone().Next(firms("x", 1)...)
		e.Seq = at + 1
		behind(t, m, s, at, e)
	}
}

func wrongNumbers(t *testing.T, s graph.Store) {
	m := small()
	load(t, s, m.Log()...)
	c := m.Clone()
	first, second := c.Next(firms("x", 1)...), c.Next(firms("y", 1)...)
	second.Seq++
	if err := s.Append(t.Context(), m.Head(), []graph.Entry{first, second}); err == nil {
		t.Error("an entry that skips a number was taken")
	}
	same(t, m, s)
}

func knownCommand(t *testing.T, s graph.Store) {
	m := small()
	load(t, s, m.Log()...)
	c := m.Clone()
	first, second := c.Next(firms("x", 1)...), c.Next(firms("y", 1)...)
	old := first
	old.Command = m.Log()[0].Command
	behind(t, m, s, m.Head(), old)
	second.Command = first.Command
	behind(t, m, s, m.Head(), first, second)
}

func createdTwice(t *testing.T, s graph.Store) {
	m := small()
	load(t, s, m.Log()...)
	node, edge := PutNode(Node(graph.Firm, "f00000", "又")), PutEdge(Edge(graph.Supplies, "e0", "f00000", "f00001"))
	otherKind := PutNode(Node(graph.Problem, "f00000", "又"))
	for _, op := range []graph.Op{node, edge, otherKind} {
		e := m.Clone().Next(op)
		e.Changes[0].Before = graph.Record{}
		behind(t, m, s, m.Head(), e)
	}
	// Created and deleted within the group, and yet it was there before.
	for i, op := range []graph.Op{node, edge} {
		c := m.Clone()
		first := c.Next(op)
		first.Changes[0].Before = graph.Record{}
		second := c.Next([]graph.Op{{DeleteNode: "f00002"}, {DeleteEdge: "e0"}}[i])
		if i == 0 {
			second.Changes = []graph.Change{{Before: first.Changes[0].After}}
		}
		behind(t, m, s, m.Head(), first, second)
	}
}

func changedMissing(t *testing.T, s graph.Store) {
	m := small()
	load(t, s, m.Log()...)
	node, edge := Node(graph.Firm, "none", "无"), Edge(graph.Supplies, "none", "f00000", "f00001")
	tests := []graph.Change{
		{Before: graph.EncodeNode(node), After: graph.EncodeNode(node)},
		{Before: graph.EncodeNode(node)},
		{Before: graph.EncodeEdge(edge), After: graph.EncodeEdge(edge)},
		{Before: graph.EncodeEdge(edge)},
	}
	for _, c := range tests {
		e := m.Clone().Next()
		e.Changes = []graph.Change{c}
		behind(t, m, s, m.Head(), e)
	}
}

// refusedAnywhere puts one bad change at every place of a group that does
// every sort of thing.
func refusedAnywhere(t *testing.T, s graph.Store) {
	m := small()
	load(t, s, m.Log()...)
	group := func() []graph.Entry {
		c := m.Clone()
		return []graph.Entry{
			c.Next(append(firms("x", 2), PutEdge(Edge(graph.Causes, "x", "f00000", "f00002")))...),
			c.Next(PutNode(Node(graph.Firm, "f00000", "改")), PutEdge(Edge(graph.Supplies, "e0", "f00000", "f00001"))),
			c.Next(graph.Op{DeleteEdge: "e1"}, graph.Op{DeleteNode: "f00002"}),
		}
	}
	for i, e := range group() {
		for j := range e.Changes {
			bad := group()
			c := &bad[i].Changes[j]
			switch {
			case c.Before.IsZero(): // create what is there
				*c = graph.Change{After: m.nodes["f00001"]}
			case c.IsEdge(): // change what is not
				edge := Edge(graph.Supplies, "none", "f00000", "f00001")
				*c = graph.Change{Before: graph.EncodeEdge(edge), After: graph.EncodeEdge(edge)}
			default:
				*c = graph.Change{Before: graph.EncodeNode(Node(graph.Firm, "none", "无"))}
			}
			behind(t, m, s, m.Head(), bad...)
		}
	}
	load(t, s, group()...)
}

func movedEnds(t *testing.T, s graph.Store) {
	m := small()
	load(t, s, m.Log()...)
	load(t, s, m.Next(PutEdge(Edge(graph.Supplies, "e0", "f00002", "f00001"))))
	same(t, m, s)
	load(t, s, m.Next(PutEdge(Edge(graph.Supplies, "e0", "f00002", "f00002")), PutEdge(Edge(graph.Causes, "e1", "f00001", "f00002"))))
	same(t, m, s)
	// From a node that goes to one that comes.
	load(t, s, m.Next(PutNode(Node(graph.Firm, "new", "新")), PutEdge(Edge(graph.Supplies, "e0", "new", "f00001")),
		PutEdge(Edge(graph.Causes, "e1", "f00001", "new")), graph.Op{DeleteNode: "f00002"}))
	same(t, m, s)
}

func changedOften(t *testing.T, s graph.Store) {
	m := small()
	load(t, s, m.Log()...)
	before := m.Head()
	group := []graph.Entry{
		m.Next(PutNode(Node(graph.Firm, "f00000", "一")), PutNode(Node(graph.Firm, "new", "一"))),
		m.Next(PutNode(Node(graph.Firm, "f00000", "二")), PutNode(Node(graph.Firm, "passing", "一"))),
		m.Next(PutEdge(Edge(graph.Supplies, "passing", "passing", "new")), graph.Op{DeleteEdge: "e1"}),
		m.Next(graph.Op{DeleteNode: "passing"}, PutEdge(Edge(graph.Supplies, "e1", "new", "f00000"))),
		m.Next(PutNode(Node(graph.Firm, "new", "二")), PutEdge(Edge(graph.Supplies, "e0", "f00000", "new"))),
	}
	if err := s.Append(t.Context(), before, group); err != nil {
		t.Fatal(err)
	}
	same(t, m, s)
}

func otherKind(t *testing.T, s graph.Store) {
	m := small()
	load(t, s, m.Log()...)
	load(t, s, m.Next(graph.Op{DeleteNode: "f00000"}))
	load(t, s, m.Next(PutNode(Node(graph.Problem, "f00000", "问题")), PutEdge(Edge(graph.Causes, "e0", "f00000", "f00000"))))
	same(t, m, s)
	before := m.Head()
	group := []graph.Entry{
		m.Next(graph.Op{DeleteNode: "f00000"}),
		m.Next(PutNode(Node(graph.Firm, "f00000", "企业")), PutEdge(Edge(graph.Supplies, "e0", "f00000", "f00001"))),
	}
	if err := s.Append(t.Context(), before, group); err != nil {
		t.Fatal(err)
	}
	same(t, m, s)
}

func hubDeleted(t *testing.T, s graph.Store) {
	m := NewModel()
	ops := firms("f", 100)
	for i := range 6000 {
		id := graph.ID(fmt.Sprintf("e%05d", i))
		ops = append(ops, PutEdge(Edge([]graph.EdgeKind{graph.Supplies, graph.Causes}[i%2], id, "f00000", ops[i%100].PutNode.ID)))
	}
	load(t, s, m.Next(ops...))
	load(t, s, m.Next(graph.Op{DeleteNode: "f00000"}))
	same(t, m, s)
}

func wholeGroup(t *testing.T, s graph.Store) {
	m := small()
	load(t, s, m.Log()...)
	before, group := m.Head(), []graph.Entry{}
	for i := range 64 {
		group = append(group, m.Next(firms(fmt.Sprintf("g%02d-", i), 5)...))
	}
	if err := s.Append(t.Context(), before, group); err != nil {
		t.Fatal(err)
	}
	same(t, m, s)
}

func race(t *testing.T, s graph.Store) {
	m := small()
	load(t, s, m.Log()...)
	for round := range 10 {
		var mu sync.Mutex
		var won []graph.Entry
		var wg sync.WaitGroup
		for i := range 8 {
			e := m.Clone().Next(firms(fmt.Sprintf("r%d-%d-", round, i), 1)...)
			e.Command = fmt.Sprintf("race-%d-%d", round, i)
			wg.Go(func() {
				switch err := s.Append(t.Context(), m.Head(), []graph.Entry{e}); {
				case err == nil:
					mu.Lock()
					won = append(won, e)
					mu.Unlock()
				case !errors.Is(err, graph.ErrBehind):
					t.Errorf("append: %v, want nil or ErrBehind", err)
				}
			})
		}
		wg.Wait()
		if len(won) != 1 {
			t.Fatalf("round %d: %d appends at one head were taken", round, len(won))
		}
		m.take(won[0])
		same(t, m, s)
	}
}

// take applies an entry that was made elsewhere.
func (m *Model) take(e graph.Entry) {
	for _, c := range e.Changes {
		if c.After.IsZero() {
			delete(m.of(c.IsEdge()), c.ID())
			continue
		}
		m.of(c.IsEdge())[c.ID()] = c.After
	}
	m.log = append(m.log, e)
}

// retryingWriters run at full speed with a reader that sees no hole.
func retryingWriters(t *testing.T, s graph.Store) {
	const writers, each = 4, 15
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var writing, reading sync.WaitGroup
	reading.Go(func() { readDense(t, ctx, s) })
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				retry(t, s, graph.ID(fmt.Sprintf("w%d-%d", w, i)))
			}
		})
	}
	writing.Wait()
	cancel()
	reading.Wait()
	m := NewModel()
	for _, e := range changes(t, s, 0) {
		m.take(e)
	}
	same(t, m, s)
	if len(m.nodes) != writers*each || len(m.log) != writers*each {
		t.Errorf("%d nodes by %d entries, want %d each", len(m.nodes), len(m.log), writers*each)
	}
}

// retry appends the creation of one node at whatever the head is.
func retry(t *testing.T, s graph.Store, id graph.ID) {
	for {
		at := head(t, s)
		n := Node(graph.Firm, id, "写")
		n.Version, n.Seq = int64(at+1), at+1
		e := graph.Entry{Seq: at + 1, Command: string(id), Changes: []graph.Change{{After: graph.EncodeNode(n)}}}
		err := s.Append(t.Context(), at, []graph.Entry{e})
		if err == nil {
			return
		}
		if !errors.Is(err, graph.ErrBehind) || t.Context().Err() != nil {
			t.Errorf("append: %v, want nil or ErrBehind", err)
			return
		}
	}
}

func readDense(t *testing.T, ctx context.Context, s graph.Store) {
	for ctx.Err() == nil {
		after := graph.Seq(rand.Int64N(20))
		next := after + 1
		for e, err := range s.Changes(ctx, after) {
			if err != nil {
				if ctx.Err() == nil {
					t.Errorf("changes: %v", err)
				}
				break
			}
			if e.Seq != next {
				t.Errorf("changes after %d yield %d, want %d", after, e.Seq, next)
				return
			}
			next++
		}
	}
}
