package seed

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"iter"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
)

// loaded is the seed as records, for looking things up in tests.
type loaded struct {
	ops    []graph.Op
	report Report
	nodes  map[graph.ID]*graph.Node
	edges  []*graph.Edge
}

func load(t *testing.T, opts Options) loaded {
	t.Helper()
	ops, report, err := Ops(opts)
	if err != nil {
		t.Fatal(err)
	}
	l := loaded{ops: ops, report: report, nodes: map[graph.ID]*graph.Node{}}
	for _, op := range ops {
		if op.PutNode != nil {
			l.nodes[op.PutNode.ID] = op.PutNode
		} else {
			l.edges = append(l.edges, op.PutEdge)
		}
	}
	return l
}

// between returns the edges of a kind; an empty end is any.
func (l loaded) between(kind graph.EdgeKind, from, to graph.ID) []*graph.Edge {
	var out []*graph.Edge
	for _, e := range l.edges {
		if e.Kind == kind && (from == "" || e.From == from) && (to == "" || e.To == to) {
			out = append(out, e)
		}
	}
	return out
}

func (l loaded) one(t *testing.T, kind graph.EdgeKind, from, to graph.ID) *graph.Edge {
	t.Helper()
	found := l.between(kind, from, to)
	if len(found) != 1 {
		t.Fatalf("%d edges %s from %s to %s, want 1", len(found), kind, from, to)
	}
	return found[0]
}

func TestEveryOperationIsAcceptedByTheSchema(t *testing.T) {
	l := load(t, Options{Illustrative: true})
	seen := map[graph.ID]bool{}
	for i, op := range l.ops {
		switch {
		case op.PutNode != nil:
			if seen[op.PutNode.ID] {
				t.Errorf("node %s twice", op.PutNode.ID)
			}
			seen[op.PutNode.ID] = true
			if i > 0 && l.ops[i-1].PutEdge != nil {
				t.Fatalf("node %s after an edge", op.PutNode.ID)
			}
		default:
			e := op.PutEdge
			if seen["edge "+e.ID] {
				t.Errorf("edge %s twice", e.ID)
			}
			seen["edge "+e.ID] = true
			if e.ID != graph.DerivedEdgeID(*e) {
				t.Errorf("edge %s: id is not derived from its content", e.ID)
			}
		}
	}
	if err := check(l.ops); err != nil {
		t.Error(err)
	}
	if err := cardinality(l); err != nil {
		t.Error(err)
	}
	for _, spec := range graph.Edges() {
		if spec.Acyclic {
			if cycle := cycleOf(l.between(spec.Kind, "", "")); cycle != "" {
				t.Errorf("%s has a cycle through %s", spec.Kind, cycle)
			}
		}
	}
}

// cardinality holds edges to the bounds of their kind; of the seed's, none
// with a bound is valid for a part of time only.
func cardinality(l loaded) error {
	var errs []error
	count := map[string]int{}
	for _, e := range l.edges {
		spec, _ := graph.EdgeSpecOf(e.Kind)
		key := ""
		switch spec.Cardinality {
		case graph.ManyToOne:
			key = string(e.Kind) + " from " + string(e.From)
		case graph.OneToMany:
			key = string(e.Kind) + " to " + string(e.To)
		default:
			continue
		}
		if count[key]++; count[key] > 1 {
			errs = append(errs, errors.New("more than one "+key))
		}
	}
	return errors.Join(errs...)
}

// cycleOf returns a node on a cycle of edges, or nothing.
func cycleOf(edges []*graph.Edge) graph.ID {
	next := map[graph.ID][]graph.ID{}
	for _, e := range edges {
		next[e.From] = append(next[e.From], e.To)
	}
	state := map[graph.ID]int{}
	var visit func(graph.ID) graph.ID
	visit = func(id graph.ID) graph.ID {
		state[id] = 1
		for _, to := range next[id] {
			if state[to] == 1 {
				return to
			}
			if state[to] == 0 {
				if found := visit(to); found != "" {
					return found
				}
			}
		}
		state[id] = 2
		return ""
	}
	for _, e := range edges {
		if state[e.From] == 0 {
			if found := visit(e.From); found != "" {
				return found
			}
		}
	}
	return ""
}

