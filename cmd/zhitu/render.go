package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"zhitu/graph"
	"zhitu/graph/answer"
)

// draw prints the answer to the question called name: some are drawn for the
// people who ask them, every other as whatever it holds.
func draw(pr *printer, name string, r reply) error {
	switch name {
	case "solve":
		return of(drawSolved)(pr, r)
	case "solutions":
		return of((*printer).solutions)(pr, r)
	case "gaps":
		return of(drawGaps)(pr, r)
	case "upstream", "downstream":
		return of(drawLevels)(pr, r)
	case "overview":
		return of(drawOverview)(pr, r)
	case "paths":
		return of(drawPaths)(pr, r)
	case "timeline":
		return of(drawTimeline)(pr, r)
	case "ask":
		return renderAsk(pr, r)
	}
	return renderAny(pr, r)
}

// of reads the answer back into its type: what is drawn is what the API gives,
// whether it was computed here or by a server.
func of[A any](draw func(*printer, A, reply)) func(*printer, reply) error {
	return func(pr *printer, r reply) error {
		var ans A
		if err := json.Unmarshal(r.Answer, &ans); err != nil {
			return fmt.Errorf("reading it back: %w", err)
		}
		draw(pr, ans, r)
		return nil
	}
}

// ref names a thing: by code and name, invented ones marked.
func (pr *printer) ref(r answer.Ref) string {
	text := r.Name
	if r.Code != "" && !strings.Contains(text, r.Code) {
		text = r.Code + " " + text
	}
	switch {
	case r.Illustrative && !strings.HasPrefix(r.Name, "示例"):
		text += pr.t("（示例）", " (invented)")
	case r.Synthetic:
		text += pr.t("（合成）", " (synthetic)")
	}
	return text
}

func (pr *printer) refs(list []answer.Ref) string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = pr.ref(r)
	}
	return strings.Join(out, pr.t("；", "; "))
}

func drawGaps(pr *printer, g answer.Gaps, _ reply) {
	var counts []string
	v, _ := graph.VocabularyOf("gap_class")
	for _, class := range v.Codes() {
		if n := g.Counts[class]; n > 0 {
			counts = append(counts, fmt.Sprintf("%s %d", pr.term("gap_class", class), n))
		}
	}
	pr.linef(pr.t("看了 %d 个质量问题，其中 %d 个有缺口：%s", "%d problems looked at, %d with a gap: %s"),
		g.Total, len(g.Items), strings.Join(counts, pr.t("，", ", ")))
	t := table{head: []string{
		pr.t("质量问题", "problem"), pr.t("断在哪", "class"), pr.t("缺什么 / 排除了什么", "missing / dropped"),
	}}
	for _, item := range g.Items {
		t.add(pr.gapProblem(item.Problem), pr.gapClass(item), pr.gapDetail(item))
	}
	fmt.Fprintln(&pr.b)
	pr.table(t)
}

func (pr *printer) gapProblem(p answer.ProblemRef) string {
	facts := []string{string(p.ID)}
	if len(p.Segments) > 0 {
		facts = append(facts, pr.refs(p.Segments))
	}
	if p.Severity > 0 {
		facts = append(facts, fmt.Sprintf(pr.t("严重度 %d", "severity %d"), p.Severity))
	}
	return pr.ref(p.Ref) + "\n" + strings.Join(facts, pr.t("，", ", "))
}

// gapClass is the rung, how sure it is, and what would close the gap.
func (pr *printer) gapClass(g answer.Gap) string {
	text := pr.term("gap_class", g.Class)
	if g.Why != "" {
		text += pr.t("（", " (") + pr.code("why", g.Why) + pr.t("）", ")")
	}
	return text + "\n" + pr.atBest(g) + "\n" + pr.t("→ ", "→ ") + pr.code("next", g.NextAction)
}

func (pr *printer) atBest(g answer.Gap) string {
	switch {
	case g.ClassAtBest == nil:
		return pr.t("待核：可能已覆盖", "to review: maybe covered")
	case *g.ClassAtBest == g.Class:
		return pr.t("确定", "certain")
	}
	return pr.t("待核：", "to review: ") + pr.term("gap_class", *g.ClassAtBest)
}

const maxNamedPerGap = 3

// gapDetail names the first few facts that are missing and standards that were
// dropped, and counts the rest.
func (pr *printer) gapDetail(g answer.Gap) string {
	var parts []string
	for i, m := range g.Missing {
		if i == maxNamedPerGap {
			parts = append(parts, fmt.Sprintf(pr.t("另有待补 %d 项", "%d more missing"), len(g.Missing)-i))
			break
		}
		parts = append(parts, pr.code("missing", m.Code)+pr.t("：", ": ")+shortRef(m.Ref))
	}
	for i, d := range g.Dropped {
		if i == maxNamedPerGap {
			parts = append(parts, fmt.Sprintf(pr.t("另有排除 %d 项", "%d more dropped"), len(g.Dropped)-i))
			break
		}
		parts = append(parts, pr.code("dropped", d.Why)+pr.t("：", ": ")+shortRef(d.Ref))
	}
	return strings.Join(parts, pr.t("；", "; "))
}

