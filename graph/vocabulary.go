package graph

import "slices"

// VocabularyTerm is one code of a controlled vocabulary with its Chinese.
type VocabularyTerm struct {
	Code string `json:"code"`
	Zh   string `json:"zh"`
}

// Vocabulary is a closed list of codes; the seed's vocab.json says where each
// list comes from.
type Vocabulary struct {
	Name  string           `json:"name"`
	Zh    string           `json:"zh"`
	Terms []VocabularyTerm `json:"terms"`
}

// Vocabularies returns every controlled vocabulary.
func Vocabularies() []Vocabulary { return vocabularies }

// VocabularyOf returns the vocabulary called name.
func VocabularyOf(name string) (Vocabulary, bool) {
	i := slices.IndexFunc(vocabularies, func(v Vocabulary) bool { return v.Name == name })
	if i < 0 {
		return Vocabulary{}, false
	}
	return vocabularies[i], true
}

// Label returns the Chinese of code, or code itself where the list lacks it.
func (v Vocabulary) Label(code string) string {
	for _, t := range v.Terms {
		if t.Code == code {
			return t.Zh
		}
	}
	return code
}

// Has tells whether code is a term of v.
func (v Vocabulary) Has(code string) bool {
	return slices.ContainsFunc(v.Terms, func(t VocabularyTerm) bool { return t.Code == code })
}

// Codes returns the codes of v in their order.
func (v Vocabulary) Codes() []string {
	out := make([]string, len(v.Terms))
	for i, t := range v.Terms {
		out[i] = t.Code
	}
	return out
}

// vocabulary builds one list from pairs of code and Chinese.
func vocabulary(name, zh string, pairs ...string) Vocabulary {
	v := Vocabulary{Name: name, Zh: zh}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Terms = append(v.Terms, VocabularyTerm{Code: pairs[i], Zh: pairs[i+1]})
	}
	return v
}

var vocabularies = []Vocabulary{
	vocabulary("verified", "核实程度", "source", "公开页原文见到", "partial", "部分见到，部分判断", "analyst", "分析者所知"),
	vocabulary("position", "位置", "upstream", "上游", "midstream", "中游", "downstream", "下游"),
	vocabulary("process_timing", "实施时机", "continuous", "连续", "after_fabrication", "加工成形后"),
	vocabulary("in_catalogue", "是否在目录内", "yes", "是", "no", "否", "not_recorded", "未收录"),
	vocabulary("firm_size", "企业规模", "large", "大型", "medium", "中型", "small", "小型", "micro", "微型"),
	vocabulary("maturity", "成熟级别", "starting", "初创级", "growing", "发展级", "leaping", "跨越级"),
	vocabulary("firm_role", "企业角色",
		"chain_leader", "链主", "leading_firm", "龙头企业", "little_giant", "专精特新小巨人", "specialized_sme", "专精特新中小企业",
		"innovative_sme", "创新型中小企业", "supplier", "供应商", "small_micro", "小微企业"),
	vocabulary("organization_type", "组织类型",
		"certifier", "认证机构", "laboratory", "检测机构", "metrology_institute", "计量机构", "association", "行业协会", "park", "产业园区",
		"authority", "政府部门", "foreign_authority", "境外主管机关", "research_institute", "科研院所", "standards_body", "标准化机构",
		"consortium", "质量技术创新联合体"),
	vocabulary("category", "问题类别", "QM", "质量管理", "QT", "质量技术", "QI", "质量基础设施", "BR", "质量品牌"),
	vocabulary("problem_type", "问题类型",
		"common", "共性问题", "individual", "个性问题", "key_bottleneck", "关键瓶颈", "choke_point", "卡点", "blockage", "堵点",
		"shortfall", "短板"),
	vocabulary("problem_status", "问题状态",
		"unverified", "待核实", "confirmed", "已确认", "in_progress", "攻关中", "solved", "已破解", "recurred", "已复发", "merged", "已并入",
		"rejected", "不成立"),
	vocabulary("severity", "严重度",
		"5", "安全或法规红线", "4", "主要功能丧失/整批拒收", "3", "性能下降/返工", "2", "外观或轻微不便", "1", "可忽略"),
	vocabulary("tier", "标准层级",
		"national_mandatory", "强制性国家标准", "national_voluntary", "推荐性国家标准", "national_guide", "国家标准化指导性技术文件",
		"industry", "行业标准", "local", "地方标准", "association", "团体标准", "enterprise_own", "企业标准", "international", "国际标准",
		"foreign", "国外/区域标准", "industry_group", "行业联盟标准", "metrology", "计量技术规范/检定规程"),
	vocabulary("mode", "认证模式",
		"type_test", "型式试验", "initial_factory_inspection", "初始工厂检查",
		"capability_and_consistency", "企业质量保证能力和产品一致性检查", "follow_up_inspection", "获证后跟踪检查",
		"production_sampling", "生产现场抽样检测", "market_sampling", "市场抽样检测", "self_declaration", "自我声明",
		"management_audit", "管理体系审核", "service_evaluation", "服务特性测评", "surveillance", "获证后监督",
		"technical_verification", "技术验证", "site_review", "现场审核", "site_check", "现场核查", "document_review", "文件审查"),
	vocabulary("certificate_status", "证书状态",
		"valid", "有效", "suspended", "暂停", "revoked", "撤销", "terminated", "注销", "expired", "过期失效"),
	vocabulary("mechanism", "机制",
		"REQ", "规定要求/限值", "TEST", "规定试验方法", "PROC", "过程控制要求", "MGMT", "管理体系要求", "GUIDE", "指南", "TERM", "术语/分类"),
	vocabulary("strength", "强度", "direct", "直接", "indirect", "间接", "supporting", "支撑"),
	vocabulary("applicability", "适用性", "applicable", "适用", "not_applicable", "不适用", "to_review", "待核"),
	vocabulary("adoption_degree", "采用程度", "IDT", "等同", "MOD", "修改", "NEQ", "非等效"),
	vocabulary("authorization_type", "授权类型", "designated", "指定", "approved", "批准", "filed", "备案"),
	vocabulary("supply_type", "供给类型",
		"material", "原料", "part", "部件", "equipment", "设备", "service", "服务", "recycling", "回收"),
	vocabulary("bundle_role", "认证包角色", "base", "基础", "support", "支撑", "addon", "附加"),
	vocabulary("bound", "约数", "about", "约", "at_least", "余（下限）", "more_than", "超", "nearly", "近（上限）"),
	vocabulary("percent", "百分数口径", "percentage_point", "百分点", "relative", "相对值", "unspecified", "未说明"),
	vocabulary("region_level", "区划级别", "province", "省级", "city", "地级", "county", "县级"),
	vocabulary("evidence_level", "证据级别",
		"4", "官方原文或公告", "3", "权威媒体或机构转述", "2", "署名专家", "1", "企业自述", "0", "分析者所知或系统推断"),
	vocabulary("status", "状态（查询日）",
		"in_force", "现行", "transition", "过渡期", "upcoming", "即将实施", "replaced", "被代替", "withdrawn", "废止", "unknown", "未知"),
	vocabulary("gap_class", "缺口类型",
		"no_standard", "无标准", "withdrawn_only", "无已知现行标准", "indirect_only", "仅间接", "no_test_method", "有要求无试验方法",
		"no_rule", "有标准无认证", "no_certifier", "有认证无可用机构"),
	vocabulary("state", "记录状态", "draft", "草稿", "reviewed", "已审", "retired", "停用", "merged", "已并入"),
	vocabulary("visibility", "可见性", "public", "公开", "chain", "链内", "organization", "本组织", "private", "仅本企业"),
}
