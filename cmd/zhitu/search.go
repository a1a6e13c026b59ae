package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhitu/graph"
	"zhitu/graph/answer"
	"zhitu/search"
)

// searchFilters are the flags that narrow a search; each may be given twice.
var searchFilters = []string{"kind", "chain", "region", "position", "status", "severity", "state"}

func runSearch(ctx context.Context, p program, args []string) error {
	cmd := mustFind("search")
	fs := p.newFlags(cmd)
	finish := configFlags(fs, p.getenv, "data", "query-timeout", "illustrative")
	query := url.Values{}
	for _, name := range searchFilters {
		fs.Func(name, "`A,B` 只要这些 only these", func(v string) error {
			for _, item := range strings.Split(v, ",") {
				query.Add(name, strings.TrimSpace(item))
			}
			return nil
		})
	}
	sort := fs.String("sort", "", "`name|date|severity|kind` 排序，前加 - 则倒序 order, - before it turns it round (default: by score)")
	size := fs.Int("page-size", 20, "`N` 每页条数 hits on a page")
	token := fs.String("page-token", "", "`TOKEN` 下一页 the next page")
	a := asking{}
	fs.StringVar(&a.asOf, "as-of", "", "`DATE` 查询日 the date of statuses")
	a.output.flags(p, fs)
	args, err := p.parse(cmd, fs, args)
	if err != nil {
		return err
	}
	c, err := finish()
	if err != nil {
		return err
	}
	q := search.Query{Text: strings.Join(args, " "), Filters: query, Sort: *sort, PageSize: *size, PageToken: *token, IncludeTotal: true, Highlight: true}
	raw, err := p.search(ctx, c, q, &a)
	if err != nil {
		return err
	}
	if a.output.json {
		return writeIndented(p, raw)
	}
	var page search.Page
	if err := json.Unmarshal(raw, &page); err != nil {
		return fmt.Errorf("answer to search: %w", err)
	}
	pr := p.printer(a.output.lang)
	pr.page(page)
	return pr.flush(p.stdout)
}

// search asks the index of the folder, or the server that holds it.
func (p program) search(ctx context.Context, c config, q search.Query, a *asking) ([]byte, error) {
	asOf, err := a.date(time.Now())
	if err != nil {
		return nil, err
	}
	g, server, err := p.openOrServer(ctx, c)
	switch {
	case err != nil:
		return nil, err
	case server != nil:
		ctx, cancel := context.WithTimeout(ctx, c.QueryTimeout)
		defer cancel()
		return patiently(ctx, func() ([]byte, error) { return server.search(ctx, p, q, a.asOf) })
	}
	defer g.Close()
	if err := g.seedNew(ctx, c.Illustrative, p.stderr); err != nil {
		return nil, err
	}
	x, err := g.openIndex(ctx, c, search.Options{})
	if err != nil {
		return nil, err
	}
	defer x.Close()
	s := g.ledger.Snapshot()
	if err := caughtUp(ctx, x, s.Seq()); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.QueryTimeout)
	defer cancel()
	page, err := x.Search(ctx, graph.NewView(s, s.Seq(), graph.Scope{AsOf: asOf}), q)
	if len(graph.InvalidErrors(err)) > 0 {
		return nil, &usageError{err: err}
	}
	if err != nil {
		return nil, err
	}
	return encoded(page)
}

func (s *server) search(ctx context.Context, p program, q search.Query, asOf string) ([]byte, error) {
	v := url.Values{"q": {q.Text}, "include_total": {"true"}, "highlight": {"true"}, "page_size": {strconv.Itoa(q.PageSize)}}
	for name, values := range q.Filters {
		v.Set(name, strings.Join(values, ","))
	}
	for name, value := range map[string]string{"sort": q.Sort, "page_token": q.PageToken, "as_of": asOf} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return s.do(ctx, "GET", answer.Root+"/search?"+v.Encode(), nil, p.lang(), "")
}

// page prints hits as a table.
func (pr *printer) page(page search.Page) {
	if page.Total != nil {
		pr.linef(pr.t("共 %d 条", "%d hits"), *page.Total)
	}
	for _, line := range []struct{ zh, en, text string }{
		{"您是否要找", "Did you mean", page.Hint}, {"您是否要找", "Did you mean", page.DidYouMean},
	} {
		if line.text != "" {
			pr.linef("%s: %s", pr.t(line.zh, line.en), line.text)
		}
	}
	t := table{head: []string{pr.t("编号", "id"), pr.t("类型", "kind"), pr.t("名称", "name"), pr.t("状态", "status"), pr.t("凭什么", "why")}}
	for _, h := range page.Items {
		var why []string
		for _, m := range h.Matched {
			text := fieldLabel(pr, m.Field)
			if m.Text != "" {
				text += " " + m.Text
			}
			if !slices.Contains(why, text) {
				why = append(why, text)
			}
		}
		if len(why) == 0 && len(h.Highlights) > 0 {
			why = append(why, plainHighlight(h.Highlights[0].HTML))
		}
		t.add(string(h.ID), pr.kindLabel(string(h.Kind)), h.Name, pr.term("status", string(h.Status)), strings.Join(why, pr.t("；", "; ")))
	}
	if len(page.Items) > 0 {
		pr.table(t)
	}
	if page.NextPageToken != "" {
		pr.linef(pr.t("下一页 -page-token %s", "more: -page-token %s"), page.NextPageToken)
	}
}

func fieldLabel(pr *printer, field string) string {
	if text, ok := matchFields[field]; ok {
		return pr.t(text[0], text[1])
	}
	return map[string]string{"pinyin": pr.t("拼音", "pinyin"), "initials": pr.t("首字母", "initials")}[field]
}

// plainHighlight turns a piece of HTML back into text, 【 】 where it was marked.
func plainHighlight(s string) string {
	s = strings.NewReplacer("<mark>", "【", "</mark>", "】").Replace(s)
	return html.UnescapeString(s)
}

func runReindex(ctx context.Context, p program, args []string) (err error) {
	cmd := mustFind("reindex")
	fs := p.newFlags(cmd)
	finish := configFlags(fs, p.getenv, "data")
	args, err = p.parse(cmd, fs, args)
	if err != nil {
		return err
	}
	c, err := finish()
	if err != nil {
		return err
	}
	if err := noArguments(args); err != nil {
		return err
	}
	g, x, err := p.openBoth(ctx, c)
	if err != nil {
		return p.held(ctx, c, err)
	}
	defer func() { err = errors.Join(err, x.Close(), g.Close()) }()
	begun := time.Now()
	if err := x.Rebuild(ctx); err != nil {
		return err
	}
	status := x.Status()
	fmt.Fprintf(p.stdout, "索引已重建 rebuilt: %d 篇 documents, 序号 seq %d, %.1f s\n", status.Documents, status.Seq, time.Since(begun).Seconds())
	return nil
}
