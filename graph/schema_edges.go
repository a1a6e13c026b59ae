package graph

// edgeTable is the half of the schema table that declares edges. Where an
// applicability is judged, for one product or process, the names are the same
// on ADDRESSES and on COVERS.
//
// When a statement is true in the world is the validity of its edge. Only an
// authorization keeps its dates as fields: an answer must be able to say that
// it has expired, and what is not valid is not in a View.
var edgeTable = []EdgeSpec{
	{Kind: Broader, Zh: "上位", Cardinality: ManyToOne, Acyclic: true, Ends: []Ends{{Product, Product}, {Segment, Segment}}},
	{Kind: HasSegment, Zh: "含环节", Cardinality: OneToMany, Ends: []Ends{{Chain, Segment}}, Fields: []FieldSpec{integer("order", "次序")}},
	{Kind: HasProcess, Zh: "含工序", Cardinality: OneToMany, Ends: []Ends{{Segment, Process}, {Chain, Process}}, Fields: []FieldSpec{integer("order", "次序")}},
	{Kind: HasClause, Zh: "含条款", Cardinality: OneToMany, Ends: []Ends{{Standard, Clause}}, Fields: []FieldSpec{integer("order", "次序")}},
	{
		Kind: Supplies, Zh: "供给", Cardinality: ManyToMany, Ends: []Ends{{Segment, Segment}, {Product, Product}, {Firm, Firm}},
		Key: []string{"product", "supply_type"},
		Fields: []FieldSpec{
			term("supply_type", "供给类型", "supply_type"), text("goods", "供给物", SearchBody),
			text("product", "产品", ""), number("share", "份额", ""), number("count", "计数", ""),
		},
	},
	{Kind: MadeIn, Zh: "产于", Cardinality: ManyToMany, Ends: []Ends{{Product, Segment}}},
	{
		Kind: Makes, Zh: "生产", Cardinality: ManyToMany, Ends: []Ends{{Firm, Product}}, Key: []string{"year"},
		Fields: []FieldSpec{number("share", "收入占比", ""), integer("year", "年份")},
	},
	{Kind: OperatesIn, Zh: "处于环节", Cardinality: ManyToMany, Ends: []Ends{{Firm, Segment}}},
	{
		Kind: HasRole, Zh: "担任角色", Cardinality: ManyToMany, Ends: []Ends{{Firm, Chain}}, Key: []string{"role", "valid_from"},
		Fields: []FieldSpec{required(term("role", "角色", "firm_role")), text("granted_by", "认定机构", "")},
	},
	{Kind: OccursAt, Zh: "发生于", Cardinality: ManyToMany, Ends: []Ends{{Problem, Segment}, {Problem, Product}, {Problem, Process}}},
	{
		Kind: Concerns, Zh: "涉及特性", Cardinality: ManyToMany, Ends: []Ends{{Problem, Characteristic}},
		Fields: []FieldSpec{text("observed", "实测", ""), text("limit", "限值", "")},
	},
	{
		Kind: ReportedBy, Zh: "由…报告", Cardinality: ManyToMany, Ends: []Ends{{Problem, Firm}}, Key: []string{"date"},
		Fields: []FieldSpec{dateText("date", "日期"), text("frequency", "频度", ""), integer("lots", "批次")},
	},
	{Kind: Causes, Zh: "导致", Cardinality: ManyToMany, Acyclic: true, Ends: []Ends{{Problem, Problem}}},
	{
		Kind: Affects, Zh: "影响", Cardinality: ManyToMany, Ends: []Ends{{Problem, Segment}, {Problem, Product}},
		Fields: []FieldSpec{boolean("derived", "派生")},
	},
	{
		Kind: Addresses, Zh: "针对", Cardinality: ManyToMany, Ends: []Ends{{Standard, Problem}, {Clause, Problem}},
		Key: []string{"clause", "applicability_product", "applicability_process"},
		Fields: append([]FieldSpec{
			terms("mechanism", "机制", "mechanism"), term("strength", "强度", "strength"), text("clause", "条款号", ""),
		}, applicability()...),
	},
	{
		Kind: Replaces, Zh: "代替", Cardinality: ManyToMany, Ends: []Ends{{Standard, Standard}, {Rule, Rule}, {Region, Region}},
		Fields: []FieldSpec{
			boolean("part", "部分代替"), dateText("date", "代替日期"),
			dateText("transition_produce_until", "旧版生产截止（末日）"), dateText("transition_sell_until", "旧版销售截止（末日）"),
		},
	},
	{
		Kind: Adopts, Zh: "采用", Cardinality: ManyToMany, Ends: []Ends{{Standard, Standard}},
		Fields: []FieldSpec{term("degree", "采用程度", "adoption_degree")},
	},
	{
		Kind: Cites, Zh: "规范性引用", Cardinality: ManyToMany, Ends: []Ends{{Standard, Standard}},
		Fields: []FieldSpec{boolean("dated", "注日期引用")},
	},
	{Kind: Drafted, Zh: "起草", Cardinality: ManyToMany, Ends: []Ends{{OrganizationKind, Standard}, {Firm, Standard}}},
	{
		Kind: IssuedBy, Zh: "由…发布", Cardinality: ManyToOne,
		Ends: []Ends{{Standard, OrganizationKind}, {Rule, OrganizationKind}, {Policy, OrganizationKind}, {Certificate, OrganizationKind}},
	},
	{Kind: InScheme, Zh: "属于制度", Cardinality: ManyToOne, Ends: []Ends{{Rule, Scheme}}},
	{Kind: BasedOn, Zh: "依据", Cardinality: ManyToMany, Ends: []Ends{{Rule, Standard}}},
	{Kind: Implements, Zh: "实施", Cardinality: ManyToOne, Ends: []Ends{{Rule, Rule}}},
	{
		Kind: Covers, Zh: "覆盖", Cardinality: ManyToMany, Ends: []Ends{{Rule, Product}, {Rule, Problem}},
		Key: []string{"applicability_product", "applicability_process"},
		Fields: append([]FieldSpec{
			term("strength", "强度", "strength"), dateText("compulsory_from", "强制起始日"),
		}, applicability()...),
	},
	{Kind: Requires, Zh: "以…为前置", Cardinality: ManyToMany, Ends: []Ends{{Rule, Rule}}},
	{
		Kind: AuthorizedFor, Zh: "获准从事", Cardinality: ManyToMany, Ends: []Ends{{OrganizationKind, Rule}, {OrganizationKind, Scheme}},
		Key: []string{"authorization_type", "scope", "region", "starts_on"},
		Fields: []FieldSpec{
			term("authorization_type", "授权类型", "authorization_type"), text("scope", "范围", SearchBody),
			texts("scope_codes", "范围码", ""), text("region", "区划代码", ""),
			dateText("starts_on", "起"), dateText("ends_on", "止（末日）"),
		},
	},
	{Kind: HasCapability, Zh: "具备能力", Cardinality: OneToMany, Ends: []Ends{{OrganizationKind, TestCapability}}},
	{Kind: Tests, Zh: "检测特性", Cardinality: ManyToOne, Ends: []Ends{{TestCapability, Characteristic}}},
	{Kind: ByMethod, Zh: "依方法", Cardinality: ManyToOne, Ends: []Ends{{TestCapability, Standard}}},
	{Kind: Holds, Zh: "持有", Cardinality: OneToMany, Ends: []Ends{{Firm, Certificate}}},
	{Kind: Under, Zh: "依规则", Cardinality: ManyToOne, Ends: []Ends{{Certificate, Rule}}},
	{
		Kind: Bundles, Zh: "包含认证", Cardinality: ManyToMany, Ends: []Ends{{Bundle, Rule}, {Bundle, Scheme}},
		Fields: []FieldSpec{term("role", "角色", "bundle_role")},
	},
	{Kind: Offers, Zh: "提供", Cardinality: ManyToMany, Ends: []Ends{{Chain, Bundle}}},
	{
		Kind: AppliesTo, Zh: "适用于", Cardinality: ManyToMany,
		Ends: []Ends{
			{Standard, Chain}, {Rule, Chain}, {Policy, Chain}, {OrganizationKind, Chain}, {Case, Chain}, {Project, Chain},
			{Standard, Product},
			{Standard, Programme}, {Rule, Programme}, {Policy, Programme}, {OrganizationKind, Programme}, {Case, Programme}, {Project, Programme},
		},
		Fields: []FieldSpec{text("reason", "理由", "")},
	},
	{
		Kind: Recognizes, Zh: "互认", Cardinality: ManyToMany, Ends: cooperationEnds(), Fields: []FieldSpec{
			texts("fields", "领域", SearchBody), text("basis", "依据", ""), boolean("symmetric", "双向"),
		},
	},
	{
		Kind: CooperatesWith, Zh: "协作", Cardinality: ManyToMany, Ends: append(cooperationEnds(), Ends{Chain, Chain}, Ends{Chain, OrganizationKind}, Ends{Chain, Region}),
		Fields: []FieldSpec{texts("fields", "领域", SearchBody), boolean("symmetric", "双向")},
	},
	{
		Kind: Funds, Zh: "资助", Cardinality: ManyToMany, Ends: []Ends{{Policy, Rule}, {Policy, Chain}},
		Fields: []FieldSpec{text("firm_class", "企业类别", "")},
	},
	{Kind: AdvisesOn, Zh: "可咨询", Cardinality: ManyToMany, Ends: []Ends{{Expert, Chain}, {Expert, Problem}, {Expert, Characteristic}}},
	{
		Kind: ResolvedIn, Zh: "破解于", Cardinality: ManyToMany, Ends: []Ends{{Problem, Case}},
		Fields: []FieldSpec{texts("actions", "措施", ""), texts("metrics", "指标", "")},
	},
	{Kind: Used, Zh: "用到", Cardinality: ManyToMany, Ends: []Ends{{Case, Standard}, {Case, Rule}, {Case, TestCapability}}},
	{Kind: Targets, Zh: "针对问题", Cardinality: ManyToMany, Ends: []Ends{{Project, Problem}}},
	{Kind: ObservedFor, Zh: "观测对象", Cardinality: ManyToOne, Ends: []Ends{{MetricObservation, Any}}},
	{Kind: LocatedIn, Zh: "位于", Cardinality: ManyToOne, Ends: []Ends{{Any, Region}}},
	{Kind: PartOf, Zh: "属于行动", Cardinality: ManyToMany, Ends: []Ends{{Chain, Programme}}},
}

// applicability are the fields of a judgement: verdict, why, and for which
// product or process.
func applicability() []FieldSpec {
	return []FieldSpec{
		term("applicability_verdict", "适用性", "applicability"), text("applicability_reason", "理由", SearchBody),
		text("applicability_product", "判定所针对的产品", ""), text("applicability_process", "判定所针对的工序", ""),
	}
}

func cooperationEnds() []Ends {
	return []Ends{
		{Region, Region}, {OrganizationKind, OrganizationKind}, {Region, OrganizationKind}, {OrganizationKind, Region},
	}
}
