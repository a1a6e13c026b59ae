package seed

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"zhitu/graph"
)

// Export of any view of the graph. What a file holds is what the view shows:
// the same ids, in the order of ids, nodes before edges.

// Selection is what is exported. Nodes is ranged over first, once: the edges
// are those between the nodes that it yielded.
type Selection struct {
	Nodes iter.Seq2[graph.Node, error]
	Edges iter.Seq2[graph.Edge, error]
}

// SelectAll selects everything that view shows, or one kind of node, with the
// edges between the selected nodes. Only, when it is not nil, narrows the nodes
// further: the part of the graph that belongs to a chain.
func SelectAll(ctx context.Context, view *graph.View, kind graph.NodeKind, only map[graph.ID]bool) Selection {
	var selected []graph.ID
	nodes := func(yield func(graph.Node, error) bool) {
		for _, spec := range graph.Nodes() {
			if spec.System || kind != "" && spec.Kind != kind {
				continue
			}
			for n, err := range view.OfKind(ctx, spec.Kind) {
				if err != nil {
					yield(n, err)
					return
				}
				if only != nil && !only[n.ID] {
					continue
				}
				selected = append(selected, n.ID)
				if !yield(n, nil) {
					return
				}
			}
		}
	}
	return Selection{Nodes: nodes, Edges: func(yield func(graph.Edge, error) bool) { edgesBetween(ctx, view, selected, yield) }}
}

func edgesBetween(ctx context.Context, view *graph.View, selected []graph.ID, yield func(graph.Edge, error) bool) {
	in := make(map[graph.ID]bool, len(selected))
	for _, id := range selected {
		in[id] = true
	}
	for chunk := range slices.Chunk(selected, 500) {
		edges, err := view.Touching(ctx, chunk, graph.EdgeFilter{Direction: graph.Out})
		if err != nil {
			yield(graph.Edge{}, err)
			return
		}
		for _, e := range edges {
			if in[e.To] && !yield(e, nil) {
				return
			}
		}
	}
}

// exportFormats are the formats of Export with their media types.
var exportFormats = map[string]string{
	"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"ndjson": "application/x-ndjson", "graphml": "application/graphml+xml", "jsonld": "application/ld+json", "cypher": "text/plain; charset=utf-8",
}

// ExportFormats returns the names of the formats, sorted.
func ExportFormats() []string { return slices.Sorted(maps.Keys(exportFormats)) }

// ExportType returns the media type of a format, "" for an unknown one.
func ExportType(format string) string { return exportFormats[format] }

// Export writes what s selects in format.
func Export(w io.Writer, format string, s Selection) error {
	var err error
	switch format {
	case "csv":
		err = exportCSV(w, s)
	case "xlsx":
		err = exportXLSX(w, s)
	case "ndjson":
		err = exportNDJSON(w, s)
	case "graphml":
		err = exportGraphML(w, s)
	case "jsonld":
		err = exportJSONLD(w, s)
	case "cypher":
		err = exportCypher(w, s)
	default:
		return &graph.InvalidError{Field: "format", Code: "unknown_code", Value: format, Want: strings.Join(ExportFormats(), " | ")}
	}
	if err != nil {
		return fmt.Errorf("export as %s: %w", format, err)
	}
	return nil
}

// The columns that every record has; the fields of its kind follow.
var (
	nodeColumns = []string{"record", "id", "kind", "name", "aliases", "valid_from", "valid_to", "state", "visibility", "version", "seq", "evidence"}
	edgeColumns = []string{"record", "id", "kind", "from", "to", "valid_from", "valid_to", "state", "visibility", "version", "seq", "evidence"}
)

func nodeCells(n graph.Node) map[string]string {
	cells := fieldCells(n.Fields)
	maps.Copy(cells, map[string]string{
		"record": "node", "id": string(n.ID), "kind": string(n.Kind), "name": n.Name, "aliases": strings.Join(n.Aliases, "|"),
		"valid_from": n.ValidFrom.String(), "valid_to": n.ValidTo.String(), "state": n.State.String(), "visibility": n.Visibility.String(),
		"version": strconv.FormatInt(n.Version, 10), "seq": strconv.FormatInt(int64(n.Seq), 10), "evidence": jsonText(n.Evidence),
	})
	return cells
}

