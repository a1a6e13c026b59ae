package answer

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"zhitu/graph"
	"zhitu/graph/chainmap"
)

// ReportParams asks for 一图三清单 of a chain.
type ReportParams struct {
	ID   graph.ID `path:"id" kind:"Chain" zh:"产业链" doc:"the chain"`
	Lang string   `query:"lang" enum:"zh,en" default:"zh" zh:"语言" doc:"of the headings; contents stay as recorded"`
}

// ChainReport is the ministry's deliverable: the quality map and the lists of
// problems, key projects and policy tools. Its rows are keyed values, so that
// which columns are shown, in which order and under which heading is data
// (ReportSheets), not code.
type ChainReport struct {
	Chain    Ref          `json:"chain"`
	Map      chainmap.Map `json:"map"`
	Nodes    []ReportRow  `json:"nodes"`    // 质量图谱：节点
	Edges    []ReportRow  `json:"edges"`    // 质量图谱：关系
	Problems []ReportRow  `json:"problems"` // 质量问题清单
	Projects []ReportRow  `json:"projects"` // 重点攻关项目清单
	Policies []ReportRow  `json:"policies"` // 质量政策工具清单
}

// ReportRow is one row: the id of its record first, then what the columns may
// show of it.
type ReportRow map[string]string

func reportQuestion() Question {
	return declare(Question{
		Name: "report", Zh: "一图三清单", Path: "/chains/:id/report", Asks: []string{"E11"},
		Doc:   "The deliverable of a chain: quality map, problem list, project list, policy-tool list",
		DocZh: "一条链的一图三清单：质量图谱、质量问题清单、重点攻关项目清单、质量政策工具清单",
	}, chainReport)
}

func chainReport(ctx context.Context, a *Asked, p ReportParams) (ChainReport, error) {
	model, err := chainModel(ctx, a, p.ID)
	if err != nil {
		return ChainReport{}, err
	}
	f := newFacts(a.View)
	n, err := a.node(ctx, p.ID, graph.Chain)
	if err != nil {
		return ChainReport{}, err
	}
	s, err := f.sideOf(ctx, a, refOf(n), []graph.ID{p.ID})
	if err != nil {
		return ChainReport{}, err
	}
	if _, err := f.expand(ctx, s.problems, inward(graph.Targets)); err != nil {
		return ChainReport{}, err
	}
	w := reportWriter{asked: a, facts: f, side: s, chain: p.ID}
	out := ChainReport{Chain: refOf(n), Map: chainmap.Layout(model, chainmap.Options{})}
	if err := w.sources(ctx); err != nil {
		return out, err
	}
	out.Nodes, out.Edges = w.nodes(), w.edges()
	out.Problems, out.Projects, out.Policies = w.problems(), w.projects(), w.policies()
	return out, nil
}

// reportWriter turns records into rows.
type reportWriter struct {
	asked  *Asked
	facts  *facts
	side   *side
	chain  graph.ID
	titles map[graph.ID]string
}

// sources reads the titles of every source that the rows cite.
func (w *reportWriter) sources(ctx context.Context) error {
	cited := map[graph.ID]bool{}
	for _, n := range w.facts.nodes {
		for _, e := range n.Evidence {
			cited[e.Source] = true
		}
	}
	for _, e := range w.side.edges {
		for _, item := range e.Evidence {
			cited[item.Source] = true
		}
	}
	delete(cited, "")
	nodes, err := w.asked.View.Records().Nodes(ctx, sortedIDs(cited))
	if err != nil {
		return err
	}
	w.titles = map[graph.ID]string{}
	for _, n := range nodes {
		w.titles[n.ID] = n.Name
	}
	return nil
}

// evidence cites the best items as text: title, quote, level.
func (w *reportWriter) evidence(items []graph.Evidence) string {
	items = slices.Clone(items)
	slices.SortStableFunc(items, func(x, y graph.Evidence) int { return cmp.Compare(y.Level, x.Level) })
	var out []string
	for _, e := range items {
		text := cmp.Or(w.titles[e.Source], e.CollectedBy)
		if e.Quote != "" {
			text += "：“" + e.Quote + "”"
		}
		if e.Field != "" {
			text += "（" + e.Field + "＝" + e.Value + "）"
		}
		out = append(out, text+"［"+strconv.Itoa(e.Level)+" 级］")
	}
	return strings.Join(out, "；")
}

// dated is the newest date that the evidence bears.
func dated(items []graph.Evidence) string {
	newest := ""
	for _, e := range items {
		newest = max(newest, e.CollectedAt)
	}
	return newest
}

