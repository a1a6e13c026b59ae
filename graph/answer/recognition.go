package answer

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"zhitu/graph"
)

// RecognitionParams asks whether what was got in one place holds in another.
type RecognitionParams struct {
	From string `query:"from" zh:"来自" doc:"where the certificate or help is from: region code or name, organization or chain, by id or name"`
	To   string `query:"to" zh:"用于" doc:"where it is to be recognized: the same"`
}

// Recognition keeps apart what is recognized and what is only cooperation:
// working together is no recognition.
type Recognition struct {
	From       []Ref             `json:"from"` // what the text was read as, with what lies in it
	To         []Ref             `json:"to"`
	Recognized string            `json:"recognized"` // recorded: an edge says that to recognizes from; else not_recorded
	Recognizes []RecognitionEdge `json:"recognizes"`
	Cooperates []RecognitionEdge `json:"cooperates"`
	// NotRecognized are the fields of cooperation that no recognition has.
	NotRecognized []string `json:"not_recognized"`
}

// RecognitionEdge is one RECOGNIZES or COOPERATES_WITH edge.
type RecognitionEdge struct {
	ID        graph.ID   `json:"id"`
	Left      Ref        `json:"from"` // of the edge: who recognizes
	Right     Ref        `json:"to"`   // whose results
	Symmetric bool       `json:"symmetric"`
	Fields    []string   `json:"fields"`
	Basis     string     `json:"basis,omitempty"`
	ValidFrom graph.Date `json:"valid_from"`
	ValidTo   graph.Date `json:"valid_to"`
	Inferred  string     `json:"inferred,omitempty"`
	Answers   bool       `json:"answers"` // it says that what is asked for to recognizes what is asked for from
	Paths     []Path     `json:"paths"`
	Evidence  []*Cited   `json:"evidence"`
}

func recognitionQuestion() Question {
	return declare(Question{
		Name: "recognition", Zh: "互认", Path: "/recognition", Asks: []string{"B11"},
		Doc:   "Whether what was certified in one place is recognized in another, kept apart from mere cooperation",
		DocZh: "一地的认证或帮扶在另一地认不认：互认关系与协作关系分列",
	}, recognition)
}

func recognition(ctx context.Context, a *Asked, p RecognitionParams) (Recognition, error) {
	r := recognizer{asked: a, facts: newFacts(a.View)}
	var err error
	if r.from, err = r.place(ctx, "from", p.From); err != nil {
		return Recognition{}, err
	}
	if r.to, err = r.place(ctx, "to", p.To); err != nil {
		return Recognition{}, err
	}
	out := Recognition{
		From: r.facts.refs(r.from.named), To: r.facts.refs(r.to.named), Recognized: "not_recorded",
		Recognizes: []RecognitionEdge{}, Cooperates: []RecognitionEdge{},
	}
	edges, err := r.edges(ctx)
	if err != nil {
		return out, err
	}
	for _, e := range edges {
		item := r.item(e)
		if e.Kind == graph.CooperatesWith {
			out.Cooperates = append(out.Cooperates, item)
			continue
		}
		out.Recognizes = append(out.Recognizes, item)
		if item.Answers {
			out.Recognized = "recorded"
		}
	}
	out.NotRecognized = notRecognized(out)
	a.Warn("no_legal_advice", "")
	if out.Recognized == "recorded" {
		return out, nil
	}
	return out, a.whyEmpty(ctx, p.From != "" || p.To != "", "RECOGNIZES", func(probe *Asked, filtered bool) (int, error) {
		return countRecognition(ctx, probe, r, filtered)
	})
}

// countRecognition counts the RECOGNIZES edges between the places, or any.
func countRecognition(ctx context.Context, a *Asked, r recognizer, filtered bool) (int, error) {
	then := recognizer{asked: a, facts: newFacts(a.View), from: somewhere{any: true}, to: somewhere{any: true}}
	if filtered {
		then.from, then.to = r.from, r.to
	}
	edges, err := then.edges(ctx)
	n := 0
	for _, e := range edges {
		if e.Kind == graph.Recognizes && (!filtered || then.answers(e)) {
			n++
		}
	}
	return n, err
}

// notRecognized returns the fields of cooperation that no recognition has.
func notRecognized(r Recognition) []string {
	recognized, out := map[string]bool{}, map[string]bool{}
	for _, e := range r.Recognizes {
		for _, f := range e.Fields {
			recognized[f] = true
		}
	}
	for _, e := range r.Cooperates {
		for _, f := range e.Fields {
			if !recognized[f] {
				out[f] = true
			}
		}
	}
	return listOf(slices.Sorted(maps.Keys(out)))
}

// somewhere is what a text names: the nodes that it means, and with them those
// whose statements hold for them (a province speaks for its counties) and those
// that lie within. What names nothing holds nothing.
type somewhere struct {
	any   bool // no text was given
	named []graph.ID
	holds map[graph.ID]bool // named and what contains them, and chains and organizations in them
}

// recognizer finds the edges between two places.
type recognizer struct {
	asked    *Asked
	facts    *facts
	from, to somewhere
}