func shortRef(r answer.Ref) string {
	if r.Code != "" {
		return r.Code
	}
	return r.Name
}

// codeTexts are the codes of answers that stand in no vocabulary.
var codeTexts = map[string][2]string{
	"why/dates_unknown":               {"日期未录", "dates not recorded"},
	"why/upcoming":                    {"尚未实施", "not yet in force"},
	"why/withdrawn":                   {"已废止或被代替", "withdrawn or replaced"},
	"next/standard":                   {"补标准", "a standard"},
	"next/dates":                      {"补录日期", "record the dates"},
	"next/rule":                       {"补认证规则", "a certification rule"},
	"next/test_capability":            {"补检测能力", "a test method or capability"},
	"next/certifier":                  {"补认证机构", "a certifier"},
	"next/review":                     {"复核待核事实", "review the open facts"},
	"missing/dates_unknown":           {"日期未录", "dates not recorded"},
	"missing/applicability_to_review": {"适用性待核", "applicability to review"},
	"missing/not_reviewed":            {"判断未复核", "judgement not reviewed"},
	"missing/authorization_to_review": {"授权待核", "authorization to review"},
	"dropped/not_applicable":          {"不适用", "not applicable"},
	"dropped/to_review":               {"待核", "to review"},
	"dropped/test_method_only":        {"只是试验方法", "test method only"},
	"dropped/terms_only":              {"只是术语", "terms only"},
}

func (pr *printer) code(list, code string) string {
	if text, ok := codeTexts[list+"/"+code]; ok {
		return pr.t(text[0], text[1])
	}
	return strings.ReplaceAll(code, "_", " ")
}

func drawLevels(pr *printer, l answer.Levels, _ reply) {
	pr.linef(pr.t("起点：%s；共 %d 个节点", "From %s: %d nodes"), pr.refs(l.Start), l.Total)
	for _, level := range l.Levels {
		fmt.Fprintf(&pr.b, pr.t("\n【第 %d 层】 (%d)\n", "\ndepth %d (%d)\n"), level.Depth, len(level.Nodes))
		t := table{head: []string{
			pr.t("节点", "node"), pr.t("类型", "kind"), pr.t("质量问题", "problems"), pr.t("度", "degree"), pr.t("路径", "path"),
		}}
		for _, n := range level.Nodes {
			var problems []string
			for _, p := range n.Problems {
				problems = append(problems, pr.walkProblem(p))
			}
			t.add(
				fmt.Sprintf("%s %s", n.ID, pr.ref(n.Ref)), pr.kindLabel(string(n.Kind)),
				strings.Join(problems, "\n"), strconv.Itoa(n.Degree), arrows(n.Path),
			)
		}
		pr.table(t)
	}
	if l.Total == 0 {
		pr.linef("%s", pr.t("没有查到：本图谱未收录。", "Nothing: this graph records none."))
	}
}

func (pr *printer) walkProblem(p answer.WalkProblem) string {
	text := pr.ref(p.Ref)
	var marks []string
	if p.Severity > 0 {
		marks = append(marks, fmt.Sprintf(pr.t("严重度 %d", "severity %d"), p.Severity))
	}
	if p.Firms > 0 {
		marks = append(marks, fmt.Sprintf(pr.t("%d 家报告", "%d firms report"), p.Firms))
	}
	if len(marks) > 0 {
		text += pr.t("（", " (") + strings.Join(marks, pr.t("，", ", ")) + pr.t("）", ")")
	}
	return text
}

func arrows(p answer.Path) string {
	names := make([]string, len(p.Nodes))
	for i, id := range p.Nodes {
		names[i] = string(id)
	}
	return strings.Join(names, " → ")
}

