package answer_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/graph/answer"
)

func TestSubgraphOfAChain(t *testing.T) {
	view := seedAt(t, today)
	got, env := answerOf[answer.Subgraph](t, view, "subgraph", "tz", "limit=10000")
	if !env.Complete {
		t.Fatalf("truncated by %v", env.TruncatedBy)
	}
	shown := map[graph.NodeKind]int{}
	in := map[graph.ID]bool{}
	for _, n := range got.Nodes {
		shown[n.Kind]++
		in[n.ID] = true
		if n.Paths[0].Nodes[0] != "chain:tz" {
			t.Errorf("the path to %s begins at %s", n.ID, n.Paths[0].Nodes[0])
		}
	}
	overview, _ := answerOf[answer.Overview](t, view, "overview", "", "")
	for _, row := range overview.Chains {
		if row.Chain.ID == "chain:tz" {
			if row.Segments != shown[graph.Segment] || row.Problems != shown[graph.Problem] || row.Firms != shown[graph.Firm] {
				t.Errorf("the overview counts %+v, the subgraph holds %v", row, shown)
			}
		}
	}
	for _, c := range got.Counts.Nodes {
		if c.Shown != c.Total || c.Total != shown[graph.NodeKind(c.Kind)] {
			t.Errorf("counts say %+v, the list has %d", c, shown[graph.NodeKind(c.Kind)])
		}
	}
	for _, e := range got.Edges {
		if !in[e.From] || !in[e.To] {
			t.Errorf("%s joins %s and %s, which are not both shown", e.ID, e.From, e.To)
		}
	}
	if got.Counts.Shown != (answer.Shown{Nodes: len(got.Nodes), Edges: len(got.Edges)}) {
		t.Errorf("shown %+v", got.Counts.Shown)
	}
}

func TestSubgraphIsTruncatedOpenly(t *testing.T) {
	view := seedAt(t, today)
	whole, _ := answerOf[answer.Subgraph](t, view, "subgraph", "tz", "limit=10000")
	for _, limit := range []string{"1", "12", "60"} {
		got, env := answerOf[answer.Subgraph](t, view, "subgraph", "tz", "limit="+limit)
		if diff := cmp.Diff([]string{"limit"}, env.TruncatedBy); diff != "" {
			t.Errorf("limit %s: %s", limit, diff)
		}
		if got.Counts.Total != whole.Counts.Total {
			t.Errorf("limit %s: the total becomes %+v", limit, got.Counts.Total)
		}
		for i, n := range got.Nodes { // what is kept is the front of the whole
			if n.ID != whole.Nodes[i].ID {
				t.Errorf("limit %s: %s is kept before %s", limit, n.ID, whole.Nodes[i].ID)
			}
		}
	}
}

func TestSubgraphKeepsSegmentsThenSevereProblems(t *testing.T) {
	got, _ := answerOf[answer.Subgraph](t, seedAt(t, today), "subgraph", "tz", "limit=20")
	rank := map[graph.NodeKind]int{graph.Chain: 0, graph.Segment: 1, graph.Problem: 2}
	for i := 1; i < len(got.Nodes); i++ {
		a, b := got.Nodes[i-1], got.Nodes[i]
		if rank[a.Kind] > rank[b.Kind] || a.Kind == graph.Problem && a.Severity < b.Severity {
			t.Errorf("%s (%s, %d) comes before %s (%s, %d)", a.ID, a.Kind, a.Severity, b.ID, b.Kind, b.Severity)
		}
	}
}

func TestSubgraphDepthAndWidth(t *testing.T) {
	view := seedAt(t, today)
	got, env := answerOf[answer.Subgraph](t, view, "subgraph", "tz", "depth=1")
	for _, n := range got.Nodes {
		if n.Kind != graph.Chain && n.Kind != graph.Segment {
			t.Errorf("depth 1 holds %s", n.ID)
		}
	}
	if !env.Complete {
		t.Errorf("a depth that was asked for is no cut: %v", env.TruncatedBy)
	}
	got, env = answerOf[answer.Subgraph](t, view, "subgraph", "tz", "width=3&limit=10000")
	count := map[graph.NodeKind]int{}
	for _, n := range got.Nodes {
		count[n.Kind]++
	}
	for kind, n := range count {
		if n > 3 {
			t.Errorf("%d of %s", n, kind)
		}
	}
	if diff := cmp.Diff([]string{"width"}, env.TruncatedBy); diff != "" {
		t.Error(diff)
	}
}

func TestSubgraphShowsNothingHidden(t *testing.T) {
	private := tie(graph.OperatesIn, "firm:1", "segment:1")
	private.Visibility, private.Owner = graph.Private, "firm:1"
	view := publicly(t, world(t,
		thing(graph.Chain, "chain:c", "slug", "c"), thing(graph.Segment, "segment:1"), thing(graph.Firm, "firm:1"),
		tie(graph.HasSegment, "chain:c", "segment:1"), private,
	), today)
	got, _ := answerOf[answer.Subgraph](t, view, "subgraph", "c", "")
	if got.Counts.Total != (answer.Shown{Nodes: 2, Edges: 1}) {
		t.Errorf("total %+v", got.Counts.Total)
	}
}