var recognitionKinds = []graph.NodeKind{graph.Region, graph.OrganizationKind, graph.Chain}

// place reads a text as regions, organizations or chains.
func (r *recognizer) place(ctx context.Context, field, text string) (somewhere, error) {
	if text == "" {
		return somewhere{any: true}, nil
	}
	named, err := r.read(ctx, text)
	if err != nil {
		return somewhere{}, err
	}
	if len(named) == 0 {
		r.asked.Warn("not_recorded", field+" "+text)
	}
	holds := map[graph.ID]bool{}
	wider, err := r.facts.closure(ctx, named, outward(graph.LocatedIn))
	if err != nil {
		return somewhere{}, err
	}
	within, err := r.within(ctx, named)
	if err != nil {
		return somewhere{}, err
	}
	for _, id := range slices.Concat(named, wider, within) {
		holds[id] = true
	}
	return somewhere{named: named, holds: holds}, nil
}

func (r *recognizer) read(ctx context.Context, text string) ([]graph.ID, error) {
	var named []graph.ID
	codes, err := regionCodes(ctx, r.asked.View, text)
	if err != nil && len(graph.InvalidErrors(err)) == 0 {
		return nil, err
	}
	for _, code := range codes {
		id, err := r.facts.regionCoded(ctx, code)
		if err != nil {
			return nil, err
		}
		if id != "" && !slices.Contains(named, id) {
			named = append(named, id)
		}
	}
	for _, kind := range recognitionKinds[1:] {
		ids, err := r.facts.named(ctx, kind, text, false)
		if err != nil {
			return nil, err
		}
		named = append(named, ids...)
	}
	slices.Sort(named)
	return named, nil
}

// within returns the regions, organizations and chains that lie in named.
func (r *recognizer) within(ctx context.Context, named []graph.ID) ([]graph.ID, error) {
	var out []graph.ID
	seen := map[graph.ID]bool{}
	for frontier := r.facts.ofKind(named, graph.Region); len(frontier) > 0; {
		met, err := r.facts.expand(ctx, frontier, inward(graph.LocatedIn))
		if err != nil {
			return nil, err
		}
		frontier = nil
		for _, kind := range recognitionKinds {
			for _, id := range r.facts.ofKind(met, kind) {
				if seen[id] {
					continue
				}
				seen[id] = true
				out = append(out, id)
				if kind == graph.Region {
					frontier = append(frontier, id)
				}
			}
		}
	}
	return out, nil
}

// edges returns the edges between the two places, by kind and id.
func (r *recognizer) edges(ctx context.Context) ([]*graph.Edge, error) {
	var at []graph.ID
	for _, s := range []somewhere{r.from, r.to} {
		at = append(at, slices.Collect(maps.Keys(s.holds))...)
	}
	if r.from.any && r.to.any {
		for _, kind := range recognitionKinds {
			for n, err := range r.facts.view.OfKind(ctx, kind) {
				if err != nil {
					return nil, err
				}
				at = append(at, n.ID)
			}
		}
	}
	slices.Sort(at)
	kinds := []graph.EdgeKind{graph.Recognizes, graph.CooperatesWith}
	edges, err := r.facts.view.Touching(ctx, slices.Compact(at), graph.EdgeFilter{Kinds: kinds})
	if err != nil {
		return nil, err
	}
	var out []*graph.Edge
	var ends []graph.ID
	for i := range edges {
		if e := &edges[i]; r.between(e.From, e.To) || r.between(e.To, e.From) {
			out = append(out, e)
			ends = append(ends, e.From, e.To)
		}
	}
	slices.SortFunc(out, func(x, y *graph.Edge) int {
		return cmp.Or(-strings.Compare(string(x.Kind), string(y.Kind)), cmp.Compare(x.ID, y.ID))
	})
	return out, r.facts.loadNodes(ctx, ends)
}

// between tells whether one end is where to is and the other where from is.
func (r *recognizer) between(to, from graph.ID) bool {
	return (r.to.any || r.to.holds[to]) && (r.from.any || r.from.holds[from])
}

// answers tells whether e says that to recognizes from.
func (r *recognizer) answers(e *graph.Edge) bool {
	return e.Kind == graph.Recognizes && (r.between(e.From, e.To) || e.Fields.Flag("symmetric") && r.between(e.To, e.From))
}

func (r *recognizer) item(e *graph.Edge) RecognitionEdge {
	left, right := r.facts.nodes[e.From], r.facts.nodes[e.To]
	r.asked.use(left, right)
	return RecognitionEdge{
		ID: e.ID, Left: refOf(left), Right: refOf(right), Symmetric: e.Fields.Flag("symmetric"), Fields: listOf(e.Fields.Texts("fields")),
		Basis: e.Fields.Text("basis"), ValidFrom: e.ValidFrom, ValidTo: e.ValidTo, Inferred: e.Fields.Text("inferred"),
		Answers: r.answers(e), Paths: []Path{pathOf(e.From, e)}, Evidence: r.asked.cite(e.Evidence),
	}
}
