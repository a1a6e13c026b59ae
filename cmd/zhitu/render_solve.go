package main

import (
	"fmt"
	"slices"
	"strings"

	"zhitu/graph"
	"zhitu/graph/answer"
)

// drawSolved prints what was understood and the solutions of the first problem:
// the one table that a factory owner reads.
func drawSolved(pr *printer, s answer.Solved, r reply) {
	pr.linef(pr.t("你问的：%s", "Asked: %s"), s.Understood.Text)
	if len(s.Understood.Codes) > 0 {
		pr.linef(pr.t("认出的编号：%s", "Codes: %s"), strings.Join(s.Understood.Codes, ", "))
	}
	if s.Solutions == nil {
		return
	}
	if len(s.Problems) > 1 {
		pr.title("理解为下列质量问题，以第一个作答", "Understood as; the first is answered", len(s.Problems))
		t := table{head: []string{pr.t("编号", "id"), pr.t("质量问题", "problem"), pr.t("产业链", "chain"), pr.t("契合", "score"), pr.t("凭什么", "why")}}
		for _, m := range s.Problems {
			t.add(string(m.ID), pr.ref(m.Ref), pr.refs(m.Chains), fmt.Sprintf("%.2f", m.Score), pr.matched(m.Matched))
		}
		pr.table(t)
	} else if len(s.Problems) == 1 {
		pr.linef(pr.t("凭%s认出", "Matched by %s"), pr.matched(s.Problems[0].Matched))
	}
	pr.solutions(*s.Solutions, r)
}

var matchFields = map[string][2]string{
	"id": {"编号", "id"}, "name": {"名称", "name"}, "alias": {"别名", "alias"}, "code": {"标准号", "code"}, "text": {"描述", "description"},
}

func (pr *printer) matched(list []answer.Match) string {
	var out []string
	for _, m := range list {
		field := m.Field
		if text, ok := matchFields[m.Field]; ok {
			field = pr.t(text[0], text[1])
		}
		out = append(out, field+pr.t("“", ` "`)+m.Text+pr.t("”", `"`))
	}
	return strings.Join(out, pr.t("、", ", "))
}

// solutions prints each list of an answer in its own section; lists are never
// mixed, and an empty one says that it is.
func (pr *printer) solutions(s answer.Solutions, r reply) {
	pr.problem(s.Problem)
	pr.standards(s.Standards, r)
	pr.rules(s.Rules, r)
	pr.certifiers(s.Certifiers, r)
	pr.laboratories(s.Laboratories)
	pr.cases(s.Cases)
	pr.policies(s.Policies)
	if len(s.Experts) > 0 {
		pr.title("专家", "Experts", len(s.Experts))
		for _, e := range s.Experts {
			pr.linef("  %s", pr.ref(e.Ref))
		}
	}
	pr.rejected(s.Rejected)
}

func (pr *printer) problem(p answer.ProblemRef) {
	pr.linef(pr.t("\n质量问题：%s（%s）", "\nProblem: %s (%s)"), pr.ref(p.Ref), p.ID)
	var facts []string
	add := func(zh, en, text string) {
		if text != "" {
			facts = append(facts, pr.t(zh+"：", en+": ")+text)
		}
	}
	add("产业链", "chain", pr.refs(p.Chains))
	add("环节", "segment", pr.refs(p.Segments))
	add("类别", "category", pr.term("category", p.Category))
	add("严重度", "severity", blankZero(p.Severity))
	add("问题状态", "status", pr.term("problem_status", p.Status))
	pr.linef("%s", strings.Join(facts, pr.t("；", "; ")))
	if p.Phenomenon != "" {
		pr.linef(pr.t("现象：%s", "Phenomenon: %s"), p.Phenomenon)
	}
}

// none says that a list is empty, in the only words that a graph is entitled to.
func (pr *printer) none(r reply) {
	pr.linef(pr.t("  本图谱截至 %s 未收录", "  not recorded in this graph as of %s"), r.AsOf)
}

func (pr *printer) standards(items []answer.StandardItem, r reply) {
	pr.title("标准", "Standards", len(items))
	if len(items) == 0 {
		pr.none(r)
		return
	}
	t := table{head: []string{pr.t("标准", "standard"), pr.t("结论", "verdict"), pr.t("理由", "reason")}}
	for _, i := range items {
		effect := pr.term("strength", i.Strength) + pr.t("：", ": ") + pr.terms("mechanism", i.Mechanism)
		t.add(pr.ref(i.Ref)+clauseText(pr, i.Clause), pr.verdict(i.Judged)+pr.t("，", ", ")+pr.standardStatus(i)+"\n"+effect, pr.reason(i.Judged))
	}
	pr.table(t)
}

