package answer

import "zhitu/graph"

// The grammar: how each question of the registry is asked in words, on one
// page so that forms that compete can be weighed against each other. A test
// holds that every question has its forms or says why it has none.

// Slots that many questions share.
var (
	chainSlot    = Slot{Param: "chain", Kinds: []graph.NodeKind{graph.Chain}}
	theChain     = Slot{Param: "id", Kinds: []graph.NodeKind{graph.Chain}, Required: true, Back: "which_chain"}
	theProblem   = Slot{Param: "id", Kinds: []graph.NodeKind{graph.Problem}, Like: true, Required: true, Back: "which_problem"}
	theStandard  = Slot{Param: "id", Kinds: []graph.NodeKind{graph.Standard, graph.Rule}, Required: true, Back: "which_standard"}
	aPlaceOnMap  = []graph.NodeKind{graph.Segment, graph.Product, graph.Firm, graph.Problem}
	regionSlot   = Slot{Param: "region", Kinds: []graph.NodeKind{graph.Region}}
	bundleSlot   = Slot{Param: "bundle", Kinds: []graph.NodeKind{graph.Bundle}, Required: true, Back: "which_bundle"}
	depthSlot    = Slot{Param: "depth", Take: numberBefore("层级跳", 1)}
	anySolution  = "标准|规范|国标|认证|证书|怎么解决|怎么办|如何解决|解决办法|解决方案|怎么治|咋办|咋解决|对策|谁能认证|谁能解决|能解决|依据"
	asksFor      = "哪些|什么|哪个|哪几|有没有|有无|谁|怎么|如何|咋|能不能|多少"
	howManyPaper = "最少|最省|几张证|几个证|几本证|哪几张|最小|至少"
)

// grammarOf returns the forms of the question called name.
func grammarOf(name string) []Form {
	switch name {
	case "solve":
		return nil // solutions is what is asked; solve is its way in without a name
	case "solutions":
		return solutionForms()
	case "upstream", "downstream", "paths", "sole-suppliers", "causes":
		return walkForms(name)
	case "gaps", "gap-priorities", "bottlenecks", "intervention", "common", "statistics", "overview":
		return plannerForms(name)
	case "timeline", "impact", "standards-check", "standards-calendar", "standards-adoptions":
		return standardForms(name)
	case "bundle", "coverage", "bundle-transfer", "certifiers", "obligations", "laboratories":
		return certificationForms(name)
	case "cases", "problem-transfer", "policies", "recognition":
		return helpForms(name)
	case "report":
		return []Form{
			{Cues: []string{"一图三清单|三清单|一图三表"}, Slots: []Slot{theChain}, Prior: 1},
			{Cues: []string{"导出|下载|生成|打印", "报告|报表|清单|图谱"}, Slots: []Slot{theChain}},
		}
	case "duplicates":
		return []Form{{
			Cues: []string{"同一个|同一|重复|一回事|合并|是不是一个", "问题|条目|记录|登记?"},
			Slots: []Slot{
				{Param: "name", Kinds: []graph.NodeKind{graph.Problem}, Take: takeQuoted, Required: true, Back: "which_problem"}, chainSlot,
			},
			Fixed: map[string]string{"kind": "Problem"}, Prior: 1,
		}}
	case "compare", "subgraph", "observations", "region-history", "health":
		return recordForms(name)
	}
	return nil
}

func solutionForms() []Form {
	return []Form{
		{
			Cues: []string{anySolution, asksFor + "?"}, Slots: []Slot{theProblem, regionSlot},
			Not: "只有一家|最少|上游|下游|缺口|没有任何|统计|换版|补贴|同一个",
		},
		{Cues: []string{"不足|超标|不合格|脱落|开裂|起皮|断裂|偏差|不良|掉|松动|褪色|漏电|起火|失效|不匹配|不稳定|不达标|太大|太小|不准"}, Slots: []Slot{theProblem}, Not: "起因|原因|上游|下游|案例|解决过|同一个|统计|搜|检索|实验室"},
	}
}

