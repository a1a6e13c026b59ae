package search

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"testing"
	"time"

	"zhitu/graph"
	"zhitu/graph/snapshot"
)

// log is a graph and the entries that made it: a Source without a store.
type log struct {
	mu      sync.Mutex
	newest  *snapshot.Snapshot
	entries []graph.Entry
	moved   chan struct{}
	hidden  map[graph.Seq]bool // entries that Changes leaves out: a hole
}

func newLog(epoch graph.Epoch) *log {
	return &log{newest: snapshot.Empty(epoch), moved: make(chan struct{}), hidden: map[graph.Seq]bool{}}
}

// put applies one entry that puts or deletes records.
func (l *log) put(t testing.TB, ops ...graph.Op) graph.Seq {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	seq := l.newest.Seq() + 1
	e := graph.Entry{Seq: seq, Command: fmt.Sprint(seq)}
	for _, op := range ops {
		e.Changes = append(e.Changes, l.change(op))
	}
	next, err := l.newest.Apply(e)
	if err != nil {
		t.Fatalf("entry %d: %v", seq, err)
	}
	l.newest = next
	l.entries = append(l.entries, e)
	close(l.moved)
	l.moved = make(chan struct{})
	return seq
}

func (l *log) change(op graph.Op) graph.Change {
	var c graph.Change
	switch {
	case op.PutNode != nil:
		c.Before, _ = l.newest.Record(op.PutNode.ID)
		c.After = graph.EncodeNode(*op.PutNode)
	case op.PutEdge != nil:
		c.Before, _ = l.newest.EdgeRecord(op.PutEdge.ID)
		c.After = graph.EncodeEdge(*op.PutEdge)
	case op.DeleteNode != "":
		c.Before, _ = l.newest.Record(op.DeleteNode)
	default:
		c.Before, _ = l.newest.EdgeRecord(op.DeleteEdge)
	}
	return c
}

func (l *log) State() State {
	l.mu.Lock()
	defer l.mu.Unlock()
	return State{Reader: l.newest, Seq: l.newest.Seq(), Epoch: l.newest.Epoch()}
}

