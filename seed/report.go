package seed

import (
	"slices"

	"zhitu/graph"
)

// Report says what Ops made of the files.
type Report struct {
	Nodes map[graph.NodeKind]int `json:"nodes"`
	Edges map[graph.EdgeKind]int `json:"edges"`

	// Evidence counts the items by level; Unsourced those among them that name
	// no source and rest on the dossier that holds them.
	Evidence  map[int]int `json:"evidence"`
	Unsourced int         `json:"unsourced"`

	Reviewed     int `json:"reviewed"`
	Draft        int `json:"draft"`
	Illustrative int `json:"illustrative"`

	// Rows counts, for each list of each file, the rows that are in the graph.
	Rows map[string]int `json:"rows"`

	Stubs    []Stub       `json:"stubs"`
	Resolved []Resolution `json:"resolved"`
	LeftOut  []LeftOut    `json:"left_out"`
}

// Stub is an edition that others name and no row describes.
type Stub struct {
	ID      graph.ID `json:"id"`
	Code    string   `json:"code"`
	NamedBy string   `json:"named_by"`
}

// Resolution is a name of the files that a table of this package, not the
// files, led to a record.
type Resolution struct {
	Where string   `json:"where"`
	Name  string   `json:"name"`
	ID    graph.ID `json:"id"`
}

// LeftOut is something of the files that is not in the graph, and why.
type LeftOut struct {
	What   string `json:"what"`
	Reason string `json:"reason"`
}

func newReport() Report {
	return Report{
		Nodes: map[graph.NodeKind]int{}, Edges: map[graph.EdgeKind]int{}, Evidence: map[int]int{}, Rows: map[string]int{},
		Stubs: []Stub{}, Resolved: []Resolution{}, LeftOut: []LeftOut{},
	}
}

// resolved notes that a table led name to id.
func (b *builder) resolved(where, name string, id graph.ID) {
	r := Resolution{where, name, id}
	if !slices.Contains(b.report.Resolved, r) {
		b.report.Resolved = append(b.report.Resolved, r)
	}
}

func (r *Report) count(ops []graph.Op) {
	one := func(s graph.State, f graph.Fields, evidence []graph.Evidence) {
		if s == graph.Reviewed {
			r.Reviewed++
		} else {
			r.Draft++
		}
		if f.Flag("illustrative") {
			r.Illustrative++
		}
		for _, e := range evidence {
			r.Evidence[e.Level]++
			if e.Source == "" {
				r.Unsourced++
			}
		}
	}
	for _, op := range ops {
		if n := op.PutNode; n != nil {
			r.Nodes[n.Kind]++
			one(n.State, n.Fields, n.Evidence)
			continue
		}
		r.Edges[op.PutEdge.Kind]++
		one(op.PutEdge.State, op.PutEdge.Fields, op.PutEdge.Evidence)
	}
}

// leftOut says which files are no part of the graph.
func (b *builder) leftOut(opts Options) {
	out := []LeftOut{
		{"vocab.json", "its lists are the vocabularies of the schema table; the schemes are in the graph, the rest are not records"},
		{"questions.json", "questions that users ask: for tests and help, not records"},
		{"fixture_ev_synthetic.json", "an invented graph with known answers: Fixture makes operations of it, for tests only"},
		{"the report that pilots.json quotes", "not written for this project: its sentences are quoted in pilots.json, the whole is not shipped"},
	}
	if !opts.Illustrative {
		out = append(out, LeftOut{"firms_illustrative.json", "invented firms were not asked for"})
	}
	b.report.LeftOut = append(b.report.LeftOut, out...)
}
