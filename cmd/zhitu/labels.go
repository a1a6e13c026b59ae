package main

import (
	"fmt"

	"zhitu/graph"
	"zhitu/graph/answer"
)

// labels are the words of the tables, by the name in the API. The glossary
// (docs/glossary.md) fixes both.
var labels = map[string]string{
	"id": "编号", "kind": "类型", "name": "名称", "code": "标准号/编号", "problem": "质量问题", "problems": "质量问题",
	"standard": "标准", "standards": "标准", "rule": "认证规则", "rules": "认证规则", "certifiers": "认证机构", "laboratories": "检测机构",
	"experts": "专家", "cases": "案例", "policies": "政策", "rejected": "不适用", "verdict": "适用性", "reason": "理由",
	"status": "状态", "state": "记录状态", "strength": "强度", "mechanism": "机制", "clause": "条款", "chain": "产业链", "chains": "产业链",
	"segment": "环节", "segments": "环节", "firms": "企业", "firm": "企业", "product": "产品", "products": "产品", "process": "工序",
	"covered": "已覆盖", "solved": "已破解", "total": "合计", "totals": "合计", "depth": "层数", "levels": "层", "nodes": "节点",
	"edges": "边", "path": "路径", "paths": "路径", "length": "长度", "score": "得分", "matched": "命中", "highlights": "高亮",
	"class": "缺口类型", "why": "原因", "class_at_best": "最好情形", "missing": "待补事实", "dropped": "被排除的标准",
	"next_action": "下一步", "affected": "受影响", "counts": "计数", "metric": "指标", "value": "值", "unit": "单位", "basis": "口径",
	"quote": "摘句", "source": "来源", "reported": "报告数", "editions": "版本", "issued": "发布", "effective": "实施",
	"withdrawn": "废止", "produce_until": "生产截止", "sell_until": "销售截止", "replaced_by": "被代替于", "replaces": "代替",
	"approval_no": "批准号", "authorization_type": "授权", "region": "区域", "scope": "范围", "evidence": "证据", "items": "条目",
	"severity": "严重度", "category": "类别", "problem_status": "问题状态", "types": "类型", "aliases": "别名", "degree": "度",
	"start": "起点", "suggestion": "建议", "weight": "权重", "terms": "分项", "contribution": "贡献", "uncovered": "未覆盖",
	"to_review": "待核", "prerequisites": "前置", "shared": "可共用", "members": "成员", "matrix": "矩阵", "compulsory": "必办",
	"minimal": "最少组合", "alternatives": "备选", "ties": "并列数", "optimal": "已证最优", "lower_bound": "下界", "credit": "抵扣",
	"only_a": "只在甲", "only_b": "只在乙", "changed": "有改动", "year": "年", "count": "数量", "edge_kind": "关系", "from": "自", "to": "至",
	"declared": "人工认定", "computed": "计算认定", "threshold": "阈值", "supplier": "供应商", "effects": "影响", "modes": "模式",
	"causes": "起因", "prevention": "预防", "detection": "探测", "downstream": "下游", "upstream": "上游", "date": "日期",
}

// termOf says which vocabulary the codes of a member come from.
var termOf = map[string]string{
	"verdict": "applicability", "status": "status", "state": "state", "strength": "strength", "mechanism": "mechanism",
	"class": "gap_class", "class_at_best": "gap_class", "problem_status": "problem_status", "category": "category",
	"authorization_type": "authorization_type", "position": "position", "severity": "severity", "tier": "tier", "modes": "mode",
}

// warning spells out w. "Not recorded" names the date, because that is all it
// speaks about; the rest stands in the catalogue.
func (pr *printer) warning(w answer.Warning, r reply) string {
	switch w.Code {
	case "not_recorded":
		text := fmt.Sprintf(pr.t("本图谱截至 %s 未收录更多；“未收录”不等于“不存在”", "as of %s this graph records no more; not recorded does not mean that none exists"), r.AsOf)
		if w.Detail == "" {
			return text
		}
		return text + pr.t("（", " (") + w.Detail + pr.t("）", ")")
	case "no_endorsement":
		return pr.t("本结果不构成推荐或背书；机构按批准号排列，不分先后", "this is no recommendation or endorsement; certifiers stand in the order of their approval numbers")
	}
	return graph.Message(pr.lang, w.Code, &graph.InvalidError{Value: w.Detail})
}

// kindLabel returns what a kind of node is called.
func (pr *printer) kindLabel(kind string) string {
	if spec, ok := graph.NodeSpecOf(graph.NodeKind(kind)); ok {
		return pr.t(spec.Zh, kind)
	}
	return kind
}
