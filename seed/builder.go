package seed

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"zhitu/graph"
)

// collectedAt is the day as of which the seed states its facts.
const collectedAt = "2026-11-23"

// builder gathers records and looks names up. It goes on after an error, so
// that one run tells everything that is wrong with the files.
type builder struct {
	files  *files
	nodes  map[graph.ID]*graph.Node
	edges  map[graph.ID]*graph.Edge
	report Report
	errs   []error

	standards map[string]graph.ID // by code, or by title where there is none
	rules     map[string]graph.ID // by number and by name
	schemes   map[string]graph.ID // by code
	orgs      map[string]graph.ID // by every name that is unique
	chains    map[string]graph.ID // by slug and by the id of the pilot
	firms     map[graph.ID]string // names by id
	levels    map[string]int      // of a source by its id in the files
}

func newBuilder(f *files) *builder {
	return &builder{
		files: f, nodes: map[graph.ID]*graph.Node{}, edges: map[graph.ID]*graph.Edge{}, report: newReport(),
		standards: map[string]graph.ID{}, rules: map[string]graph.ID{}, schemes: map[string]graph.ID{},
		orgs: map[string]graph.ID{}, chains: map[string]graph.ID{}, firms: map[graph.ID]string{}, levels: map[string]int{},
	}
}

func (b *builder) fail(format string, args ...any) {
	b.errs = append(b.errs, fmt.Errorf("seed: "+format, args...))
}

// took counts n rows of a list of a file as represented.
func (b *builder) took(file, list string, n int) {
	if n > 0 {
		b.report.Rows[file+" "+list] += n
	}
}

// node adds n, reviewed and public unless it says otherwise.
func (b *builder) node(n graph.Node) *graph.Node {
	if n.State == 0 {
		n.State = graph.Reviewed
	}
	if n.Fields == nil {
		n.Fields = graph.Fields{}
	}
	n.Evidence = slices.Clone(n.Evidence) // rows share the list, records may add to it
	n.Conform()
	if _, twice := b.nodes[n.ID]; twice {
		b.fail("two nodes of id %s, the second %q", n.ID, n.Name)
	}
	b.nodes[n.ID] = &n
	return &n
}

// edge adds e, reviewed and public unless it says otherwise. The same
// statement made by two rows is one edge with the evidence of both.
func (b *builder) edge(e graph.Edge) {
	if e.State == 0 {
		e.State = graph.Reviewed
	}
	if e.Fields == nil {
		e.Fields = graph.Fields{}
	}
	e.Evidence = slices.Clone(e.Evidence)
	e.Conform()
	old, twice := b.edges[e.ID]
	if !twice {
		b.edges[e.ID] = &e
		return
	}
	for name, v := range e.Fields {
		if had, ok := old.Fields[name]; ok && !reflect.DeepEqual(had, v) {
			old.Evidence = append(old.Evidence, graph.Evidence{Field: name, Value: fmt.Sprint(v), CollectedBy: firstCollector(e), CollectedAt: collectedAt})
			continue
		}
		old.Fields[name] = v
	}
	old.Evidence = joined(old.Evidence, e.Evidence)
}

func firstCollector(e graph.Edge) string {
	if len(e.Evidence) == 0 {
		return ""
	}
	return e.Evidence[0].CollectedBy
}

// joined is a followed by those of b that a does not hold.
func joined[T comparable](a, b []T) []T {
	for _, item := range b {
		if !slices.Contains(a, item) {
			a = append(a, item)
		}
	}
	return a
}

// fields builds the fields of a record from pairs of name and value. What the
// files leave out is left out: an empty text, an empty list, a missing number.
func fields(pairs ...any) graph.Fields {
	f := graph.Fields{}
	for i := 0; i+1 < len(pairs); i += 2 {
		name := pairs[i].(string)
		switch v := pairs[i+1].(type) {
		case nil:
		case string:
			if v != "" {
				f[name] = v
			}
		case []string:
			if len(v) > 0 {
				f[name] = slices.Clone(v)
			}
		case int:
			f[name] = int64(v)
		case *int:
			if v != nil {
				f[name] = int64(*v)
			}
		case *float64:
			if v != nil {
				f[name] = *v
			}
		default:
			f[name] = v
		}
	}
	return f
}

// collector is the name of the Source node that stands for a file of the seed:
// who collected an item, and all that a row without a source of its own has.
func (b *builder) collector(file string) string {
	switch name := fileTitles[file]; {
	case name != "":
		return name
	case b.files.dossiers[file].Chain != nil:
		return "链档案·" + b.files.dossiers[file].Chain.Name
	}
	b.fail("the file %q has no title", file)
	return file
}

