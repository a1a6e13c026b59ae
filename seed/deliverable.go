package seed

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"zhitu/graph/answer"
	"zhitu/graph/chainmap"
)

// The deliverable 一图三清单 as files. Which columns stand on which sheet, in
// which order and under which heading is data (layout/report.json): no
// official layout is public, and each ministry will want its own.

//go:embed layout/report.json
var reportLayout []byte

//go:embed layout/report.html
var reportPage string

type layout struct {
	Sheets []sheetLayout `json:"sheets"`
}

type sheetLayout struct {
	Rows    string         `json:"rows"`
	Zh      string         `json:"zh"`
	En      string         `json:"en"`
	Columns []columnLayout `json:"columns"`
}

type columnLayout struct {
	Key   string  `json:"key"`
	Zh    string  `json:"zh"`
	En    string  `json:"en"`
	Width float64 `json:"width"`
	// WideOnly columns stand in the workbook and not on paper.
	WideOnly bool `json:"wide_only"`
}

func (s sheetLayout) title(lang string) string { return pick(lang, s.Zh, s.En) }

func (c columnLayout) title(lang string) string { return pick(lang, c.Zh, c.En) }

func pick(lang, zh, en string) string {
	if lang == "en" {
		return en
	}
	return zh
}

func readLayout() (layout, error) {
	var l layout
	if err := json.Unmarshal(reportLayout, &l); err != nil {
		return l, fmt.Errorf("layout of the report: %w", err)
	}
	return l, nil
}

func rowsOf(r answer.ChainReport, name string) []answer.ReportRow {
	switch name {
	case "nodes":
		return r.Nodes
	case "edges":
		return r.Edges
	case "problems":
		return r.Problems
	case "projects":
		return r.Projects
	case "policies":
		return r.Policies
	}
	return nil
}

// stamp says what a printed report is a state of.
func stamp(env answer.Envelope, lang string) [][2]string {
	rows := [][2]string{
		{pick(lang, "查询日", "as of"), env.AsOf.String()},
		{pick(lang, "图谱序号", "sequence number"), fmt.Sprint(env.Seq)},
		{pick(lang, "指纹", "fingerprint"), env.Fingerprint},
		{pick(lang, "重放", "replay"), env.Replay},
		{pick(lang, "范围内已审记录占比", "reviewed share"), fmt.Sprintf("%.1f %% (%d / %d)", 100*env.Coverage.ReviewedShare, env.Coverage.Reviewed, env.Coverage.Nodes)},
		{pick(lang, "最新证据", "newest evidence"), env.Coverage.NewestEvidence},
		{pick(lang, "说明", "note"), pick(lang, "空白与“未覆盖”只说明本图谱截至查询日未收录，不表示不存在；机构名单不构成推荐或背书；标“示例”者为虚构。",
			"Blank and uncovered mean: not recorded in this graph as of the date, never that it does not exist. Lists of organizations are no endorsement. What is marked 示例 is invented.")},
	}
	for _, t := range env.TruncatedBy {
		rows = append(rows, [2]string{pick(lang, "截断", "truncated by"), t})
	}
	return rows
}

// WriteReportXLSX writes the report that env holds as one workbook: the four
// lists and a sheet that says what they are a state of.
func WriteReportXLSX(w io.Writer, env answer.Envelope, lang string) error {
	r, ok := env.Answer.(answer.ChainReport)
	if !ok {
		return fmt.Errorf("report: the answer is a %T", env.Answer)
	}
	l, err := readLayout()
	if err != nil {
		return err
	}
	book := excelize.NewFile()
	defer book.Close()
	head, err := book.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EDF3"}},
		Alignment: &excelize.Alignment{Vertical: "top", WrapText: true},
	})
	if err != nil {
		return fmt.Errorf("report: style: %w", err)
	}
	for _, s := range l.Sheets {
		if err := writeSheet(book, s, rowsOf(r, s.Rows), head, lang); err != nil {
			return fmt.Errorf("report: sheet %s: %w", s.En, err)
		}
	}
	if err := writeStamp(book, r, env, lang); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if err := book.DeleteSheet("Sheet1"); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	book.SetActiveSheet(0)
	if _, err := book.WriteTo(w); err != nil {
		return fmt.Errorf("report: write: %w", err)
	}
	return nil
}

func writeSheet(book *excelize.File, s sheetLayout, rows []answer.ReportRow, head int, lang string) error {
	name := s.title(lang)
	if _, err := book.NewSheet(name); err != nil {
		return err
	}
	out, err := book.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, c := range s.Columns {
		if err := out.SetColWidth(i+1, i+1, c.Width); err != nil {
			return err
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, XSplit: 2, TopLeftCell: "C2", ActivePane: "bottomRight"}); err != nil {
		return err
	}
	titles := make([]any, len(s.Columns))
	for i, c := range s.Columns {
		titles[i] = excelize.Cell{StyleID: head, Value: c.title(lang)}
	}
	if err := out.SetRow("A1", titles); err != nil {
		return err
	}
	for i, row := range rows {
		cells := make([]any, len(s.Columns))
		for j, c := range s.Columns {
			cells[j] = neutralCell(row[c.Key])
		}
		at, err := excelize.CoordinatesToCellName(1, i+2)
		if err != nil {
			return err
		}
		if err := out.SetRow(at, cells); err != nil {
			return err
		}
	}
	return out.Flush()
}

