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
	"causes": "起因", "phenomenon": "现象", "suppliers": "供应商", "means": "含义", "formula": "公式", "policy": "权重方案", "stability": "稳定性",
	"weights": "权重", "below_minimum": "问题不足两个、不排名的环节", "stable_top": "稳定的前几名", "trials": "试算次数", "kendall_tau": "次序一致度",
	"share": "占比", "reach": "波及下游", "leaders": "波及链主", "single_source": "单一来源",
	"coverage_gap": "覆盖缺口", "rate": "覆盖率", "weighted_rate": "加权覆盖率", "role": "角色", "scheme": "制度", "by": "由", "covers": "覆盖",
	"new": "新增", "open": "未了", "group": "分组", "given": "给的", "canonical": "规范写法", "match": "对上", "usable": "可用", "unknown": "未知", "versions": "版本", "eligible": "资格", "eligibility": "资格条件", "weight_total": "权重合计", "without": "少了它则未覆盖", "required_for": "为谁前置", "size": "张数", "coverable": "可覆盖", "ineligible": "资格不符",
	"audit_saving": "审核人日节省", "at_most": "上限", "new_coverage": "新增覆盖数", "lost": "失去", "gained": "新增", "action": "动作",
	"event": "事件", "address": "地址", "issuer": "发布者", "level": "级别", "title": "题名", "subject": "对象",
	"period": "期间", "bound": "约数", "tool": "工具", "amount": "额度", "for_whom": "对象", "starts_on": "起", "ends_on": "止", "actions": "措施",
	"used": "用到", "accreditation": "资质", "capabilities": "能力", "characteristic": "特性", "method": "方法", "in_catalogue": "在目录内",
	"compulsory_rules": "强制性规则", "mandatory_standards": "强制性标准", "edition": "版本", "valid": "有效", "replacement": "代替者",
	"a": "甲", "b": "乙", "features": "特征", "decision": "判定", "shares": "占比", "unreviewed": "未复核", "conflicting": "互相矛盾", "stale": "过期",
	"unsourced": "无来源", "inferred": "推断", "field": "字段", "before": "之前", "after": "之后", "difference": "差异", "cost": "费用", "held": "已持有", "prevention": "预防", "detection": "探测", "downstream": "下游", "upstream": "上游", "date": "日期",
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
