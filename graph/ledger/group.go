package ledger

import (
	"zhitu/graph"
)

// group is what becomes of the requests that go into one append.
type group struct {
	world   world
	entries []graph.Entry
	members []*request // whose entries these are
	answers []pending
	rest    []*request // left for the next group
}

// pending is an answer that is given once the entries are stored: a refusal,
// too, may rest on what another member has changed.
type pending struct {
	request *request
	answer  answer
	twinOf  *request // of the same command, judged before in this group
}

// judge holds each request against the graph as those before it leave it.
func (w *writer) judge(base world, requests []*request) group {
	g := group{world: base}
	byCommand := map[string]*request{}
	size := 0
	for i, r := range requests {
		if size > 0 && size+r.batch.size > maxGroupSize || len(g.world.closed) > 0 {
			// What follows an import that closes beside an open one must wait until
			// the log has been read for it.
			g.rest = requests[i:]
			break
		}
		if k, ok := w.commands.find(r.batch.Command); ok {
			g.answers = append(g.answers, pending{request: r, answer: w.knownAnswer(r, k)})
			continue
		}
		if twin := byCommand[r.batch.Command]; twin != nil {
			g.answers = append(g.answers, pending{request: r, twinOf: twin})
			continue
		}
		v, err := judgeBatch(g.world, r.batch, w.now())
		if err != nil {
			g.answers = append(g.answers, pending{request: r, answer: answer{err: err}})
			continue
		}
		byCommand[r.batch.Command] = r
		size += r.batch.size
		g.add(r, v)
	}
	return g
}

func (g *group) add(r *request, v verdict) {
	a := answer{seq: v.entry.Seq, verdict: &v}
	if v.entry.Seq == 0 {
		a.seq = g.world.newest.Seq()
	} else {
		g.world = v.next
		g.entries = append(g.entries, v.entry)
		g.members = append(g.members, r)
	}
	g.answers = append(g.answers, pending{request: r, answer: a})
}

// answer tells every member.
func (g *group) answer(w *writer) {
	for _, p := range g.answers {
		r, a := p.request, p.answer
		if p.twinOf != nil {
			k, _ := w.commands.find(r.batch.Command)
			a = w.knownAnswer(r, k)
		}
		if a.verdict != nil && a.verdict.entry.Seq == 0 {
			w.commands.remember(r.batch.Command, known{seq: a.seq, hash: r.batch.Hash, empty: true})
		}
		r.answer(a)
	}
}