func walkForms(name string) []Form {
	node := Slot{Param: "id", Kinds: aPlaceOnMap, Required: true, Back: "which_node"}
	switch name {
	case "upstream":
		return []Form{
			{Cues: []string{"上游|供应来源|由谁供|谁供应|供货方|来料", "环节|问题|供应商|是谁|有哪些|有什么|哪些?"}, Slots: []Slot{node, depthSlot}, Not: "传到|传给|传导|影响到|波及|共性"},
			{Cues: []string{"上游", "共性"}, Slots: []Slot{node, depthSlot}, Fixed: map[string]string{"common": "true"}, Prior: 0.5},
		}
	case "downstream":
		return []Form{
			{Cues: []string{"下游|供给谁|供应给|卖给谁|流向", "环节|问题|客户|是谁|有哪些|影响|波及?"}, Slots: []Slot{node, depthSlot}, Not: "起因|原因"},
			{Cues: []string{"传到|传给|传导|波及|殃及|影响到", "上游|下游|问题|我|哪里?"}, Slots: []Slot{node, depthSlot}, Not: "起因|原因|下游"},
		}
	case "paths":
		from := Slot{Param: "from", Kinds: []graph.NodeKind{graph.Problem, graph.Standard, graph.Rule, graph.Segment, graph.Firm, graph.OrganizationKind, graph.Product, graph.Chain}, Required: true, Back: "which_node"}
		to := from
		to.Param = "to"
		return []Form{{Cues: []string{"路径|怎么联系|怎么连|有什么关系|什么关系|如何关联|怎么关联|怎么走到", "和|与|到|跟"}, Slots: []Slot{from, to}, Fixed: map[string]string{"direction": "both"}}}
	case "sole-suppliers":
		return []Form{{
			Cues:  []string{"只有一家|仅一家|仅有一家|唯一|独家|单一来源|独此一家", "供应商|供货|供方|来源|供应|环节?"},
			Slots: []Slot{{Param: "id", Kinds: []graph.NodeKind{graph.Firm, graph.Segment, graph.Product, graph.Chain}, Required: true, Back: "which_chain"}, depthSlot}, Prior: 0.5,
		}}
	}
	return []Form{
		{Cues: []string{"起因|原因|为什么会|为何|成因|怎么造成|怎么引起|什么引起|根源|失效链|起因链|导致的", "下游|影响|后果?"}, Slots: []Slot{theProblem}, Not: "没有认证|没有标准|标准为什么"},
		{Cues: []string{"会导致什么|会造成什么|后果|引发什么|带来什么后果|影响什么"}, Slots: []Slot{theProblem}},
	}
}

func plannerForms(name string) []Form {
	switch name {
	case "gaps":
		return []Form{
			{Cues: []string{"没有|缺|无|空白|未覆盖|没覆盖|覆盖不了|断点|缺口|盲区", "标准|认证|规则|覆盖|缺口|断点|空白|试验方法|机构"}, Slots: []Slot{chainSlot, {Param: "class", Take: takeGapClass}}, Not: "有没有标准|来源|过期|只有一家|受益|优先|最该|补哪|搜|检索|为什么会"},
			{Cues: []string{"为什么没有|为何没有|怎么没有", "标准|认证|机构|证"}, Slots: []Slot{chainSlot}, Prior: 0.3},
		}
	case "gap-priorities":
		return []Form{
			{Cues: []string{"补哪|先补|优先补|最该补|该制定|该补|要补|先制定|优先制定", "标准|认证|规则|检测|能力|培训?"}, Slots: []Slot{chainSlot}, Prior: 0.6},
			{Cues: []string{"受益企业最多|受益最多|最多企业受益|惠及最多|受益面最大"}, Slots: []Slot{chainSlot}, Prior: 0.6},
		}
	case "bottlenecks":
		return []Form{{Cues: []string{"卡点|瓶颈|卡脖子|最卡|薄弱环节|最薄弱|最弱", "哪个|哪些|哪儿|排名|环节?"}, Slots: []Slot{theChain}, Prior: 0.3}}
	case "intervention":
		return []Form{{Cues: []string{"最少攻关|先攻关|最小攻关|至少要攻关|攻关哪几个|最少解决|先解决哪|最小攻关集", "问题|链主|供给|畅通?"}, Slots: []Slot{theChain}, Prior: 0.6}}
	case "common":
		return []Form{
			{Cues: []string{"共性", "判定|依据|口径|标准|阈值|怎么算|如何认定|怎么认定|定义|算共性"}, Slots: []Slot{chainSlot, {Param: "threshold", Take: numberBefore("家个", 1)}, {Param: "compare", Take: numberBefore("家个", 2)}}, Not: "上游", Prior: 0.4},
			{Cues: []string{"共性问题|共性质量问题", "哪些|有哪|列出|多少|几个"}, Slots: []Slot{chainSlot}, Not: "上游|下游"},
		}
	case "statistics":
		return []Form{
			{Cues: []string{"统计|汇总|分布|分类|按类别|按年", "问题|破解|新增|变化|趋势|类别|年"}, Slots: []Slot{chainSlot}, Not: "各有多少|九个试点"},
			{Cues: []string{"三年变化|逐年|每年|历年|近几年|近三年|年度变化|趋势", "问题|破解|新增|数量?"}, Slots: []Slot{chainSlot}},
		}
	}
	return []Form{
		{Cues: []string{"各有多少|总共有多少|一共有多少|总数|总览|概况|总体情况|整体情况", "试点|链|图谱|问题|标准|机构|认证"}, Prior: 0.3},
		{Cues: []string{"九个试点|九条链|全部试点|所有试点|各试点|各链|各条链|所有产业链|全部产业链", "多少|几个|情况|数量|概况|对比?"}, Prior: 0.2},
	}
}