// sourceID is the id of a row of sources.json.
func sourceID(id string) graph.ID { return seedID("source", id) }

// seedID is the id of a row that has one in the files.
func seedID(kind, id string) graph.ID { return graph.ID(kind + ":" + strings.ToLower(id)) }

// derivedID is the id of a row that has none.
func derivedID(kind, codeOrName string, parents ...graph.ID) graph.ID {
	texts := make([]string, len(parents))
	for i, p := range parents {
		texts[i] = string(p)
	}
	return graph.ID(graph.DerivedID(kind, codeOrName, texts...))
}

// hashedID is the id of what is one thing only together with what it is of: an
// observation, a capability. Its parts may fit an id by themselves, so they are
// hashed as one.
func hashedID(kind string, parts ...string) graph.ID {
	return graph.ID(graph.DerivedID(kind, strings.Join(parts, "\x00")+"\x00"))
}

// evidence is what a row of file rests on. An item without source keeps none:
// the dossier stands beside it as who collected it, with the level that the
// file gives, and is no citation. A row without any item has that one alone.
func (b *builder) evidence(file string, rows []evidenceRow) []graph.Evidence {
	by := b.collector(file)
	if len(rows) == 0 {
		return []graph.Evidence{{CollectedBy: by, CollectedAt: collectedAt}}
	}
	var list []graph.Evidence
	for _, r := range rows {
		e := graph.Evidence{Quote: r.Quote, Level: r.Level, CollectedBy: by, CollectedAt: collectedAt}
		if r.Source != "" {
			if _, ok := b.levels[r.Source]; !ok {
				b.fail("%s names the source %q, which sources.json lacks", file, r.Source)
			}
			e.Source = sourceID(r.Source)
		}
		list = append(list, e)
	}
	return joined(nil, list)
}

// judged is the state of an applicability judgement: reviewed when it was seen
// on a page, in full or in part, or when an analyst gave a reason.
func judged(verified, reason string) graph.State {
	if verified == "source" || verified == "partial" || verified == "analyst" && reason != "" {
		return graph.Reviewed
	}
	return graph.Draft
}

// validFrom is the day text names, unknown when it names none or no full day.
func validFrom(text string) graph.Date {
	d, err := graph.ParseDate(text)
	if err != nil {
		return graph.Unknown
	}
	return d
}

// span reads a date text of the files.
func (b *builder) span(what, text string) graph.Span {
	s, err := graph.ParseSpan(text)
	if err != nil {
		b.fail("%s: %w", what, err)
	}
	return s
}

// lookup finds name in table and reports a name that leads nowhere.
func (b *builder) lookup(table map[string]graph.ID, kind, file, name string) (graph.ID, bool) {
	id, ok := table[name]
	if !ok {
		b.fail("%s names the %s %q, which is not in the files", file, kind, name)
	}
	return id, ok
}

// mustNode reports an id that no row made.
func (b *builder) mustNode(file string, id graph.ID) bool {
	_, ok := b.nodes[id]
	if !ok {
		b.fail("%s names %s, which is not in the files", file, id)
	}
	return ok
}

// ops returns the records as operations: nodes, then edges, each by kind in
// the order of the schema and then by id.
func (b *builder) ops() ([]graph.Op, error) {
	rank := map[string]int{}
	for i, s := range graph.Nodes() {
		rank[string(s.Kind)] = i
	}
	for i, s := range graph.Edges() {
		rank[string(s.Kind)] = i
	}
	nodes := make([]*graph.Node, 0, len(b.nodes))
	for _, n := range b.nodes {
		nodes = append(nodes, n)
	}
	slices.SortFunc(nodes, func(x, y *graph.Node) int {
		return cmp.Or(cmp.Compare(rank[string(x.Kind)], rank[string(y.Kind)]), cmp.Compare(x.ID, y.ID))
	})
	edges := make([]*graph.Edge, 0, len(b.edges))
	for _, e := range b.edges {
		edges = append(edges, e)
	}
	slices.SortFunc(edges, func(x, y *graph.Edge) int {
		return cmp.Or(cmp.Compare(rank[string(x.Kind)], rank[string(y.Kind)]), cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To), cmp.Compare(x.ID, y.ID))
	})
	ops := make([]graph.Op, 0, len(nodes)+len(edges))
	for _, n := range nodes {
		ops = append(ops, graph.Op{PutNode: n})
	}
	for _, e := range edges {
		ops = append(ops, graph.Op{PutEdge: e})
	}
	return ops, errors.Join(b.errs...)
}