func clauseText(pr *printer, clause string) string {
	if clause == "" {
		return ""
	}
	return pr.t(" 条款 ", ", clause ") + clause
}

// verdict marks a judgement that nobody has reviewed yet.
func (pr *printer) verdict(j answer.Judged) string {
	text := pr.term("applicability", j.Verdict)
	if j.State == graph.Draft {
		text += pr.t("（未复核）", " (draft)")
	}
	return text
}

func (pr *printer) reason(j answer.Judged) string {
	parts := []string{}
	if j.Reason != "" {
		parts = append(parts, j.Reason)
	}
	for _, only := range []struct{ zh, en, text string }{
		{"限产品", "for product", j.ForProduct}, {"限工序", "for process", j.ForProcess},
	} {
		if only.text != "" {
			parts = append(parts, pr.t("〔"+only.zh+" "+only.text+"〕", "["+only.en+" "+only.text+"]"))
		}
	}
	return strings.Join(parts, " ")
}

func (pr *printer) standardStatus(i answer.StandardItem) string {
	text := pr.term("status", string(i.Status))
	switch {
	case i.MayProduce != nil && i.MaySell != nil:
		text += pr.t("：", ": ") + pr.allowed(answer.EditionItem{MayProduce: i.MayProduce, MaySell: i.MaySell})
	case i.SellUntilMissing:
		text += pr.t("（销售期限未录）", " (sale limit not recorded)")
	}
	if i.Effective != "" && (i.Status == graph.StatusInForce || i.Status == graph.StatusUpcoming) {
		text += pr.t("（"+i.Effective+" 实施）", " (from "+i.Effective+")")
	}
	return text
}

func (pr *printer) rules(items []answer.RuleItem, r reply) {
	pr.title("认证规则", "Certification rules", len(items))
	if len(items) == 0 {
		pr.none(r)
		return
	}
	t := table{head: []string{
		pr.t("规则 / 实施细则", "rule / detail rules"), pr.t("结论", "verdict"), pr.t("依据与资格", "based on, eligibility"), pr.t("理由", "reason"),
	}}
	for _, i := range items {
		t.add(pr.ruleNames(i), pr.verdict(i.Judged)+pr.t("，", ", ")+pr.term("status", string(i.Status)), pr.ruleBasis(i), pr.reason(i.Judged))
	}
	pr.table(t)
}

func (pr *printer) ruleNames(i answer.RuleItem) string {
	lines := []string{pr.ref(i.Ref)}
	if i.Compulsory {
		lines[0] += pr.t("〔强制〕", " [compulsory]")
	}
	for _, d := range i.Details {
		lines = append(lines, pr.t("细则 ", "detail ")+pr.ref(d.Ref)+pr.t("：", ": ")+pr.term("status", string(d.Status)))
	}
	return strings.Join(lines, "\n")
}

func (pr *printer) ruleBasis(i answer.RuleItem) string {
	var lines []string
	if len(i.BasedOn) > 0 {
		codes := make([]string, len(i.BasedOn))
		for n, s := range i.BasedOn {
			codes[n] = shortRef(s)
		}
		lines = append(lines, pr.t("依据 ", "based on ")+strings.Join(codes, pr.t("、", ", ")))
	}
	if i.Eligible != "" {
		lines = append(lines, pr.t("资格 ", "eligibility: ")+i.Eligible)
	}
	if i.Link == "derived" {
		lines = append(lines, pr.t("经所依据的标准推得", "derived through its standard"))
	}
	return strings.Join(lines, "\n")
}

func (pr *printer) certifiers(items []answer.Certifier, r reply) {
	pr.title("认证机构（按批准号排列，不分先后）", "Certifiers, by approval number: no ranking", len(items))
	if len(items) == 0 {
		pr.none(r)
		return
	}
	t := table{head: []string{pr.t("批准号", "approval"), pr.t("机构", "certifier"), pr.t("可用性", "verdict"), pr.t("可认证的规则", "rules")}}
	for _, c := range items {
		number := c.ApprovalNo
		if number == "" {
			number = pr.t("未收录", "not recorded")
		}
		ref := c.Ref
		ref.Code = "" // stands in the first column
		t.add(number, pr.ref(ref), pr.certifierVerdict(c), pr.authorizations(c.Rules))
	}
	pr.table(t)
}