func (l *log) Changes(_ context.Context, after graph.Seq) iter.Seq2[graph.Entry, error] {
	l.mu.Lock()
	defer l.mu.Unlock()
	entries := l.entries[min(int(after), len(l.entries)):]
	return func(yield func(graph.Entry, error) bool) {
		for _, e := range entries {
			if l.hidden[e.Seq] {
				continue
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (l *log) Wait(ctx context.Context, after graph.Seq) error {
	for {
		l.mu.Lock()
		now, moved := l.newest.Seq(), l.moved
		l.mu.Unlock()
		if now > after {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// view is what everybody sees on a day.
func (l *log) view(day string) *graph.View {
	s := l.State()
	d := graph.Unknown
	if day != "" {
		d, _ = graph.ParseDate(day)
	}
	return graph.NewView(s.Reader, s.Seq, graph.Scope{AsOf: d})
}

func node(kind graph.NodeKind, id graph.ID, name string, edit ...func(*graph.Node)) graph.Op {
	n := graph.Node{
		ID: id, Kind: kind, Name: name, Fields: graph.Fields{}, ValidFrom: graph.Open, ValidTo: graph.Open,
		State: graph.Reviewed, Visibility: graph.Public, Version: 1, Seq: 1,
	}
	for _, e := range edit {
		e(&n)
	}
	return graph.Op{PutNode: &n}
}

func aliases(list ...string) func(*graph.Node) { return func(n *graph.Node) { n.Aliases = list } }

func with(name string, value any) func(*graph.Node) {
	return func(n *graph.Node) { n.Fields[name] = value }
}

func in(s graph.State) func(*graph.Node) { return func(n *graph.Node) { n.State = s } }

func edge(kind graph.EdgeKind, from, to graph.ID) graph.Op {
	return graph.Op{PutEdge: &graph.Edge{
		ID: graph.ID(fmt.Sprintf("e:%s:%s:%s", lower(string(kind)), from, to)), Kind: kind, From: from, To: to, Fields: graph.Fields{},
		ValidFrom: graph.Open, ValidTo: graph.Open, State: graph.Reviewed, Visibility: graph.Public, Version: 1, Seq: 1,
	}}
}

func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 32
		}
	}
	return string(b)
}

// open opens an index over l and closes it with the test.
func open(t testing.TB, l *log, dir string) *Index {
	t.Helper()
	x, err := Open(t.Context(), dir, l, Options{Status: statusByField, Retry: 10 * time.Millisecond, Log: slog.New(slog.NewTextHandler(testWriter{t}, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

// statusByField computes statuses from the edition's own dates and what
// replaces it, one step deep.
func statusByField(ctx context.Context, view *graph.View, ids []graph.ID) (map[graph.ID]graph.Status, error) {
	nodes, err := view.Nodes(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := map[graph.ID]graph.Status{}
	for _, n := range nodes {
		e := edition(n)
		edges, err := view.Touching(ctx, []graph.ID{n.ID}, graph.EdgeFilter{Kinds: []graph.EdgeKind{graph.Replaces}, Direction: graph.In})
		if err != nil {
			return nil, err
		}
		for _, r := range edges {
			by, err := view.Node(ctx, r.From)
			if err != nil {
				return nil, err
			}
			e.Successors = append(e.Successors, graph.Succession{By: edition(by)})
		}
		out[n.ID] = graph.StatusAt(e, view.AsOf()).Status
	}
	return out, nil
}

func edition(n graph.Node) *graph.Edition {
	return &graph.Edition{ID: n.ID, Issued: n.Fields.Span("issued"), Effective: n.Fields.Span("effective"), Withdrawn: n.Fields.Span("withdrawn")}
}

type testWriter struct{ t testing.TB }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Logf("%s", b)
	return len(b), nil
}

// settled waits until the index serves everything in l.
func settled(t testing.TB, x *Index) {
	t.Helper()
	tooLong := time.After(8 * time.Minute) // of a machine that others use too
	for {
		x.mu.Lock()
		changed := x.changed
		x.mu.Unlock()
		if s := x.Status(); s.Seq == s.Head && s.Serving && !s.Rebuilding {
			return
		}
		select {
		case <-changed:
		case <-tooLong:
			t.Fatalf("index does not settle: %+v", x.Status())
		}
	}
}

func search(t testing.TB, x *Index, l *log, q Query) Page {
	t.Helper()
	p, err := x.Search(t.Context(), l.view("2026-11-23"), q)
	if err != nil {
		t.Fatalf("search %q: %v", q.Text, err)
	}
	return p
}

func idsOf(p Page) []graph.ID {
	out := []graph.ID{}
	for _, h := range p.Items {
		out = append(out, h.ID)
	}
	return out
}

// small is a corner of the domain: two chains, problems, editions, firms.
func small(t testing.TB) *log {
	l := newLog("e1")
	l.put(t,
		node(graph.Chain, "chain:sw", "安平丝网", with("slug", "sw")),
		node(graph.Chain, "chain:xnycl", "丰县新能源车辆及配件", aliases("新能源电动车及配件"), with("slug", "xnycl")),
		node(graph.Segment, "segment:dx", "镀锌", with("position", "midstream")),
		node(graph.Segment, "segment:ls", "拉丝", with("position", "upstream")),
		node(graph.Product, "product:swp", "镀锌丝网"),
		node(graph.Product, "product:ddc", "电动自行车", with("gbt4754", "C3770 助动车制造")),
		node(graph.Problem, "problem:qp-sw-01", "镀锌层附着力不足", aliases("锌层结合力差", "锌层脱落"), with("severity", int64(4)), with("category", "QT")),
		node(graph.Problem, "problem:qp-xn-02", "锂电池与充电器不匹配", aliases("起火"), with("severity", int64(5)), with("phenomenon", "充电时<b>过热</b>，热失控")),
		node(graph.Standard, "standard:gb-17761-2018", "电动自行车安全技术规范", with("code", "GB 17761-2018"), with("effective", "2019-04-15")),
		node(graph.Standard, "standard:gb-17761-2024", "电动自行车安全技术规范", with("code", "GB 17761-2024"), with("effective", "2025-09-01")),
		node(graph.Standard, "standard:gb_t-13912-2020", "金属覆盖层 钢铁制件热浸镀锌层 技术要求及试验方法", with("code", "GB/T 13912-2020"), with("effective", "2021-04-01")),
		node(graph.Standard, "standard:iso-9001-2015", "Quality management systems — Requirements", with("code", "ISO 9001:2015")),
		node(graph.Rule, "rule:cnca-c11-16-2023", "强制性产品认证实施规则 电动自行车", with("rule_no", "CNCA-C11-16:2023"), with("effective", "2023-09-14")),
		node(graph.Firm, "firm:yht", "北京映翰通网络技术股份有限公司", aliases("映翰通")),
		node(graph.Firm, "firm:cq", "重庆银行电子有限公司"),
		node(graph.Region, "region:131125", "安平县", with("code", "131125")),
		node(graph.Problem, "problem:old", "镀锌层旧问题", in(graph.Retired)),
		node(graph.Firm, "firm:secret", "镀锌秘密有限公司", func(n *graph.Node) { n.Visibility, n.Owner = graph.Private, "firm:secret" }),
	)
	l.put(t,
		edge(graph.HasSegment, "chain:sw", "segment:dx"), edge(graph.HasSegment, "chain:sw", "segment:ls"),
		edge(graph.MadeIn, "product:swp", "segment:dx"), edge(graph.OccursAt, "problem:qp-sw-01", "product:swp"),
		edge(graph.Addresses, "standard:gb_t-13912-2020", "problem:qp-sw-01"),
		edge(graph.HasRole, "firm:yht", "chain:xnycl"), edge(graph.LocatedIn, "firm:yht", "region:131125"),
		edge(graph.Replaces, "standard:gb-17761-2024", "standard:gb-17761-2018"),
	)
	return l
}