func writeStamp(book *excelize.File, r answer.ChainReport, env answer.Envelope, lang string) error {
	name := pick(lang, "说明", "About")
	if _, err := book.NewSheet(name); err != nil {
		return err
	}
	if err := book.SetColWidth(name, "A", "A", 22); err != nil {
		return err
	}
	if err := book.SetColWidth(name, "B", "B", 100); err != nil {
		return err
	}
	rows := append([][2]string{{pick(lang, "产业链", "chain"), r.Chain.Name}, {pick(lang, "编号", "id"), string(r.Chain.ID)}}, stamp(env, lang)...)
	for i, row := range rows {
		for j, text := range row {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				return err
			}
			if err := book.SetCellStr(name, at, neutralCell(text)); err != nil {
				return err
			}
		}
	}
	return nil
}

// ReadReportXLSX reads the rows of a workbook that WriteReportXLSX wrote, by
// the name that the layout gives them (problems, nodes …).
func ReadReportXLSX(r io.Reader, lang string) (map[string][]answer.ReportRow, error) {
	l, err := readLayout()
	if err != nil {
		return nil, err
	}
	book, err := excelize.OpenReader(r)
	if err != nil {
		return nil, fmt.Errorf("report: not a workbook: %w", err)
	}
	defer book.Close()
	out := map[string][]answer.ReportRow{}
	for _, s := range l.Sheets {
		rows, err := book.GetRows(s.title(lang))
		if err != nil {
			return nil, fmt.Errorf("report: sheet %s: %w", s.title(lang), err)
		}
		out[s.Rows] = []answer.ReportRow{}
		for _, cells := range rows[min(1, len(rows)):] {
			row := answer.ReportRow{}
			for i, c := range s.Columns {
				if i < len(cells) && cells[i] != "" {
					row[c.Key] = originalCell(cells[i])
				}
			}
			out[s.Rows] = append(out[s.Rows], row)
		}
	}
	return out, nil
}

// reportView is what the printable page shows.
type reportView struct {
	Lang   string
	Title  string
	Map    template.HTML // our own SVG, whose texts are escaped
	Sheets []reportTable
	Stamp  [][2]string
}

type reportTable struct {
	Title   string
	Columns []string
	Widths  []int // tenths of a per cent, for the page's columns
	Rows    [][]string
}

// WriteReportHTML writes the report that env holds as one page that needs
// nothing else: no request, no script, no font.
func WriteReportHTML(w io.Writer, env answer.Envelope, lang string) error {
	r, ok := env.Answer.(answer.ChainReport)
	if !ok {
		return fmt.Errorf("report: the answer is a %T", env.Answer)
	}
	l, err := readLayout()
	if err != nil {
		return err
	}
	page, err := template.New("report").Parse(reportPage)
	if err != nil {
		return fmt.Errorf("report: page: %w", err)
	}
	var svg strings.Builder
	if err := chainmap.WriteSVG(&svg, r.Map, chainmap.WordsOf(lang)); err != nil {
		return err
	}
	view := reportView{
		Lang: pick(lang, "zh-CN", "en"), Title: r.Chain.Name + pick(lang, " 一图三清单", " – quality map and three lists"),
		Map: template.HTML(svg.String()), Stamp: stamp(env, lang), //nolint:gosec // WriteSVG escapes every text
	}
	for _, s := range l.Sheets {
		view.Sheets = append(view.Sheets, tableOf(s, rowsOf(r, s.Rows), lang))
	}
	if err := page.Execute(w, view); err != nil {
		return fmt.Errorf("report: write: %w", err)
	}
	return nil
}

// tableOf leaves out columns that are empty in every row and those that only a
// workbook has room for: paper is narrow.
func tableOf(s sheetLayout, rows []answer.ReportRow, lang string) reportTable {
	columns := slices.DeleteFunc(slices.Clone(s.Columns), func(c columnLayout) bool {
		return c.WideOnly || !slices.ContainsFunc(rows, func(r answer.ReportRow) bool { return r[c.Key] != "" })
	})
	t := reportTable{Title: s.title(lang)}
	whole := 0.0
	for _, c := range columns {
		whole += c.Width
	}
	for _, c := range columns {
		t.Columns = append(t.Columns, c.title(lang))
		t.Widths = append(t.Widths, int(1000*c.Width/whole))
	}
	for _, row := range rows {
		cells := make([]string, len(columns))
		for i, c := range columns {
			cells[i] = row[c.Key]
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}