func labelOf(vocabulary, code string) string {
	v, _ := graph.VocabularyOf(vocabulary)
	return v.Label(code)
}

func labelsOf(vocabulary string, codes []string) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = labelOf(vocabulary, c)
	}
	return strings.Join(out, "、")
}

func (w *reportWriter) row(n *graph.Node) ReportRow {
	w.asked.use(n)
	row := ReportRow{
		"id": string(n.ID), "name": n.Name, "kind": string(n.Kind), "code": codeOf(n), "aliases": strings.Join(n.Aliases, "、"),
		"state": labelOf("state", n.State.String()), "evidence": w.evidence(n.Evidence), "date": dated(n.Evidence),
		"note": n.Fields.Text("note"), "verified": labelOf("verified", n.Fields.Text("verified")),
	}
	if spec, ok := graph.NodeSpecOf(n.Kind); ok {
		row["kind_zh"] = spec.Zh
	}
	if n.Fields.Flag("illustrative") {
		row["mark"] = "示例"
	}
	return row
}

func (w *reportWriter) nodes() []ReportRow {
	rows := []ReportRow{}
	for _, id := range sortedIDs(w.side.nodes) {
		row := w.row(w.side.nodes[id])
		switch n := w.side.nodes[id]; n.Kind {
		case graph.Standard, graph.Rule:
			row["status"] = labelOf("status", string(w.facts.status(id).Status))
		case graph.Segment:
			row["position"] = labelOf("position", n.Fields.Text("position"))
		case graph.Problem:
			row["status"] = labelOf("problem_status", problemStatus(n, w.asked.View.AsOf()))
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(x, y ReportRow) int { return cmp.Compare(x["kind"], y["kind"]) })
	return rows
}

func (w *reportWriter) edges() []ReportRow {
	rows := []ReportRow{}
	for _, id := range sortedIDs(w.side.edges) {
		e := w.side.edges[id]
		from, to := w.facts.nodes[e.From], w.facts.nodes[e.To]
		if from == nil || to == nil {
			continue
		}
		spec, _ := graph.EdgeSpecOf(e.Kind)
		rows = append(rows, ReportRow{
			"id": string(id), "kind": string(e.Kind), "kind_zh": spec.Zh, "from": string(e.From), "from_name": from.Name,
			"to": string(e.To), "to_name": to.Name, "state": labelOf("state", e.State.String()),
			"verdict":  labelOf("applicability", e.Fields.Text("applicability_verdict")),
			"strength": labelOf("strength", e.Fields.Text("strength")), "mechanism": labelsOf("mechanism", e.Fields.Texts("mechanism")),
			"clause": e.Fields.Text("clause"), "reason": e.Fields.Text("applicability_reason"), "goods": e.Fields.Text("goods"),
			"note": e.Fields.Text("note"), "evidence": w.evidence(e.Evidence), "date": dated(e.Evidence),
		})
	}
	slices.SortStableFunc(rows, func(x, y ReportRow) int { return cmp.Compare(x["kind"], y["kind"]) })
	return rows
}

func (w *reportWriter) problems() []ReportRow {
	rows := []ReportRow{}
	f := w.facts
	for _, id := range w.side.problems {
		n := f.nodes[id]
		row := w.row(n)
		class, why := ladder{facts: f, problem: id}.class(atWorst)
		best, _ := ladder{facts: f, problem: id}.class(atBest)
		ref := f.problemRef(id)
		row["segment"] = namesText(ref.Segments)
		row["category"], row["types"] = labelOf("category", ref.Category), labelsOf("problem_type", n.Fields.Texts("types"))
		row["severity"] = strconv.FormatInt(ref.Severity, 10)
		row["severity_zh"] = labelOf("severity", row["severity"])
		row["problem_status"] = labelOf("problem_status", ref.Status)
		row["phenomenon"] = ref.Phenomenon
		row["process"], row["product"] = n.Fields.Text("process_text"), n.Fields.Text("product_text")
		row["causes"], row["effects"] = strings.Join(n.Fields.Texts("cause_texts"), "；"), strings.Join(n.Fields.Texts("effects"), "；")
		row["class"], row["class_at_best"] = "已覆盖", "已覆盖"
		if class != "" {
			row["class"] = labelOf("gap_class", class)
			row["next_action"] = nextAction(class, why, best)
		}
		if best != "" {
			row["class_at_best"] = labelOf("gap_class", best)
		}
		row["gap_notes"] = strings.Join(n.Fields.Texts("gap_notes"), "；")
		row["standards"], row["rejected"], row["rules"] = w.solutionsOf(id)
		row["handler"], row["deadline"] = n.Fields.Text("handler"), n.Fields.Text("deadline")
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(x, y ReportRow) int { return cmp.Compare(y["severity"], x["severity"]) })
	return rows
}

func namesText(refs []Ref) string {
	out := make([]string, len(refs))
	for i, r := range refs {
		out[i] = r.Name
	}
	return strings.Join(out, "、")
}

// solutionsOf lists, as text, the standards with their verdict and status, the
// rejected with the reason, and the rules.
func (w *reportWriter) solutionsOf(problem graph.ID) (standards, rejected, rules string) {
	s := solver{asked: &Asked{View: w.asked.View, used: map[graph.ID]bool{}}, facts: w.facts, problem: problem}
	var no []Rejected
	items := s.standards(&no)
	ruleItems, _ := s.rules(&no)
	var texts, bad, certs []string
	for _, i := range items {
		texts = append(texts, cmp.Or(i.Code, i.Name)+"（"+labelOf("applicability", i.Verdict)+"，"+labelOf("strength", i.Strength)+"，"+labelOf("status", string(i.Status))+"）")
	}
	for _, i := range no {
		bad = append(bad, cmp.Or(i.Code, i.Name)+"："+i.Reason)
	}
	for _, i := range ruleItems {
		certs = append(certs, cmp.Or(i.Code, i.Name)+"（"+labelOf("applicability", i.Verdict)+"，"+labelOf("strength", i.Strength)+"，"+labelOf("status", string(i.Status))+"）")
	}
	return strings.Join(texts, "；"), strings.Join(bad, "；"), strings.Join(certs, "；")
}

// projects are those that target a problem of the chain or apply to it.
func (w *reportWriter) projects() []ReportRow {
	f := w.facts
	targets := map[graph.ID][]string{}
	for _, p := range w.side.problems {
		for _, e := range f.into(p, graph.Targets) {
			targets[e.From] = append(targets[e.From], f.nodes[p].Name)
		}
	}
	for _, e := range f.into(w.chain, graph.AppliesTo) {
		if f.nodes[e.From].Kind == graph.Project && targets[e.From] == nil {
			targets[e.From] = []string{}
		}
	}
	rows := []ReportRow{}
	for _, id := range sortedIDs(targets) {
		n := f.nodes[id]
		row := w.row(n)
		row["targets"] = strings.Join(targets[id], "；")
		row["lead"], row["members"] = n.Fields.Text("lead"), strings.Join(n.Fields.Texts("members"), "、")
		row["initiated_on"], row["verified_on"], row["closed_on"] = n.Fields.Text("initiated_on"), n.Fields.Text("verified_on"), n.Fields.Text("closed_on")
		row["metric_before"], row["metric_after"] = n.Fields.Text("metric_before"), n.Fields.Text("metric_after")
		rows = append(rows, row)
	}
	return rows
}

// policies are those that apply to the chain or fund it, valid on the date.
func (w *reportWriter) policies() []ReportRow {
	f := w.facts
	found := map[graph.ID]bool{}
	for _, k := range []graph.EdgeKind{graph.AppliesTo, graph.Funds} {
		for _, e := range f.into(w.chain, k) {
			if f.nodes[e.From].Kind == graph.Policy {
				found[e.From] = true
			}
		}
	}
	rows := []ReportRow{}
	for _, id := range sortedIDs(found) {
		n := f.nodes[id]
		row := w.row(n)
		for _, field := range []string{"doc_no", "issuer", "tool", "amount", "for_whom", "starts_on", "ends_on", "quote", "office"} {
			row[field] = n.Fields.Text(field)
		}
		rows = append(rows, row)
	}
	return rows
}

// ChainNodes returns the nodes that belong to a chain as the report shows it.
func ChainNodes(ctx context.Context, view *graph.View, chain graph.ID) (map[graph.ID]bool, error) {
	a := probe(view)
	n, err := a.node(ctx, chain, graph.Chain)
	if err != nil {
		return nil, err
	}
	s, err := newFacts(view).sideOf(ctx, a, refOf(n), []graph.ID{chain})
	if err != nil {
		return nil, err
	}
	ids := map[graph.ID]bool{chain: true}
	for id := range s.nodes {
		ids[id] = true
	}
	return ids, nil
}
