package seed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
)

func records(ops []graph.Op) iter.Seq2[graph.Record, error] {
	return func(yield func(graph.Record, error) bool) {
		for _, op := range ops {
			r := graph.Record{}
			if op.PutNode != nil {
				r = graph.EncodeNode(*op.PutNode)
			} else {
				r = graph.EncodeEdge(*op.PutEdge)
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestAnImportFileReadsBackAsItWasWritten(t *testing.T) {
	ops, _, err := Ops(Options{Illustrative: true})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := WriteNDJSON(&b, records(ops)); err != nil {
		t.Fatal(err)
	}
	first := b.String()
	var back []graph.Op
	for op, err := range ReadNDJSON(&b) {
		if err != nil {
			t.Fatal(err)
		}
		back = append(back, op)
	}
	var again bytes.Buffer
	if err := WriteNDJSON(&again, records(back)); err != nil {
		t.Fatal(err)
	}
	if len(back) != len(ops) || again.String() != first {
		t.Errorf("%d operations read of %d, the files are equal: %v", len(back), len(ops), again.String() == first)
	}
}

func TestEveryLineOfAnImportFileIsAnOperationOrAnError(t *testing.T) {
	const node = `{"id":"problem:p1","kind":"Problem","name":"锌层脱落"}`
	const edge = `{"edge_kind":"CAUSES","from":"problem:p1","to":"problem:p2"}`
	tests := []struct{ name, line, want string }{
		{"a node", `{"node":` + node + `}`, "put node problem:p1 draft public"},
		{"an edge gets its id", `{"edge":` + edge + `}`, "put edge " + string(graph.DerivedEdgeID(graph.Edge{Kind: graph.Causes, From: "problem:p1", To: "problem:p2"}))},
		{"an operation", `{"put_node":` + node + `,"if_version":0}`, "put node problem:p1 draft public if 0"},
		{"a deletion", `{"delete_edge":"e-1","if_version":3}`, "delete edge e-1 if 3"},
		{"a byte order mark and blanks", "\ufeff  {\"delete_node\":\"problem:p1\"}  \r", "delete node problem:p1"},
		{"an empty line", "  ", ""},
		{"a number that the schema wants with a fraction", `{"edge":{"edge_kind":"SUPPLIES","from":"firm:a","to":"firm:b","fields":{"share":1}}}`, "put edge"},
		{"an unknown member", `{"nodes":` + node + `}`, "list.ndjson:1: json_syntax"},
		{"an unknown member of a record", `{"node":{"id":"problem:p1","kind":"Problem","name":"x","nmae":"y"}}`, "list.ndjson:1: json_syntax"},
		{"a member given twice", `{"node":{"id":"problem:p1","kind":"Problem","name":"x","name":"y"}}`, "list.ndjson:1: member_twice at name"},
		{"a field given twice in another case", `{"delete_node":"problem:p1","DELETE_NODE":"problem:p2"}`, "list.ndjson:1: member_twice"},
		{"two operations", `{"delete_node":"problem:p1","delete_edge":"e-1"}`, "list.ndjson:1: one_operation"},
		{"no operation", `{"if_version":1}`, "list.ndjson:1: one_operation"},
		{"a list", `[]`, "list.ndjson:1: json_syntax"},
		{"two objects", `{"delete_node":"problem:p1"}{"delete_node":"problem:p2"}`, "list.ndjson:1: json_syntax"},
		{"half an object", `{"node":{"id":`, "list.ndjson:1: json_syntax"},
		{"a kind outside the schema", `{"node":{"id":"x:1","kind":"Thing","name":"x"}}`, "list.ndjson:1: unknown_kind at kind"},
		{"a field that is no scalar", `{"node":{"id":"problem:p1","kind":"Problem","name":"x","fields":{"severity":{"n":1}}}}`, "list.ndjson:1: field_type at fields/severity"},
		{"a value outside the vocabulary", `{"node":{"id":"problem:p1","kind":"Problem","name":"x","fields":{"severity":9}}}`, "list.ndjson:1: unknown_code at fields/severity"},
		{"a date that is none", `{"node":{"id":"problem:p1","kind":"Problem","name":"x","valid_from":"2024-02-30"}}`, "list.ndjson:1: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for op, err := range ReadNDJSON(namedReader{strings.NewReader(tt.line + "\n"), "list.ndjson"}) {
				got = append(got, told1(op, err))
			}
			if text := strings.Join(got, "\n"); !strings.HasPrefix(text, tt.want) || tt.want == "" && text != "" {
				t.Errorf("read %q, want %q", text, tt.want)
			}
		})
	}
}

type namedReader struct {
	*strings.Reader
	name string
}

func (r namedReader) Name() string { return r.name }

// told1 is an operation or error in words.
func told1(op graph.Op, err error) string {
	var line *LineError
	switch {
	case err != nil && !errors.As(err, &line):
		return "not a LineError: " + err.Error()
	case err != nil:
		return err.Error()
	}
	s := ""
	switch {
	case op.PutNode != nil:
		s = fmt.Sprintf("put node %s %s %s", op.PutNode.ID, op.PutNode.State, op.PutNode.Visibility)
	case op.PutEdge != nil:
		s = fmt.Sprintf("put edge %s", op.PutEdge.ID)
	case op.DeleteNode != "":
		s = fmt.Sprintf("delete node %s", op.DeleteNode)
	case op.DeleteEdge != "":
		s = fmt.Sprintf("delete edge %s", op.DeleteEdge)
	}
	if op.IfVersion != nil {
		s += fmt.Sprintf(" if %d", *op.IfVersion)
	}
	return s
}

func TestReadingGoesOnAfterABadLine(t *testing.T) {
	long := `{"delete_node":"` + strings.Repeat("a", MaxLineBytes) + `"}`
	file := strings.Join([]string{`{"delete_node":"a:1"}`, "nonsense", "", long, `{"delete_node":"a:2"}`}, "\n")
	var good, bad []string
	for op, err := range ReadNDJSON(strings.NewReader(file)) {
		if err != nil {
			bad = append(bad, strings.SplitN(err.Error(), ":", 2)[0])
			continue
		}
		good = append(good, string(op.DeleteNode))
	}
	if diff := cmp.Diff([]string{"a:1", "a:2"}, good); diff != "" {
		t.Errorf("good lines (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"line 2", "line 4"}, bad); diff != "" {
		t.Errorf("bad lines (-want +got):\n%s", diff)
	}
	broken := errors.New("cut off")
	for _, err := range ReadNDJSON(failing{strings.NewReader(`{"delete_node":"a:1"}` + "\n"), broken}) {
		if err != nil && !errors.Is(err, broken) {
			t.Errorf("error %v, want the reader's", err)
		}
	}
}

type failing struct {
	r   *strings.Reader
	err error
}

func (f failing) Read(p []byte) (int, error) {
	if f.r.Len() == 0 {
		return 0, f.err
	}
	return f.r.Read(p)
}

// history applies ops as entries of at most size operations, changes some of
// the records again and deletes one, as a ledger would write it.
func history(t *testing.T, ops []graph.Op, size int) []graph.Entry {
	t.Helper()
	var entries []graph.Entry
	add := func(changes ...graph.Change) {
		seq := graph.Seq(len(entries) + 1)
		entries = append(entries, graph.Entry{
			Seq: seq, At: 1_700_000_000_000_000 + int64(seq)*1_000_001, Author: "测试", Reason: "载入 <seed> & more",
			Command: fmt.Sprint("c", seq), Import: "i", Closing: len(changes) < size, Changes: changes,
		})
	}
	put := func(op graph.Op, version int64, before graph.Record) graph.Change {
		seq := graph.Seq(len(entries) + 1)
		if op.PutNode != nil {
			n := *op.PutNode
			n.Version, n.Seq = version, seq
			return graph.Change{Before: before, After: graph.EncodeNode(n)}
		}
		e := *op.PutEdge
		e.Version, e.Seq = version, seq
		return graph.Change{Before: before, After: graph.EncodeEdge(e)}
	}
	for chunk := range slices.Chunk(ops, size) {
		var changes []graph.Change
		for _, op := range chunk {
			changes = append(changes, put(op, 1, graph.Record{}))
		}
		sortChanges(changes)
		add(changes...)
	}
	again := entries[0].Changes[0]
	n, err := again.After.Node()
	if err != nil {
		t.Fatal(err)
	}
	n.Name += "（改）"
	add(put(graph.Op{PutNode: &n}, 2, again.After))
	last := entries[len(entries)-2].Changes
	add(graph.Change{Before: last[len(last)-1].After})
	return entries
}

func sortChanges(changes []graph.Change) {
	slices.SortFunc(changes, func(a, b graph.Change) int {
		if a.IsEdge() != b.IsEdge() {
			if a.IsEdge() {
				return 1
			}
			return -1
		}
		return strings.Compare(string(a.ID()), string(b.ID()))
	})
}

// stateOf is what a store holds after entries, in the order of a scan.
func stateOf(t *testing.T, entries []graph.Entry) []graph.Record {
	t.Helper()
	net, err := graph.NetOf(entries)
	if err != nil {
		t.Fatal(err)
	}
	var out []graph.Record
	for _, c := range net.Changes {
		if !c.After.IsZero() {
			out = append(out, c.After)
		}
	}
	return out
}

func seqOf[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range list {
			if !yield(v, nil) {
				return
			}
		}
	}
}

func headOf(state []graph.Record, entries []graph.Entry) PackageHead {
	h := PackageHead{Seq: graph.Seq(len(entries)), Entries: int64(len(entries))}
	for _, r := range state {
		if r.IsEdge() {
			h.Edges++
		} else {
			h.Nodes++
		}
	}
	return h
}

// packed is the package of ops with a history.
func packed(t *testing.T, ops []graph.Op, err error) ([]byte, []graph.Entry) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	entries := history(t, ops, len(ops)/9+1)
	state := stateOf(t, entries)
	var b bytes.Buffer
	if err := WritePackage(t.Context(), &b, seqOf(state), seqOf(entries), headOf(state, entries)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), entries
}

func TestAPackageRestoresAndExportsByteForByte(t *testing.T) {
	ops, _, err := Ops(Options{Illustrative: true})
	first, entries := packed(t, ops, err)
	file := filepath.Join(t.TempDir(), "graph.ndjson")
	if err := os.WriteFile(file, first, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, err := ReadPackage(f)
	if err != nil {
		t.Fatal(err)
	}
	var restored []graph.Entry
	for e, err := range p.Entries(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		restored = append(restored, e)
	}
	for i := range entries {
		if want, got := graph.AppendEntry(nil, entries[i]), graph.AppendEntry(nil, restored[i]); !bytes.Equal(want, got) {
			t.Fatalf("entry %d is not what it was", entries[i].Seq)
		}
	}
	var held []graph.Record
	for r, err := range p.Records(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, r)
	}
	state := stateOf(t, restored)
	if !slices.Equal(state, held) {
		t.Error("the records of the package are not what its entries give")
	}
	var again bytes.Buffer
	if err := WritePackage(t.Context(), &again, seqOf(state), seqOf(restored), headOf(state, restored)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, again.Bytes()) {
		t.Error("a restored graph exports other bytes")
	}
}

func TestADamagedPackageIsRefused(t *testing.T) {
	ops, err := Fixture()
	whole, _ := packed(t, ops, err)
	lines := bytes.SplitAfter(whole, []byte("\n"))
	lines = lines[:len(lines)-1] // what follows the last line end
	without := func(i int) []byte { return bytes.Join(slices.Delete(slices.Clone(lines), i, i+1), nil) }
	tests := []struct {
		name string
		file []byte
		want string
	}{
		{"cut off in a line", whole[:len(whole)/2], "line"},
		{"cut off after a line", bytes.Join(lines[:len(lines)-1], nil), "cut off"},
		{"one byte changed", bytes.Replace(whole, []byte("电机"), []byte("电饥"), 1), "damaged"},
		{"a blank added", bytes.Replace(whole, []byte(`{"node":`), []byte(`{"node": `), 1), "damaged"},
		{"a record missing", without(3), "damaged"},
		{"an entry missing", without(len(lines) - 3), "stands where"},
		{"text after the end", append(slices.Clone(whole), "more\n"...), "after the last line"},
		{"another format", bytes.Replace(whole, []byte(`{"zhitu":1,`), []byte(`{"zhitu":2,`), 1), "package_format"},
		{"no package at all", []byte("hello\n"), "json_syntax"},
		{"nothing", nil, "cut off"},
		{"records out of order", bytes.Join(slices.Concat(lines[:1], [][]byte{lines[2], lines[1]}, lines[3:]), nil), "does not come after"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ReadPackage(bytes.NewReader(tt.file))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestAPackageIsOnlyWrittenOfOneState(t *testing.T) {
	ops, err := Fixture()
	_, entries := packed(t, ops, err)
	state := stateOf(t, entries)
	head := headOf(state, entries)
	tests := []struct {
		name    string
		state   []graph.Record
		entries []graph.Entry
		head    PackageHead
	}{
		{"fewer records than the head says", state[1:], entries, head},
		{"fewer entries than the head says", state, entries[:len(entries)-1], head},
		{"a record newer than the head", state, entries[:1], PackageHead{Seq: 1, Nodes: head.Nodes, Edges: head.Edges, Entries: 1}},
		{"records out of order", append(slices.Clone(state[1:]), state[0]), entries, head},
		{"a hole in the log", state, slices.Delete(slices.Clone(entries), 0, 1), head},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := WritePackage(t.Context(), &b, seqOf(tt.state), seqOf(tt.entries), tt.head); err == nil {
				t.Error("written without an error")
			}
			if _, err := ReadPackage(bytes.NewReader(b.Bytes())); err == nil {
				t.Error("what was written reads as whole")
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := WritePackage(ctx, &bytes.Buffer{}, seqOf(state), seqOf(entries), head); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
	var empty bytes.Buffer
	if err := WritePackage(t.Context(), &empty, seqOf[graph.Record](nil), seqOf[graph.Entry](nil), PackageHead{}); err != nil {
		t.Fatal(err)
	}
	if p, err := ReadPackage(bytes.NewReader(empty.Bytes())); err != nil || p.Head.Seq != 0 {
		t.Errorf("the package of an empty graph: %v, %v", p, err)
	}
}

func TestTheFixtureIsTheInventedGraphOfTheFile(t *testing.T) {
	ops, err := Fixture()
	if err != nil {
		t.Fatal(err)
	}
	kinds, names := map[string]int{}, map[graph.ID]string{}
	supplies, covers := map[string]bool{}, map[string]string{}
	for _, op := range ops {
		if n := op.PutNode; n != nil {
			kinds[string(n.Kind)]++
			names[n.ID] = n.Name
			if !n.Fields.Flag("synthetic") {
				t.Errorf("%s is not marked", n.ID)
			}
			continue
		}
		e := op.PutEdge
		kinds[string(e.Kind)]++
		if !e.Fields.Flag("synthetic") {
			t.Errorf("edge %s is not marked", e.ID)
		}
		switch e.Kind {
		case graph.Supplies:
			supplies[string(e.From)+" "+string(e.To)] = true
		case graph.Covers:
			covers[string(e.From)+" "+string(e.To)] = e.Fields.Text("strength")
		}
	}
	want := map[string]int{
		"Chain": 1, "Segment": 6, "Problem": 9, "Rule": 6, "Bundle": 1, "Firm": 3, "Certificate": 2, "Product": 1, "Organization": 1,
		"HAS_SEGMENT": 6, "SUPPLIES": 7, "OCCURS_AT": 9, "COVERS": 14, "REQUIRES": 1, "BUNDLES": 3, "OFFERS": 1, "AUTHORIZED_FOR": 6,
		"REPORTED_BY": 13, "HOLDS": 2, "UNDER": 2, "MAKES": 2,
	}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
	if names["segment:seg-5"] != "整车" || names["problem:p1"] != "电机温升超标" || !supplies["segment:seg-6 segment:seg-2"] {
		t.Errorf("ids are not those of the file: %v", slices.Sorted(maps.Keys(names)))
	}
	for edge, strength := range map[string]string{
		"rule:ccc problem:p4": "indirect", "rule:iso9001 problem:p2": "supporting", "rule:ccc-bat problem:p4": "direct", "rule:ccc " + string(fixtureProduct): "",
	} {
		if got, ok := covers[edge]; !ok || got != strength {
			t.Errorf("%s: strength %q (%v), want %q", edge, got, ok, strength)
		}
	}
}