func edgeCells(e graph.Edge) map[string]string {
	cells := fieldCells(e.Fields)
	maps.Copy(cells, map[string]string{
		"record": "edge", "id": string(e.ID), "kind": string(e.Kind), "from": string(e.From), "to": string(e.To),
		"valid_from": e.ValidFrom.String(), "valid_to": e.ValidTo.String(), "state": e.State.String(), "visibility": e.Visibility.String(),
		"version": strconv.FormatInt(e.Version, 10), "seq": strconv.FormatInt(int64(e.Seq), 10), "evidence": jsonText(e.Evidence),
	})
	return cells
}

// fieldCells writes fields as text under "fields.name": lists joined by |.
func fieldCells(f graph.Fields) map[string]string {
	cells := make(map[string]string, len(f)+12)
	for name, v := range f {
		cells["fields."+name] = fieldText(v)
	}
	return cells
}

func fieldText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []string:
		return strings.Join(v, "|")
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strings.Trim(jsonText(v), `"`)
}

func jsonText(v any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return ""
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// fieldColumns lists the fields that the schema gives to any record, in its
// order, so that every export has the same columns.
func fieldColumns() []string {
	var out []string
	seen := map[string]bool{}
	add := func(fields []graph.FieldSpec) {
		for _, f := range fields {
			if !seen[f.Name] {
				seen[f.Name] = true
				out = append(out, "fields."+f.Name)
			}
		}
	}
	for _, s := range graph.Nodes() {
		add(s.Fields)
	}
	for _, s := range graph.Edges() {
		add(s.Fields)
	}
	add(graph.CommonFields())
	return out
}

func exportCSV(w io.Writer, s Selection) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil { // so that Excel reads it as UTF-8
		return err
	}
	columns := slices.Concat(nodeColumns, []string{"from", "to"}, fieldColumns())
	out := csv.NewWriter(w)
	if err := out.Write(columns); err != nil {
		return err
	}
	row := make([]string, len(columns))
	write := func(cells map[string]string) error {
		for i, c := range columns {
			row[i] = neutralCell(cells[c])
		}
		return out.Write(row)
	}
	if err := eachRecord(s, func(n graph.Node) error { return write(nodeCells(n)) }, func(e graph.Edge) error { return write(edgeCells(e)) }); err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

func eachRecord(s Selection, node func(graph.Node) error, edge func(graph.Edge) error) error {
	for n, err := range s.Nodes {
		if err == nil {
			err = node(n)
		}
		if err != nil {
			return err
		}
	}
	for e, err := range s.Edges {
		if err == nil {
			err = edge(e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// maxSheetRows is what a sheet of a workbook can hold.
const maxSheetRows = 1_048_576

// exportXLSX writes a sheet per kind, its columns those of the schema.
func exportXLSX(w io.Writer, s Selection) error {
	book := excelize.NewFile()
	defer book.Close()
	sheets := map[string]*kindSheet{}
	put := func(kind string, columns []string, fields []graph.FieldSpec, cells map[string]string) error {
		sheet := sheets[kind]
		if sheet == nil {
			var err error
			if sheet, err = newKindSheet(book, kind, columns, fields); err != nil {
				return err
			}
			sheets[kind] = sheet
		}
		return sheet.write(cells)
	}
	err := eachRecord(s, func(n graph.Node) error {
		spec, _ := graph.NodeSpecOf(n.Kind)
		return put(string(n.Kind), nodeColumns, spec.Fields, nodeCells(n))
	}, func(e graph.Edge) error {
		spec, _ := graph.EdgeSpecOf(e.Kind)
		return put(string(e.Kind), edgeColumns, spec.Fields, edgeCells(e))
	})
	if err != nil {
		return err
	}
	for _, kind := range slices.Sorted(maps.Keys(sheets)) {
		if err := sheets[kind].out.Flush(); err != nil {
			return err
		}
	}
	if len(sheets) > 0 {
		if err := book.DeleteSheet("Sheet1"); err != nil {
			return err
		}
	}
	_, err = book.WriteTo(w)
	return err
}

// kindSheet is the sheet of one kind.
type kindSheet struct {
	out     *excelize.StreamWriter
	columns []string
	rows    int
}

func newKindSheet(book *excelize.File, kind string, columns []string, fields []graph.FieldSpec) (*kindSheet, error) {
	if _, err := book.NewSheet(kind); err != nil {
		return nil, err
	}
	out, err := book.NewStreamWriter(kind)
	if err != nil {
		return nil, err
	}
	s := &kindSheet{out: out, columns: slices.Clone(columns)}
	for _, list := range [][]graph.FieldSpec{fields, graph.CommonFields()} {
		for _, f := range list {
			s.columns = append(s.columns, "fields."+f.Name)
		}
	}
	head := map[string]string{}
	for _, c := range s.columns {
		head[c] = c
	}
	return s, s.write(head)
}

func (s *kindSheet) write(cells map[string]string) error {
	if s.rows++; s.rows > maxSheetRows {
		return &graph.InvalidError{Field: "format", Code: "too_many", Value: "xlsx", Want: strconv.Itoa(maxSheetRows)}
	}
	at, err := excelize.CoordinatesToCellName(1, s.rows)
	if err != nil {
		return err
	}
	row := make([]any, len(s.columns))
	for i, c := range s.columns {
		text := neutralCell(cells[c])
		if len([]rune(text)) > excelize.TotalCellChars {
			return &graph.InvalidError{Field: cells["id"] + " " + c, Code: "too_long", Want: strconv.Itoa(excelize.TotalCellChars)}
		}
		row[i] = text
	}
	return s.out.SetRow(at, row)
}

// exportNDJSON writes lines that an import reads.
func exportNDJSON(w io.Writer, s Selection) error {
	out := bufio.NewWriterSize(w, 1<<16)
	line := func(member string, b []byte, err error) error {
		if err != nil {
			return err
		}
		out.WriteString(`{"` + member + `":`)
		out.Write(b)
		_, err = out.WriteString("}\n") // a bufio.Writer keeps its first error
		return err
	}
	err := eachRecord(s, func(n graph.Node) error {
		b, err := n.MarshalJSON()
		return line("node", b, err)
	}, func(e graph.Edge) error {
		b, err := e.MarshalJSON()
		return line("edge", b, err)
	})
	if err != nil {
		return err
	}
	return out.Flush()
}

// exportGraphML writes each column as a key of type string.
func exportGraphML(w io.Writer, s Selection) error {
	if _, err := io.WriteString(w, xml.Header+`<graphml xmlns="http://graphml.graphdrawing.org/xmlns">`+"\n"); err != nil {
		return err
	}
	for _, c := range slices.Concat(nodeColumns[2:], []string{"from", "to"}, fieldColumns()) {
		if _, err := fmt.Fprintf(w, `<key id="%s" for="all" attr.name="%s" attr.type="string"/>`+"\n", c, c); err != nil {
			return err
		}
	}
	if _, err := io.WriteString(w, `<graph id="zhitu" edgedefault="directed">`+"\n"); err != nil {
		return err
	}
	err := eachRecord(s, func(n graph.Node) error {
		return graphMLElement(w, fmt.Sprintf(`<node id="%s">`, n.ID), "</node>", nodeCells(n))
	}, func(e graph.Edge) error {
		return graphMLElement(w, fmt.Sprintf(`<edge id="%s" source="%s" target="%s">`, e.ID, e.From, e.To), "</edge>", edgeCells(e))
	})
	if err == nil {
		_, err = io.WriteString(w, "</graph>\n</graphml>\n")
	}
	return err
}

func graphMLElement(w io.Writer, begin, end string, cells map[string]string) error {
	var b strings.Builder
	b.WriteString(begin)
	for _, name := range slices.Sorted(maps.Keys(cells)) {
		if name == "record" || name == "id" || cells[name] == "" {
			continue
		}
		b.WriteString(`<data key="` + name + `">`)
		if err := xml.EscapeText(&b, []byte(cells[name])); err != nil {
			return err
		}
		b.WriteString("</data>")
	}
	b.WriteString(end + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// exportJSONLD writes standards, rules and certificates in the words of
// schema.org's Certification, as far as it has any; other records as Thing.
func exportJSONLD(w io.Writer, s Selection) error {
	if _, err := io.WriteString(w, `{"@context":{"@vocab":"https://schema.org/","zhitu":"urn:zhitu:"},"@graph":[`+"\n"); err != nil {
		return err
	}
	first := true
	write := func(v map[string]any) error {
		b, err := json.Marshal(v)
		if err != nil {
			return err
		}
		comma := ",\n"
		if first {
			comma, first = "", false
		}
		_, err = io.WriteString(w, comma+string(b))
		return err
	}
	err := eachRecord(s, func(n graph.Node) error { return write(jsonLDNode(n)) }, func(e graph.Edge) error {
		return write(map[string]any{"@id": "zhitu:" + string(e.ID), "@type": "zhitu:" + string(e.Kind), "zhitu:from": map[string]string{"@id": "zhitu:" + string(e.From)}, "zhitu:to": map[string]string{"@id": "zhitu:" + string(e.To)}, "zhitu:fields": e.Fields})
	})
	if err == nil {
		_, err = io.WriteString(w, "\n]}\n")
	}
	return err
}

func jsonLDNode(n graph.Node) map[string]any {
	v := map[string]any{"@id": "zhitu:" + string(n.ID), "@type": "Thing", "name": n.Name, "alternateName": n.Aliases, "zhitu:kind": n.Kind, "zhitu:fields": n.Fields}
	set := func(name, field string) {
		if text := n.Fields.Text(field); text != "" {
			v[name] = text
		}
	}
	switch n.Kind {
	case graph.Standard:
		v["@type"] = "CreativeWork"
		set("identifier", "code")
		set("datePublished", "issued")
	case graph.Rule:
		v["@type"] = "CreativeWork"
		set("identifier", "rule_no")
		set("datePublished", "issued")
	case graph.Certificate:
		v["@type"] = "Certification"
		set("certificationIdentification", "number")
		set("validFrom", "starts_on")
		set("expires", "ends_on")
		v["certificationStatus"] = "CertificationInactive"
		if status := n.Fields.Text("certificate_status"); status == "" || status == "valid" {
			v["certificationStatus"] = "CertificationActive"
		}
	case graph.OrganizationKind, graph.Firm:
		v["@type"] = "Organization"
	}
	return v
}

// exportCypher writes a script of CREATE statements for a Neo4j that holds
// nothing yet. Kinds come from the closed set, all else is quoted.
func exportCypher(w io.Writer, s Selection) error {
	return eachRecord(s, func(n graph.Node) error {
		if _, ok := graph.NodeSpecOf(n.Kind); !ok {
			return fmt.Errorf("node %s: kind %q is not in the schema", n.ID, n.Kind)
		}
		_, err := fmt.Fprintf(w, "CREATE (:Entity:%s %s);\n", n.Kind, cypherMap(nodeCells(n), n.Fields))
		return err
	}, func(e graph.Edge) error {
		if _, ok := graph.EdgeSpecOf(e.Kind); !ok {
			return fmt.Errorf("edge %s: kind %q is not in the schema", e.ID, e.Kind)
		}
		_, err := fmt.Fprintf(w, "MATCH (a:Entity {id: %s}) MATCH (b:Entity {id: %s}) CREATE (a)-[:%s %s]->(b);\n",
			cypherText(string(e.From)), cypherText(string(e.To)), e.Kind, cypherMap(edgeCells(e), e.Fields))
		return err
	})
}

func cypherMap(cells map[string]string, f graph.Fields) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(cells)) {
		switch {
		case name == "record" || name == "kind" || name == "from" || name == "to" || strings.HasPrefix(name, "fields.") || cells[name] == "":
		default:
			parts = append(parts, name+": "+cypherText(cells[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		parts = append(parts, name+": "+cypherValue(f[name]))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func cypherValue(v any) string {
	switch v := v.(type) {
	case string:
		return cypherText(v)
	case []string:
		items := make([]string, len(v))
		for i, s := range v {
			items[i] = cypherText(s)
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return jsonText(v)
}

// cypherText quotes s as JSON does: its escapes are Cypher's too.
func cypherText(s string) string { return jsonText(s) }