func (pr *printer) certifierVerdict(c answer.Certifier) string {
	if c.Verdict == "applicable" {
		return pr.t("有授权", "authorized")
	}
	return pr.term("applicability", c.Verdict) + pr.t("：", ": ") + pr.authReason(c.Reason)
}

// authReasons are why an authorization is to review.
var authReasons = map[string][2]string{
	"scope_not_recorded": {"范围未录", "scope not recorded"},
	"evidence_level_0":   {"仅分析者所知", "analyst's knowledge only"},
	"not_started":        {"是否已生效未知", "may not have begun"},
	"expired":            {"是否已到期未知", "may have expired"},
}

func (pr *printer) authReason(code string) string {
	if text, ok := authReasons[code]; ok {
		return pr.t(text[0], text[1])
	}
	return strings.ReplaceAll(code, "_", " ")
}

// authorizations lists each rule once. What an authorization names is told
// where it is a scheme or a detail rule: the layer that "who can certify" hangs
// on. An older version of the same rule says nothing more.
func (pr *printer) authorizations(list []answer.Authorization) string {
	var out []string
	undated := 0
	for _, a := range list {
		text := shortRef(a.Rule)
		if a.Via.ID != a.Rule.ID && (a.Via.Kind == graph.Scheme || a.Type == "filed") {
			text += pr.t("（经 ", " (via ") + shortRef(a.Via) + pr.t("）", ")")
		}
		if a.Undated {
			undated++
		}
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	text := strings.Join(out, pr.t("；", "; "))
	if undated == len(list) {
		text += pr.t("〔授权日期未录〕", " [dates not recorded]")
	}
	return text
}

func (pr *printer) laboratories(items []answer.Laboratory) {
	if len(items) == 0 {
		return
	}
	pr.title("检测机构", "Laboratories", len(items))
	t := table{head: []string{pr.t("机构", "laboratory"), pr.t("资质", "accreditation"), pr.t("能测", "tests")}}
	for _, l := range items {
		var tests []string
		for _, c := range l.Capabilities {
			text := ""
			if c.Characteristic != nil {
				text = pr.ref(*c.Characteristic)
			}
			if c.Method != nil {
				text = strings.TrimSpace(text + pr.t(" 按 ", " by ") + shortRef(*c.Method))
			}
			if text != "" && !slices.Contains(tests, text) {
				tests = append(tests, text)
			}
		}
		t.add(pr.ref(l.Ref), strings.Join(l.Accredited, pr.t("；", "; ")), strings.Join(tests, pr.t("；", "; ")))
	}
	pr.table(t)
}

func (pr *printer) cases(items []answer.CaseItem) {
	if len(items) == 0 {
		return
	}
	pr.title("案例", "Cases", len(items))
	t := table{head: []string{pr.t("案例", "case"), pr.t("怎么做的", "actions"), pr.t("用到", "used")}}
	for _, c := range items {
		t.add(pr.ref(c.Ref), strings.Join(c.Actions, pr.t("；", "; ")), pr.refs(c.Used))
	}
	pr.table(t)
}

func (pr *printer) policies(items []answer.PolicyItem) {
	if len(items) == 0 {
		return
	}
	pr.title("能出钱的政策", "Policies that pay", len(items))
	t := table{head: []string{pr.t("政策", "policy"), pr.t("工具", "tool"), pr.t("额度", "amount"), pr.t("对象", "for whom"), pr.t("有效期", "until")}}
	for _, p := range items {
		until := strings.Trim(p.Starts+"–"+p.Ends, "–")
		t.add(pr.ref(p.Ref), p.Tool, p.Amount, p.ForWhom, until)
	}
	pr.table(t)
}

func (pr *printer) rejected(items []answer.Rejected) {
	if len(items) == 0 {
		return
	}
	pr.title("看着相关、其实不适用", "Looks right, is not applicable", len(items))
	t := table{head: []string{pr.t("标准 / 规则", "standard / rule"), pr.t("适用性", "verdict"), pr.t("理由", "reason")}}
	for _, i := range items {
		t.add(pr.ref(i.Ref), pr.verdict(i.Judged), pr.reason(i.Judged))
	}
	pr.table(t)
}