func standardForms(name string) []Form {
	switch name {
	case "timeline":
		return []Form{
			{Cues: []string{"什么时候|何时|哪天|几时|多久|实施日期|生效|执行|过渡期|实施|还能卖|还能生产|能卖到|还有效|现行|最新版|替代|被代替|废止|作废|新国标|旧国标|版本", "必须|执行|实施|卖|生产|有效|版|标准?"}, Slots: []Slot{theStandard}, Not: "失去|丢了|影响哪|删掉|删除|覆盖|能解决"},
		}
	case "impact":
		by := Slot{Param: "by", Kinds: []graph.NodeKind{graph.Standard}}
		return []Form{
			{Cues: []string{"换到|换成|换版|改版|升级到|更新到|代替|替换|换为", "失去|丢失|少了|影响|覆盖|变化|哪些问题"}, Slots: []Slot{{Param: "id", Kinds: []graph.NodeKind{graph.Standard}, Required: true, Back: "which_standard"}, by}, Fixed: map[string]string{"action": "replace"}, Not: "国际标准", Prior: 0.5},
			{Cues: []string{"删掉|删除|删去|去掉|移除|拿掉", "标准|影响|答案|会|失去"}, Slots: []Slot{{Param: "id", Kinds: []graph.NodeKind{graph.Standard}, Required: true, Back: "which_standard"}}, Fixed: map[string]string{"action": "delete"}, Prior: 0.5},
			{Cues: []string{"废止|作废|撤销|停用|取消", "影响|失去|哪些问题|后果|波及"}, Slots: []Slot{{Param: "id", Kinds: []graph.NodeKind{graph.Standard}, Required: true, Back: "which_standard"}}, Fixed: map[string]string{"action": "withdraw"}, Prior: 0.3},
		}
	case "standards-check":
		return []Form{{
			// Several numbers at once are a list to check, not one timeline.
			Cues: []string{"有效|作废|过期|现行|能用|废止|核对|检查"}, Slots: []Slot{{Param: "codes", Take: takeManyCodes, Required: true, Back: "which_standard"}},
			Not: "数据|失去|影响", Prior: 1.2,
		}, {Cues: []string{"还有效|是否有效|有效吗|作废了|过期了|是不是现行|是否现行|还能用|查一查|核对|检查一下", "这些|下列|以下|标准|几个|都?"}, Slots: []Slot{{Param: "codes", Take: takeCodes, Required: true, Back: "which_standard"}}, Not: "数据"}}
	case "standards-calendar":
		return []Form{{
			Cues:  []string{"日历|时间表|即将|将要|快要|要实施|要生效|开始实施|到期|截止", "标准|规则|实施|生效|废止|过渡"},
			Slots: []Slot{{Param: "from", Take: takeToday, Dates: true}, {Param: "to", Take: takeDate, Dates: true}}, Not: "证书|补贴",
		}}
	}
	return []Form{{Cues: []string{"采用|采标|采的|所采|等同|修改采用", "国际标准|iso|iec|换版|更新|新版|过时|旧版"}, Fixed: map[string]string{"outdated": "true"}, Prior: 0.4}}
}

