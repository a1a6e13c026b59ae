package answer_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/graph/answer"
)

func TestCausesOfTheDrawstring(t *testing.T) {
	got, env := answerOf[answer.FailureChain](t, seedAt(t, today), "causes", "qp-tz-01", "")
	if len(got.Modes) != 1 || got.Modes[0].ID != "problem:qp-tz-01" {
		t.Fatalf("modes %v", got.Modes)
	}
	type step struct {
		ID    graph.ID
		Depth int
		Note  string
	}
	var effects []step
	for _, item := range got.Effects {
		if item.Problem != nil {
			effects = append(effects, step{item.Problem.ID, item.Depth, item.Note})
		}
	}
	if diff := cmp.Diff([]step{{"problem:qp-tz-16", 1, "绳带设计问题在出口端表现为通报召回"}}, effects); diff != "" {
		t.Error(diff)
	}
	if len(got.Causes) != 3 { // in words: no problem of the graph causes it
		t.Errorf("causes %v", got.Causes)
	}
	depths := map[graph.ID]int{}
	for _, d := range got.Downstream {
		depths[d.ID] = d.Depth
	}
	want := map[graph.ID]int{"segment:seg-tz-05": 1, "segment:seg-tz-06": 2, "segment:seg-tz-07": 3, "segment:seg-tz-08": 3}
	if diff := cmp.Diff(want, depths); diff != "" {
		t.Error(diff)
	}
	if len(got.Prevention) == 0 || len(got.Detection) == 0 {
		t.Errorf("prevention %v, detection %v", got.Prevention, got.Detection)
	}
	for _, c := range got.Prevention {
		if c.Verdict == "not_applicable" {
			t.Errorf("%v does not apply and is listed", c.Standard)
		}
	}
	if warned(env, "not_recorded") {
		t.Errorf("nothing is missing: %v", env.Warnings)
	}
}

// failures is a chain of causes with a diamond, a cycle that a write would
// refuse but old data may have, and supplies with a cycle.
func failures(t *testing.T) *graph.View {
	p, s := graph.Problem, graph.Segment
	return publicly(t, world(t,
		thing(p, "problem:m", "effects", []string{"坏"}, "fmea_severity", int64(8), "fmea_occurrence", int64(3), "fmea_detection", int64(2)),
		thing(p, "problem:a"), thing(p, "problem:b"), thing(p, "problem:root", "prevention", []string{"培训"}), thing(p, "problem:e"),
		tie(graph.Causes, "problem:a", "problem:m", "note", "甲"), tie(graph.Causes, "problem:b", "problem:m"),
		tie(graph.Causes, "problem:root", "problem:a"), tie(graph.Causes, "problem:root", "problem:b"),
		tie(graph.Causes, "problem:m", "problem:e"), tie(graph.Causes, "problem:e", "problem:root"),
		thing(s, "segment:1"), thing(s, "segment:2"), thing(s, "segment:3"), thing(s, "segment:x"),
		thing(graph.Process, "process:1"), tie(graph.HasProcess, "segment:1", "process:1"), tie(graph.OccursAt, "problem:m", "process:1"),
		tie(graph.Supplies, "segment:1", "segment:2"), tie(graph.Supplies, "segment:2", "segment:3"), tie(graph.Supplies, "segment:3", "segment:1"),
		tie(graph.Affects, "problem:m", "segment:x"), tie(graph.Affects, "problem:m", "segment:3"),
	), today)
}

func TestCausesEndInACycle(t *testing.T) {
	got, _ := answerOf[answer.FailureChain](t, failures(t), "causes", "m", "")
	depth := func(list []answer.FailureItem) map[graph.ID]int {
		out := map[graph.ID]int{}
		for _, item := range list {
			if item.Problem != nil {
				out[item.Problem.ID] = item.Depth
			}
		}
		return out
	}
	if diff := cmp.Diff(map[graph.ID]int{"problem:a": 1, "problem:b": 1, "problem:root": 2, "problem:e": 3}, depth(got.Causes)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[graph.ID]int{"problem:e": 1, "problem:root": 2, "problem:a": 3, "problem:b": 3}, depth(got.Effects)); diff != "" {
		t.Error(diff)
	}
	if len(got.Links) != 6 {
		t.Errorf("%d CAUSES edges between them, want all 6", len(got.Links))
	}
	if rpn := got.Modes[0].RPN; rpn == nil || *rpn != 48 {
		t.Errorf("RPN %v", rpn)
	}
	if len(got.Prevention) != 0 { // of the root cause, not of a direct one
		t.Errorf("prevention %v", got.Prevention)
	}
}

func TestDownstreamStatedIsNotReplacedByDerived(t *testing.T) {
	got, _ := answerOf[answer.FailureChain](t, failures(t), "causes", "m", "")
	type reach struct {
		ID    graph.ID
		Link  string
		Depth int
		Paths int
	}
	var list []reach
	for _, d := range got.Downstream {
		list = append(list, reach{d.ID, d.Link, d.Depth, len(d.Paths)})
	}
	want := []reach{{"segment:x", "stated", 0, 1}, {"segment:2", "derived", 1, 1}, {"segment:3", "stated", 2, 2}}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Error(diff)
	}
}

func TestCausesSaysWhatItLeftOff(t *testing.T) {
	got, env := answerOf[answer.FailureChain](t, failures(t), "causes", "m", "limit=1")
	if !slices.Equal(env.TruncatedBy, []string{"limit"}) || env.Complete {
		t.Errorf("truncated by %v, complete %v", env.TruncatedBy, env.Complete)
	}
	if len(got.Causes) != 1 {
		t.Errorf("causes %v", got.Causes)
	}
}

func TestCausesOfAProblemThatStandsAlone(t *testing.T) {
	view := publicly(t, world(t, thing(graph.Problem, "problem:p")), today)
	got, env := answerOf[answer.FailureChain](t, view, "causes", "p", "")
	if n := len(got.Causes) + len(got.Effects) + len(got.Prevention) + len(got.Detection) + len(got.Downstream); n != 0 {
		t.Errorf("%d elements of nothing", n)
	}
	if !warned(env, "not_recorded") {
		t.Errorf("no reason is given: %v", env.Warnings)
	}
}