func drawOverview(pr *printer, o answer.Overview, _ reply) {
	t := table{head: []string{
		pr.t("产业链", "chain"), pr.t("环节", "segments"), pr.t("企业", "firms"), pr.t("问题", "problems"), pr.t("已覆盖", "covered"),
		pr.t("已破解", "solved"), pr.t("标准", "standards"), pr.t("规则", "rules"), pr.t("机构", "certifiers"), pr.t("实验室", "labs"),
	}}
	for _, c := range o.Chains {
		cells := []string{pr.ref(c.Chain)}
		for _, n := range []int{c.Segments, c.Firms, c.Problems, c.Covered, c.Solved, c.Standards, c.Rules, c.Certifiers, c.Laboratories} {
			cells = append(cells, strconv.Itoa(n))
		}
		t.add(cells...)
	}
	pr.table(t)
	pr.title("来源报告的数（是指标，不是图内计数，不相加）", "Reported by sources: metrics, never counts of this graph", len(o.Reported))
	reported := table{head: []string{pr.t("对象", "subject"), pr.t("指标", "metric"), pr.t("值", "value"), pr.t("原句", "quote")}}
	subject := ""
	for _, m := range o.Reported {
		name := m.Name
		if m.Basis != "" {
			name += pr.t("（", " (") + m.Basis + pr.t("）", ")")
		}
		reported.add(unlessSame(&subject, pr.ref(m.Subject)), name, reportedValue(m, pr), m.Quote)
	}
	pr.table(reported)
}

// drawPaths prints each path as a line of names joined by the edges followed.
func drawPaths(pr *printer, a answer.PathsAnswer, _ reply) {
	t := table{head: []string{pr.t("长度", "length"), pr.t("路径", "path")}}
	for _, found := range a.Paths {
		var b strings.Builder
		for i, name := range found.Names {
			if i > 0 {
				hop := found.Hops[i-1]
				left, right := " ─", "→ "
				if !hop.Forward {
					left, right = " ←", "─ "
				}
				b.WriteString(left + edgeLabel(pr, hop.EdgeKind) + right)
			}
			b.WriteString(pr.ref(name))
		}
		t.add(strconv.Itoa(found.Length), b.String())
	}
	if len(a.Paths) == 0 {
		pr.linef("%s", pr.t("没有查到路径：本图谱未收录，或超过最大长度。", "No path: not recorded in this graph, or longer than the limit."))
		return
	}
	pr.table(t)
}

func edgeLabel(pr *printer, k graph.EdgeKind) string {
	if spec, ok := graph.EdgeSpecOf(k); ok {
		return pr.t(spec.Zh, string(k))
	}
	return string(k)
}

// unlessSame returns text, or nothing when the row above has the same.
func unlessSame(above *string, text string) string {
	if *above == text {
		return ""
	}
	*above = text
	return text
}

func reportedValue(m answer.Reported, pr *printer) string {
	number := func(f *float64) string { return strconv.FormatFloat(*f, 'f', -1, 64) }
	text := m.Text
	switch {
	case m.Value != nil:
		text = number(m.Value)
	case m.Low != nil && m.High != nil:
		text = number(m.Low) + "–" + number(m.High)
	}
	if m.Bound != "" {
		text = pr.term("bound", m.Bound) + " " + text
	}
	return strings.TrimSpace(text + " " + m.Unit)
}

func drawTimeline(pr *printer, tl answer.Timeline, r reply) {
	pr.linef(pr.t("%s，查询日 %s", "%s, as of %s"), pr.ref(tl.Standard), r.AsOf)
	t := table{head: []string{
		pr.t("版本", "edition"), pr.t("状态", "status"), pr.t("发布", "issued"), pr.t("实施", "effective"), pr.t("旧版可生产至", "make until"),
		pr.t("旧版可销售至", "sell until"), pr.t("今天还能", "allowed"), pr.t("被代替于", "replaced by"),
	}}
	for _, e := range tl.Editions {
		t.add(
			pr.ref(e.Ref), pr.term("status", string(e.Status)), e.Issued, e.Effective, e.ProduceUntil, e.SellUntil,
			pr.allowed(e), pr.refs(e.ReplacedBy),
		)
	}
	pr.table(t)
	if len(tl.Rules) == 0 {
		return
	}
	pr.title("依据它的认证规则", "Rules that rest on it", len(tl.Rules))
	rules := table{head: []string{pr.t("规则", "rule"), pr.t("状态", "status"), pr.t("实施", "effective"), pr.t("查到的最新版", "latest recorded")}}
	for _, rule := range tl.Rules {
		rules.add(pr.ref(rule.Ref), pr.term("status", string(rule.Status)), rule.Effective, pr.yesNo(rule.Latest))
	}
	pr.table(rules)
}

func (pr *printer) yesNo(b bool) string {
	if b {
		return pr.t("是", "yes")
	}
	return pr.t("否", "no")
}

// allowed says what an old edition in transition still allows.
func (pr *printer) allowed(e answer.EditionItem) string {
	if e.MayProduce == nil || e.MaySell == nil {
		if e.SellMissing {
			return pr.t("销售期限未录", "sale limit not recorded")
		}
		return ""
	}
	produce, sell := pr.t("不得生产", "no making"), pr.t("不得销售", "no selling")
	if *e.MayProduce {
		produce = pr.t("可生产", "make")
	}
	if *e.MaySell {
		sell = pr.t("可销售", "sell")
	}
	return produce + pr.t("，", ", ") + sell
}

func blankZero(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