func certificationForms(name string) []Form {
	firm := Slot{Param: "firm", Kinds: []graph.NodeKind{graph.Firm}, Required: true, Back: "which_firm"}
	switch name {
	case "bundle":
		return []Form{{Cues: []string{howManyPaper, "证|认证"}, Slots: []Slot{firm}, Not: "攻关", Prior: 0.5}}
	case "coverage":
		mine := firm
		mine.Required = false
		return []Form{
			{Cues: []string{"覆盖哪些|覆盖了|管用|管哪些|管不了|能解决哪些|覆盖多少|覆盖率|有用吗|有哪些用|覆盖"}, Slots: []Slot{bundleSlot, mine, chainSlot}, Not: "推广|复制|别的链|没有任何|没有标准|未覆盖", Prior: 0.2},
		}
	case "bundle-transfer":
		theBundle := bundleSlot
		theBundle.Param = "id"
		to := chainSlot
		to.Required, to.Back = true, "which_chain"
		return []Form{{Cues: []string{"推广|复制到|移植|搬到|用到|照搬|推到|别的链|其他链", "链|可行|行不行|适合|能?"}, Slots: []Slot{theBundle, to}, Prior: 0.5}}
	case "certifiers":
		return []Form{
			{Cues: []string{"认证机构|发证机构|哪家机构|找哪家|谁能发证|谁发证|谁来认证|哪些机构|谁能认证|哪份细则|实施细则|机构", "做|办|认证|范围|覆盖|几家|细则|证?"}, Slots: []Slot{
				{Param: "product", Kinds: []graph.NodeKind{graph.Product}}, {Param: "rule", Kinds: []graph.NodeKind{graph.Rule}}, chainSlot, regionSlot,
			}, Not: "实验室|检测机构|各有多少|不足|没有|检测"},
		}
	case "obligations":
		return []Form{
			{Cues: []string{"强制|必须|ccc|3c|目录内|在目录|必办|法定|红线", "标准|认证|规则|哪些|适用|要不要|目录|做"}, Slots: []Slot{{Param: "class", Take: takeClass}, {Param: "product", Kinds: []graph.NodeKind{graph.Product}}}, Not: "什么时候|何时|哪家|机构|最少|几张证|还能卖"},
			{Cues: []string{"小类|行业代码|gb/t4754|gb/t 4754|4754|国民经济行业"}, Slots: []Slot{{Param: "class", Take: takeClass, Required: true, Back: "which_class"}}, Prior: 0.4},
		}
	}
	return []Form{{
		Cues:  []string{"实验室|检测机构|检验机构|质检|检测中心|哪里能测|哪儿能测|能测|能检测|去哪测|检测|检验", "附近|哪家|哪里|资质|cma|cnas|能|谁?"},
		Slots: []Slot{{Param: "characteristic", Kinds: []graph.NodeKind{graph.Characteristic}, Take: takeTopic}, {Param: "method", Kinds: []graph.NodeKind{graph.Standard}}, regionSlot}, Not: "缺口|没有任何|认证机构", Prior: 0.2,
	}}
}

