package answer

import (
	"context"
	"slices"

	"zhitu/graph"
)

// Where problems occur: segments and chains. A problem stands in the chains of
// the segments that it, or the process it occurs at, belongs to.

// loadPlaces loads segments and chains of problems, and what hangs on chains.
func (f *facts) loadPlaces(ctx context.Context, problems []graph.ID) error {
	places, err := f.expand(ctx, problems, outward(graph.OccursAt))
	if err != nil {
		return err
	}
	parents, err := f.expand(ctx, f.ofKind(places, graph.Process), inward(graph.HasProcess))
	if err != nil {
		return err
	}
	_, err = f.expand(ctx, append(f.ofKind(places, graph.Segment), f.ofKind(parents, graph.Segment)...), inward(graph.HasSegment))
	return err
}

// segments returns the segments that problem occurs at, sorted by id.
func (f *facts) segments(problem graph.ID) []graph.ID {
	var out []graph.ID
	for _, e := range f.outOf(problem, graph.OccursAt) {
		n := f.nodes[e.To]
		switch n.Kind {
		case graph.Segment:
			out = append(out, n.ID)
		case graph.Process:
			for _, h := range f.into(n.ID, graph.HasProcess) {
				if f.nodes[h.From].Kind == graph.Segment {
					out = append(out, h.From)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// chains returns the chains that problem stands in, sorted by id.
func (f *facts) chains(problem graph.ID) []graph.ID {
	var out []graph.ID
	for _, segment := range f.segments(problem) {
		for _, e := range f.into(segment, graph.HasSegment) {
			out = append(out, e.From)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (f *facts) refs(ids []graph.ID) []Ref {
	out := make([]Ref, 0, len(ids))
	for _, id := range ids {
		out = append(out, refOf(f.nodes[id]))
	}
	return out
}

// problemRef is problem with where it stands; loadPlaces comes first.
func (f *facts) problemRef(id graph.ID) ProblemRef {
	n := f.nodes[id]
	return ProblemRef{
		Ref: refOf(n), Category: n.Fields.Text("category"), Severity: n.Fields.Int("severity"),
		Status: problemStatus(n, f.view.AsOf()), Phenomenon: n.Fields.Text("phenomenon"),
		Chains: f.refs(f.chains(id)), Segments: f.refs(f.segments(id)),
	}
}

// problemStatus returns the status of a problem at d: the latest dated one,
// else the recorded one, else confirmed. Dates that were invented for
// illustration never count.
func problemStatus(n *graph.Node, d graph.Date) string {
	status := n.Fields.Text("problem_status")
	if status == "" {
		status = "confirmed"
	}
	if n.Fields.Flag("dates_illustrative") {
		return status
	}
	latest := graph.Unknown
	// On one day the later step of the life cycle wins.
	for _, step := range []string{"confirmed", "rejected", "in_progress", "solved", "recurred"} {
		for _, text := range n.Fields.Texts(step + "_on") {
			span, err := graph.ParseSpan(text)
			if err == nil && span.Reached(d) == graph.Yes && span.Last >= latest {
				latest, status = span.Last, step
			}
		}
	}
	return status
}

// around lists what an edge ties to the problem, its chains or a listed rule:
// cases, experts and policies.
func (s *solver) around(ctx context.Context, out *Solutions) error {
	f := s.facts
	chains := f.chains(s.problem)
	cases, err := f.expand(ctx, []graph.ID{s.problem}, outward(graph.ResolvedIn))
	if err != nil {
		return err
	}
	if _, err := f.expand(ctx, cases, outward(graph.Used)); err != nil {
		return err
	}
	topics := append([]graph.ID{s.problem}, chains...)
	for _, e := range f.outOf(s.problem, graph.Concerns) {
		topics = append(topics, e.To)
	}
	if _, err := f.expand(ctx, topics, inward(graph.AdvisesOn)); err != nil {
		return err
	}
	funded := slices.Clone(chains)
	for _, r := range out.Rules {
		funded = append(funded, r.ID)
	}
	if _, err := f.expand(ctx, funded, inward(graph.Funds)); err != nil {
		return err
	}
	out.Cases = s.cases()
	out.Experts = s.experts(topics)
	out.Policies = s.policies(funded)
	return nil
}

func (s *solver) linked(n *graph.Node, path Path, evidence ...[]graph.Evidence) Linked {
	s.asked.use(n)
	return Linked{Ref: refOf(n), Paths: []Path{path}, Evidence: s.asked.cite(append(evidence, n.Evidence)...)}
}

func (s *solver) cases() []CaseItem {
	items := []CaseItem{}
	for _, e := range s.facts.outOf(s.problem, graph.ResolvedIn) {
		n := s.facts.nodes[e.To]
		item := CaseItem{Linked: s.linked(n, pathOf(s.problem, e), e.Evidence), Actions: listOf(n.Fields.Texts("actions")), Used: []Ref{}}
		for _, u := range s.facts.outOf(n.ID, graph.Used) {
			item.Used = append(item.Used, refOf(s.facts.nodes[u.To]))
		}
		items = append(items, item)
	}
	return items
}

func (s *solver) experts(topics []graph.ID) []Linked {
	items := []Linked{}
	seen := map[graph.ID]bool{}
	for _, topic := range topics {
		for _, e := range s.facts.into(topic, graph.AdvisesOn) {
			if !seen[e.From] {
				seen[e.From] = true
				items = append(items, s.linked(s.facts.nodes[e.From], Path{Nodes: []graph.ID{topic, e.From}, Edges: []graph.ID{e.ID}}, e.Evidence))
			}
		}
	}
	slices.SortFunc(items, func(x, y Linked) int { return compareIDs(x.ID, y.ID) })
	return items
}

func (s *solver) policies(funded []graph.ID) []PolicyItem {
	items := []PolicyItem{}
	at := map[graph.ID]int{}
	for _, id := range funded {
		for _, e := range s.facts.into(id, graph.Funds) {
			path := Path{Nodes: []graph.ID{id, e.From}, Edges: []graph.ID{e.ID}}
			if i, ok := at[e.From]; ok {
				items[i].Paths = append(items[i].Paths, path)
				continue
			}
			n := s.facts.nodes[e.From]
			at[e.From] = len(items)
			items = append(items, PolicyItem{
				Linked: s.linked(n, path, e.Evidence), Tool: n.Fields.Text("tool"), Amount: n.Fields.Text("amount"),
				ForWhom: n.Fields.Text("for_whom"), Starts: n.Fields.Text("starts_on"), Ends: n.Fields.Text("ends_on"),
				Quote: n.Fields.Text("quote"),
			})
		}
	}
	slices.SortFunc(items, func(x, y PolicyItem) int { return compareIDs(x.ID, y.ID) })
	return items
}
