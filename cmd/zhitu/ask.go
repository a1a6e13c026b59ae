package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhitu/graph"
	"zhitu/graph/answer"
)

// questionCommands makes one command of every question of the registry: its
// parameters become flags, those of the path and the free text arguments.
func questionCommands() []command {
	var out []command
	for _, q := range answer.Registry() {
		out = append(out, command{name: q.Name, args: usageArgs(q), zh: q.Zh + "：" + q.DocZh, en: q.Doc, run: runQuestion(q)})
	}
	return out
}

// positional tells whether p is an argument and not a flag.
func positional(p answer.Param) bool {
	return p.In == "path" || p.In == "query" && p.Required && p.Type == "text"
}

func usageArgs(q answer.Question) string {
	var args []string
	for _, p := range q.Params {
		switch {
		case p.In == "path":
			args = append(args, strings.ToUpper(p.Name))
		case positional(p):
			args = append(args, "TEXT")
		}
	}
	return strings.Join(append(args, "[flags]"), " ")
}

// asking is one question as it was typed.
type asking struct {
	question answer.Question
	path     map[string]string
	query    url.Values
	body     map[string]any
	asOf     string
	seq      string
	output   output

	everything bool
}

func runQuestion(q answer.Question) func(context.Context, program, []string) error {
	return func(ctx context.Context, p program, args []string) error {
		cmd := command{name: q.Name, args: usageArgs(q), zh: q.DocZh, en: q.Doc}
		fs := p.newFlags(cmd)
		finish := configFlags(fs, p.getenv, "data", "query-timeout", "illustrative")
		a := asking{question: q, path: map[string]string{}, query: url.Values{}, body: map[string]any{}}
		a.flags(fs)
		a.output.flags(p, fs)
		args, err := p.parse(cmd, fs, args)
		if err != nil {
			return err
		}
		c, err := finish()
		if err != nil {
			return err
		}
		if err := a.arguments(args); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, c.QueryTimeout)
		defer cancel()
		raw, err := p.answerTo(ctx, c, &a)
		if err != nil {
			return err
		}
		return a.output.show(p, q.Name, raw)
	}
}

func (a *asking) flags(fs *flag.FlagSet) {
	for _, p := range a.question.Params {
		if positional(p) {
			continue
		}
		usage := paramUsage(p)
		if p.Type == "boolean" {
			fs.BoolFunc(p.Name, usage, func(v string) error { return a.take(p, v) })
			continue
		}
		fs.Func(p.Name, usage, func(v string) error { return a.take(p, v) })
	}
	fs.StringVar(&a.asOf, "as-of", "", "`DATE` 查询日 the date that the answer is about (default today in Asia/Shanghai)")
	fs.BoolVar(&a.everything, "everything", false, "含非公开记录 what is not public too; a running server wants ZHITU_TOKEN for it")
	fs.StringVar(&a.seq, "seq", "", "`N` 图的序号 the graph at this sequence number")
}

func paramUsage(p answer.Param) string {
	name := map[string]string{"id": "ID", "integer": "N", "date": "DATE", "list": "A,B", "object": "JSON|@FILE", "text": "TEXT"}[p.Type]
	usage := ""
	if name != "" {
		usage = "`" + name + "` "
	}
	usage += strings.TrimSpace(p.Zh + " " + p.Doc)
	if len(p.Enum) > 0 && len(p.Enum) <= 12 {
		usage += ": " + strings.Join(p.Enum, " | ")
	}
	if p.Default != "" {
		usage += fmt.Sprintf(" (默认 default %s)", p.Default)
	}
	return usage
}

// take keeps one flag: as text for the query, typed for the body of a POST.
func (a *asking) take(p answer.Param, v string) error {
	if p.In != "body" {
		a.query.Add(p.Name, v)
		return nil
	}
	value, err := bodyValue(p, v)
	a.body[p.Name] = value
	return err
}

func bodyValue(p answer.Param, v string) (any, error) {
	switch p.Type {
	case "integer":
		return strconv.Atoi(v)
	case "boolean":
		return strconv.ParseBool(v)
	case "list":
		return strings.Split(v, ","), nil
	case "object":
		b := []byte(v)
		if name, ok := strings.CutPrefix(v, "@"); ok {
			var err error
			if b, err = os.ReadFile(name); err != nil {
				return nil, err
			}
		}
		if !json.Valid(b) {
			return nil, errors.New("is no JSON")
		}
		return json.RawMessage(b), nil
	}
	return v, nil
}

// arguments hands out what stood between the flags. Several words for one
// free text are that text: nobody should have to quote a sentence.
func (a *asking) arguments(args []string) error {
	for _, p := range a.question.Params {
		switch {
		case !positional(p):
		case p.In == "query":
			if text := strings.TrimSpace(strings.Join(args, " ")); text != "" {
				a.query.Set(p.Name, text)
			}
			args = nil
		case len(args) == 0:
			return usagef("缺少参数 missing %s: zhitu %s %s", strings.ToUpper(p.Name), a.question.Name, usageArgs(a.question))
		default:
			a.path[p.Name], args = args[0], args[1:]
		}
	}
	return noArguments(args)
}

// bind checks the parameters against the registry. A mistake in them is one of
// usage, reported under the name of the flag.
func (a *asking) bind() (params any, err error) {
	var body []byte
	if a.question.Method != "GET" {
		if body, err = json.Marshal(a.body); err != nil {
			return nil, fmt.Errorf("body of %s: %w", a.question.Name, err)
		}
	}
	params, err = a.question.Bind(a.path, a.query, body)
	if err != nil {
		return nil, &usageError{err: a.asTyped(err)}
	}
	return params, nil
}

// asTyped names what is wrong as the user gave it: a flag with its dash, an
// argument as the usage line has it.
func (a *asking) asTyped(err error) error {
	var out []error
	for _, e := range graph.InvalidErrors(err) {
		c := *e
		c.Field = "-" + e.Field
		for _, p := range a.question.Params {
			if p.Name == e.Field && p.In == "path" {
				c.Field = strings.ToUpper(p.Name)
			} else if p.Name == e.Field && positional(p) {
				c.Field = "TEXT"
			}
		}
		out = append(out, &c)
	}
	if len(out) == 0 {
		return err
	}
	return errors.Join(out...)
}

// date returns the date asked for.
func (a *asking) date(now time.Time) (graph.Date, error) {
	if a.asOf == "" {
		return graph.DateAt(now), nil
	}
	d, err := graph.ParseDate(a.asOf)
	if err != nil {
		return 0, usagef("-as-of: %s: want YYYY-MM-DD", a.asOf)
	}
	return d, nil
}

func (a *asking) pinnedSeq() (graph.Seq, error) {
	if a.seq == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(a.seq, 10, 64)
	if err != nil || n < 1 {
		return 0, usagef("-seq: %s: want a number from 1", a.seq)
	}
	return graph.Seq(n), nil
}

// url returns the address of the same question below the root of the API.
func (a *asking) url() string {
	path := a.question.Path
	for name, v := range a.path {
		path = strings.Replace(path, ":"+name, url.PathEscape(v), 1)
	}
	query := url.Values{}
	for name, values := range a.query {
		query[name] = slices.Clone(values)
	}
	if a.asOf != "" {
		query.Set("as_of", a.asOf)
	}
	if a.seq != "" {
		query.Set("seq", a.seq)
	}
	if len(query) == 0 {
		return answer.Root + path
	}
	return answer.Root + path + "?" + query.Encode()
}
