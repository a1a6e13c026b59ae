package seed_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"zhitu/graph"
	"zhitu/graph/snapshot"
	"zhitu/seed"
)

// hostile is a small graph with what breaks exports: formulas, separators,
// quotes, markup, control characters.
func hostile(t *testing.T) *graph.View {
	t.Helper()
	names := []string{"=1+1", "a,b\"c\"\nd", "<x>&amp;", "'already", "＝全角", `back\slash "quote"`, "锌\u0001层", "|bar|"}
	var ops []graph.Op
	for i, name := range names {
		id := graph.ID("problem:" + string(rune('a'+i)))
		ops = append(ops, graph.Op{PutNode: &graph.Node{
			ID: id, Kind: graph.Problem, Name: name, Aliases: []string{name}, State: graph.Draft, Visibility: graph.Public,
			Fields: graph.Fields{"phenomenon": name, "severity": int64(3), "effects": []string{name, "x"}}, ValidFrom: graph.Open, ValidTo: graph.Unknown,
		}})
	}
	ops = append(ops, graph.Op{PutEdge: &graph.Edge{ID: "e-1", Kind: graph.Causes, From: "problem:a", To: "problem:b", State: graph.Draft, Visibility: graph.Public, Fields: graph.Fields{"note": "-x"}}})
	s, err := snapshot.Empty("t").With(ops)
	if err != nil {
		t.Fatal(err)
	}
	return graph.NewView(s, 1, graph.Scope{AsOf: graph.DateOf(2026, 1, 1)})
}

func export(t *testing.T, view *graph.View, format string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := seed.Export(&b, format, seed.SelectAll(t.Context(), view, "", nil)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCSVHoldsEveryRecordAndNoFormula(t *testing.T) {
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(export(t, hostile(t), "csv"), []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+8+1 {
		t.Fatalf("%d rows, want a head, 8 nodes and an edge", len(rows))
	}
	for _, row := range rows[1:] {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Errorf("cell %q begins a formula", cell)
			}
		}
	}
}

func TestNDJSONIsAnImportOfTheSameRecords(t *testing.T) {
	var names []string
	n := 0
	for op, err := range seed.ReadNDJSON(bytes.NewReader(export(t, hostile(t), "ndjson"))) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		if op.PutNode != nil {
			names = append(names, op.PutNode.Name)
		}
	}
	want := []string{"=1+1", "a,b\"c\"\nd", "<x>&amp;", "'already", "＝全角", `back\slash "quote"`, "锌\u0001层", "|bar|"}
	if diff := cmp.Diff(want, names); diff != "" || n != 9 {
		t.Errorf("%d operations: %s", n, diff)
	}
}

func TestXLSXHasASheetPerKind(t *testing.T) {
	book, err := excelize.OpenReader(bytes.NewReader(export(t, hostile(t), "xlsx")))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if diff := cmp.Diff([]string{"Problem", "CAUSES"}, book.GetSheetList()); diff != "" {
		t.Error(diff)
	}
	rows, err := book.GetRows("Problem")
	if err != nil || len(rows) != 9 {
		t.Errorf("%d rows (%v)", len(rows), err)
	}
}

func TestGraphMLAndJSONLDAreWellFormed(t *testing.T) {
	dec := xml.NewDecoder(bytes.NewReader(export(t, hostile(t), "graphml")))
	count := map[string]int{}
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if el, ok := tok.(xml.StartElement); ok {
			count[el.Name.Local]++
		}
	}
	if count["node"] != 8 || count["edge"] != 1 {
		t.Errorf("GraphML has %v", count)
	}
	var doc struct {
		Graph []map[string]any `json:"@graph"`
	}
	if err := json.Unmarshal(export(t, hostile(t), "jsonld"), &doc); err != nil || len(doc.Graph) != 9 {
		t.Errorf("JSON-LD: %d elements, %v", len(doc.Graph), err)
	}
}

func TestCypherHasOneStatementPerRecordAndQuotesEverything(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(string(export(t, hostile(t), "cypher"))), "\n")
	if len(lines) != 9 {
		t.Fatalf("%d lines, want 9: a line break in a name must be escaped", len(lines))
	}
	for _, line := range lines {
		if strings.Count(strings.ReplaceAll(strings.ReplaceAll(line, `\\`, ""), `\"`, ""), `"`)%2 != 0 {
			t.Errorf("quotes do not pair: %s", line)
		}
	}
}

func TestExportRefusesAnUnknownFormat(t *testing.T) {
	err := seed.Export(io.Discard, "docx", seed.Selection{})
	if !errors.Is(err, graph.ErrInvalid) {
		t.Errorf("got %v", err)
	}
}

func BenchmarkExportNDJSON(b *testing.B) {
	ops, _, err := seed.Ops(seed.Options{Illustrative: true})
	if err != nil {
		b.Fatal(err)
	}
	s, err := snapshot.Empty("t").With(ops)
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		view := graph.NewView(s, 1, graph.Scope{AsOf: graph.DateOf(2026, 11, 28)})
		if err := seed.Export(io.Discard, "ndjson", seed.SelectAll(b.Context(), view, "", nil)); err != nil {
			b.Fatal(err)
		}
		n += len(ops)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
}