func TestTwoRunsGiveTheSameBytes(t *testing.T) {
	var runs [2]bytes.Buffer
	for i := range runs {
		ops, _, err := Ops(Options{Illustrative: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := writeOps(&runs[i], ops); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(runs[0].Bytes(), runs[1].Bytes()) {
		t.Error("two runs over the same files differ")
	}
}

func TestTheEvidenceOfSeedRecordsLeadsToSources(t *testing.T) {
	l := load(t, Options{Illustrative: true})
	holds := func(what string, list []graph.Evidence) {
		for _, e := range list {
			if n := l.nodes[e.Source]; e.Source != "" && (n == nil || n.Kind != graph.Source) {
				t.Errorf("%s cites %s, which is no source", what, e.Source)
			}
			if e.CollectedBy == "" || e.CollectedAt == "" {
				t.Errorf("%s: nobody collected %+v", what, e)
			}
		}
	}
	for id, n := range l.nodes {
		holds(string(id), n.Evidence)
	}
	for _, e := range l.edges {
		if len(e.Evidence) == 0 {
			t.Errorf("edge %s %s %s rests on nothing", e.From, e.Kind, e.To)
		}
		holds(string(e.From)+" "+string(e.Kind)+" "+string(e.To), e.Evidence)
	}
}

func TestWithoutIllustrationsNothingOfThemIsLeft(t *testing.T) {
	l := load(t, Options{})
	for id, n := range l.nodes {
		for _, field := range []string{"illustrative", "dates_illustrative", "confirmed_on", "in_progress_on", "solved_on"} {
			if _, ok := n.Fields[field]; ok {
				t.Errorf("%s has %s", id, field)
			}
		}
		if n.Kind == graph.Firm || n.Kind == graph.Certificate || strings.Contains(string(id), "demo") || n.Visibility != graph.Public {
			t.Errorf("%s is left", id)
		}
	}
	for _, e := range l.edges {
		if e.Fields.Flag("illustrative") || e.Visibility != graph.Public {
			t.Errorf("edge %s %s %s is left", e.From, e.Kind, e.To)
		}
		if l.nodes[e.From] == nil || l.nodes[e.To] == nil {
			t.Errorf("edge %s %s %s dangles", e.From, e.Kind, e.To)
		}
	}
	with := load(t, Options{Illustrative: true})
	if n := len(with.ops) - len(l.ops); n < with.report.Illustrative {
		t.Errorf("%d records more with illustrations, of which %d are marked", n, with.report.Illustrative)
	}
}

func TestAWrongFileIsAnErrorAndNotAGap(t *testing.T) {
	tests := []struct{ name, file, old, new, want string }{
		{"a member that nobody knows", "chains/sw.json", `"what":`, `"goods":`, `unknown field "goods"`},
		{"a standard that is not in the list", "chains/sw.json", `"standard": "GB/T 13912-2020"`, `"standard": "GB/T 13912-2099"`, "GB/T 13912-2099"},
		{"a source that is not in the list", "standards.json", `"src-sw-seed"`, `"src-none"`, "src-none"},
		{"a problem that is not in the dossiers", "firms_illustrative.json", `"problem": "qp-sw-01"`, `"problem": "qp-sw-99"`, "problem:qp-sw-99"},
		{"a relation that nobody knows", "pilots.json", `"FINANCES"`, `"PAYS"`, `"PAYS"`},
		{"a verdict outside the vocabulary", "chains/sw.json", `"verdict": "applicable"`, `"verdict": "fits"`, "unknown_code at fields/applicability_verdict"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := changed(t, tt.file, tt.old, tt.new)
			_, _, err := opsOf(data, Options{Illustrative: true})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

// changed is the data with one text of one file replaced throughout.
func changed(t *testing.T, file, old, new string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(Data(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(Data(), path)
		out[path] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(out[file].Data, []byte(old)) {
		t.Fatalf("%s does not hold %s", file, old)
	}
	out[file].Data = bytes.ReplaceAll(out[file].Data, []byte(old), []byte(new))
	return out
}

func TestLoadHandsEverythingToTheImporterInOrder(t *testing.T) {
	var got []graph.Op
	var id string
	into := ImporterFunc(func(_ context.Context, name string, ops iter.Seq2[graph.Op, error]) error {
		id = name
		for op, err := range ops {
			if err != nil {
				return err
			}
			got = append(got, op)
		}
		return nil
	})
	var lines []string
	report, err := Load(t.Context(), into, Options{}, func(s string) { lines = append(lines, s) })
	if err != nil {
		t.Fatal(err)
	}
	want := load(t, Options{})
	if diff := cmp.Diff(want.ops, got); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want.report, report); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	if len(lines) < 3 || !strings.HasPrefix(id, "seed-") {
		t.Errorf("import %q, progress %q", id, lines)
	}
	refused := ImporterFunc(func(context.Context, string, iter.Seq2[graph.Op, error]) error { return graph.ErrUnavailable })
	if _, err := Load(t.Context(), refused, Options{}, nil); !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("error %v, want the importer's", err)
	}
}

func TestTheReportCountsWhatIsThere(t *testing.T) {
	l := load(t, Options{Illustrative: true})
	nodes, edges := 0, 0
	for _, n := range l.report.Nodes {
		nodes += n
	}
	for _, n := range l.report.Edges {
		edges += n
	}
	if nodes != len(l.nodes) || edges != len(l.edges) || l.report.Reviewed+l.report.Draft != len(l.ops) {
		t.Errorf("report: %d nodes, %d edges, %d reviewed, %d draft; there are %d and %d", nodes, edges, l.report.Reviewed, l.report.Draft, len(l.nodes), len(l.edges))
	}
	for _, s := range l.report.Stubs {
		if n := l.nodes[s.ID]; n == nil || n.Fields.Text("issued") != "" || n.ValidFrom != graph.Unknown {
			t.Errorf("stub %s: %+v", s.ID, n)
		}
	}
	if len(l.report.LeftOut) != 4 {
		t.Errorf("left out: %+v", l.report.LeftOut)
	}
	if _, err := json.Marshal(l.report); err != nil {
		t.Error(err)
	}
	if !maps.Equal(l.report.Nodes, load(t, Options{Illustrative: true}).report.Nodes) {
		t.Error("two reports differ")
	}
}