func helpForms(name string) []Form {
	switch name {
	case "cases":
		return []Form{{Cues: []string{"解决过|破解过|案例|先例|谁做成|成功经验|做法|怎么做的|经验|有企业解决", "企业|怎么|效果|同县|同行|哪家?"}, Slots: []Slot{{Param: "problem", Kinds: []graph.NodeKind{graph.Problem}, Like: true}, regionSlot}, Not: "互鉴|借鉴|两条链|搜"}}
	case "problem-transfer":
		return []Form{{Cues: []string{"别处|别的地方|其他地方|外地|其他链|别的链|兄弟链|类似问题|同类问题|相似问题", "解决|破解|经验|类似|借鉴|案例"}, Slots: []Slot{theProblem}, Not: "推广|认证包|三证", Prior: 0.3}}
	case "policies":
		return []Form{{Cues: []string{"补贴|补助|奖补|资助|贷款|质贷|贷|政策|扶持|优惠|奖励|减免|融资", "多少|怎么|哪些|什么|如何|有没有|能?"}, Slots: []Slot{chainSlot, regionSlot, {Param: "tool", Take: takePolicyTool}}, Not: "搜"}}
	}
	from := Slot{Param: "from", Kinds: []graph.NodeKind{graph.Region, graph.OrganizationKind}, Required: true, Back: "which_region"}
	to := from
	to.Param = "to"
	return []Form{{Cues: []string{"认不认|认可|互认|承认|通用|算数|管用吗|有效吗|认吗|采信", "证|认证|结果|证书?"}, Slots: []Slot{from, to}, Not: "标准还|现行", Prior: 0.2}}
}

func recordForms(name string) []Form {
	switch name {
	case "compare":
		a := Slot{Param: "a", Kinds: []graph.NodeKind{graph.Chain}, Required: true, Back: "which_chain"}
		b := a
		b.Param = "b"
		from := Slot{Param: "from", Take: takeDate, Dates: true, Required: true, Back: "which_date"}
		return []Form{
			{Cues: []string{"互鉴|借鉴|对比|比较|差别|差异|区别|不同|异同|共同|相比|共有", "和|与|跟|两|问题|链|试点|图谱"}, Slots: []Slot{a, b}, Not: "推广", Prior: 0.3},
			{Cues: []string{"差在哪|变化|变了|区别|差别|不同|新增|改动|对比", "图|图谱|时|现在|以来"}, Slots: []Slot{from, {Param: "to", Take: takeToday, Dates: true}, chainSlot}, Not: "统计|本周|互鉴|三年"},
		}
	case "subgraph":
		return []Form{{Cues: []string{"图谱|长什么样|全貌|概貌|全图|整条链|全链情况|结构|环节有哪些|有哪些环节"}, Slots: []Slot{theChain}, Not: "三清单|导出|差|对比|区别|卡点|瓶颈|推广"}}
	case "observations":
		return []Form{
			{Cues: []string{"这个数|数据来源|从哪来|出处|哪来的|数字|指标|统计口径|口径|来源是", "合格率|利润|成本|%|增|提高|多少|产值|来|数?"}, Slots: []Slot{{Param: "metric", Take: takeMetric}, {Param: "subject", Kinds: []graph.NodeKind{graph.Chain}}}, Not: "共性|系统推断|没有来源"},
			{Cues: []string{"一次合格率|利润率|经营成本|产值|市场占有率|满意率|销售额|小巨人|龙头企业", "多少|提高|提升|下降|从哪|几?"}, Slots: []Slot{{Param: "metric", Take: takeMetric}, {Param: "subject", Kinds: []graph.NodeKind{graph.Chain}}}},
		}
	case "region-history":
		return []Form{{Cues: []string{"撤县设区|撤市设区|旧码|新码|改码|区划代码|区划调整|代码变|行政区划|区划变更"}, Slots: []Slot{
			{Param: "code", Take: takeRegionCode}, {Param: "code", Kinds: []graph.NodeKind{graph.Region}, Required: true, Back: "which_region"},
		}, Prior: 0.4}}
	}
	return []Form{
		{Cues: []string{"没复核|未复核|还没审|没审核|未审核|矛盾|冲突|不一致|打架", "边|记录|数据|哪些|本周|来源"}, Slots: []Slot{{Param: "since", Take: takeWeekAgo, Dates: true}}, Prior: 0.3},
		{Cues: []string{"过期|陈旧|没有来源|无来源|缺来源|系统推断|仅推断|数据质量|数据健康|体检|没来源", "数据|来源|推断|哪些|记录"}, Prior: 0.4},
	}
}
