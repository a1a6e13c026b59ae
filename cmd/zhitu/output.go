package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"

	"zhitu/graph"
	"zhitu/graph/answer"
)

// output is how an answer is printed.
type output struct {
	json bool
	lang graph.Lang
}

func (o *output) flags(p program, fs *flag.FlagSet) {
	fs.BoolVar(&o.json, "json", false, "输出 JSON for programs: the answer as the API gives it")
	o.lang = p.lang()
	fs.Func("lang", "`zh|en` 语言 language of the table (默认随 LANG default by LANG, else zh)", func(v string) error {
		o.lang = graph.Lang(v)
		if o.lang != graph.Chinese && o.lang != graph.English {
			return errors.New("want zh or en")
		}
		return nil
	})
}

// reply is an answer as the API gives it, from this process or from a server.
type reply struct {
	Answer      json.RawMessage  `json:"answer"`
	Complete    bool             `json:"complete"`
	TruncatedBy []string         `json:"truncated_by"`
	Warnings    []answer.Warning `json:"warnings"`
	Coverage    answer.Statement `json:"coverage"`
	AsOf        graph.Date       `json:"as_of"`
	Seq         graph.Seq        `json:"seq"`
	Fingerprint string           `json:"fingerprint"`
	Replay      string           `json:"replay"`
}

// show prints the answer raw to the question called name.
func (o *output) show(p program, name string, raw []byte) error {
	if o.json {
		return writeIndented(p, raw)
	}
	var r reply
	if err := json.Unmarshal(raw, &r); err != nil {
		return fmt.Errorf("answer to %s: %w", name, err)
	}
	pr := p.printer(o.lang)
	if err := draw(pr, name, r); err != nil {
		return fmt.Errorf("answer to %s: %w", name, err)
	}
	pr.foot(r)
	return pr.flush(p.stdout)
}

func writeIndented(p program, raw []byte) error {
	var b bytes.Buffer
	if err := json.Indent(&b, bytes.TrimSpace(raw), "", "  "); err != nil {
		return fmt.Errorf("JSON of the answer: %w", err)
	}
	b.WriteByte('\n')
	_, err := p.stdout.Write(b.Bytes())
	return err
}

// printer lays out text for people. What it prints is gathered first, so that
// an answer that cannot be shown leaves nothing half shown.
type printer struct {
	lang    graph.Lang
	columns int
	b       bytes.Buffer
}

const defaultColumns = 100

func (p program) printer(lang graph.Lang) *printer {
	columns, err := strconv.Atoi(p.getenv("COLUMNS"))
	if err != nil || columns < 40 || columns > 400 {
		columns = defaultColumns
	}
	return &printer{lang: lang, columns: columns}
}

func (pr *printer) flush(w io.Writer) error {
	_, err := w.Write(pr.b.Bytes())
	return err
}

// t returns the one of two texts that is of the printer's language.
func (pr *printer) t(zh, en string) string {
	if pr.lang == graph.English {
		return en
	}
	return zh
}

func (pr *printer) linef(format string, args ...any) {
	for _, line := range wrap(fmt.Sprintf(format, args...), pr.columns) {
		fmt.Fprintln(&pr.b, line)
	}
}

// title begins a section.
func (pr *printer) title(zh, en string, count int) {
	fmt.Fprintf(&pr.b, "\n%s (%d)\n", pr.t("【"+zh+"】", en), count)
}

func (pr *printer) table(t table) { t.write(&pr.b, 2, pr.columns) }

// term returns the label of a code in the reader's language.
func (pr *printer) term(vocabulary, code string) string {
	if v, ok := graph.VocabularyOf(vocabulary); ok && pr.lang != graph.English {
		return v.Label(code)
	}
	return strings.ReplaceAll(code, "_", " ")
}

func (pr *printer) terms(vocabulary string, codes []string) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = pr.term(vocabulary, c)
	}
	return strings.Join(out, pr.t("、", ", "))
}

// label returns how a reader calls a member of an answer.
func (pr *printer) label(name string) string {
	if pr.lang != graph.English {
		if zh, ok := labels[name]; ok {
			return zh
		}
	}
	return strings.ReplaceAll(name, "_", " ")
}

// foot prints what holds for every answer: what is missing, what to know, on
// what it rests and how to have it again.
func (pr *printer) foot(r reply) {
	fmt.Fprintln(&pr.b)
	if !r.Complete {
		pr.linef(pr.t("注意：答案被截断，触及上限：%s", "Truncated, limits hit: %s"), strings.Join(r.TruncatedBy, ", "))
	}
	for _, w := range r.Warnings {
		pr.linef("%s%s", pr.t("注：", "Note: "), pr.warning(w, r))
	}
	c := r.Coverage
	pr.linef(pr.t("依据：涉及节点 %d 个，其中已审 %d 个；引用来源 %d 个%s",
		"Rests on %d nodes, %d of them reviewed; %d sources%s"), c.Nodes, c.Reviewed, c.Sources, pr.newest(c))
	pr.linef(pr.t("查询日 %s · 图序号 %d · 指纹 %s", "As of %s · seq %d · fingerprint %s"), r.AsOf, r.Seq, r.Fingerprint)
	fmt.Fprintln(&pr.b, pr.t("复现", "Replay"), r.Replay) // in one piece, to be copied
}

func (pr *printer) newest(c answer.Statement) string {
	if c.NewestEvidence == "" {
		return ""
	}
	return pr.t("，最新证据 ", ", newest evidence ") + c.NewestEvidence
}
