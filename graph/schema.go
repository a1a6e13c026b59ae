package graph

import "slices"

// The schema table: every kind of node and edge, its fields and its rules,
// once. Validation, Neo4j's constraints and indexes, the search mapping, the
// spreadsheet template, GET /schema, the enumerations of the API document and
// the data dictionary are made from it. Adding a field is one line here.

// FieldType is how the values of a field look.
type FieldType string

// The field types. A list type holds values of one scalar type.
const (
	Text     FieldType = "text"
	Integer  FieldType = "integer"
	Number   FieldType = "number"
	Boolean  FieldType = "boolean"
	DateText FieldType = "date" // YYYY-MM-DD, YYYY-MM or YYYY: partial dates are kept as given
	Term     FieldType = "term" // a code of the field's vocabulary
	TextList FieldType = "text_list"
	TermList FieldType = "term_list"
	DateList FieldType = "date_list"
)

// SearchUse is how the full-text index treats a field.
type SearchUse string

// The ways a field is searched; the zero SearchUse is not at all.
const (
	SearchBody   SearchUse = "body"   // text to be found in
	SearchCode   SearchUse = "code"   // a standard number, rule number or other code
	SearchFilter SearchUse = "filter" // a facet
)

// FieldSpec is one field of a kind.
type FieldSpec struct {
	Name       string    `json:"name"`
	Zh         string    `json:"zh"`
	Type       FieldType `json:"type"`
	Unit       string    `json:"unit,omitempty"`
	Vocabulary string    `json:"vocabulary,omitempty"`
	Required   bool      `json:"required,omitempty"`
	Search     SearchUse `json:"search,omitempty"`
}

// NodeSpec is one kind of node.
type NodeSpec struct {
	Kind   NodeKind    `json:"kind"`
	Zh     string      `json:"zh"`
	Key    string      `json:"key"` // what makes two records the same thing, in words
	System bool        `json:"system,omitempty"`
	Fields []FieldSpec `json:"fields"`
}

// Ends is one legal pair of node kinds of an edge.
type Ends struct {
	From NodeKind `json:"from"`
	To   NodeKind `json:"to"`
}

// Cardinality bounds how many edges of a kind touch one node at a time.
type Cardinality string

// The cardinalities.
const (
	ManyToMany Cardinality = "n:m"
	ManyToOne  Cardinality = "n:1" // a node has at most one such edge out, valid at a time
	OneToMany  Cardinality = "1:n" // a node has at most one such edge in, valid at a time
)

// EdgeSpec is one kind of edge. AnyFrom and AnyTo stand for every ordinary
// node kind.
type EdgeSpec struct {
	Kind        EdgeKind    `json:"edge_kind"`
	Zh          string      `json:"zh"`
	Ends        []Ends      `json:"ends"`
	Cardinality Cardinality `json:"cardinality"`
	Acyclic     bool        `json:"acyclic,omitempty"`
	Key         []string    `json:"key,omitempty"` // fields that, with kind and ends, make an imported edge's id
	Fields      []FieldSpec `json:"fields"`
}

// Any as an end stands for every node kind that is not a system kind.
const Any NodeKind = "*"

// The node kinds.
const (
	Programme         NodeKind = "Programme"         // 行动
	Chain             NodeKind = "Chain"             // 产业链
	Segment           NodeKind = "Segment"           // 环节
	Process           NodeKind = "Process"           // 工序
	Product           NodeKind = "Product"           // 产品
	Characteristic    NodeKind = "Characteristic"    // 质量特性
	Firm              NodeKind = "Firm"              // 企业
	OrganizationKind  NodeKind = "Organization"      // 组织
	Problem           NodeKind = "Problem"           // 质量问题
	Standard          NodeKind = "Standard"          // 标准，一个版本一个节点
	Clause            NodeKind = "Clause"            // 条款
	Scheme            NodeKind = "Scheme"            // 认证制度
	Rule              NodeKind = "Rule"              // 认证规则：实施规则、实施细则
	Certificate       NodeKind = "Certificate"       // 认证证书
	Bundle            NodeKind = "Bundle"            // 认证包
	TestCapability    NodeKind = "TestCapability"    // 检测能力
	Expert            NodeKind = "Expert"            // 专家
	Policy            NodeKind = "Policy"            // 政策
	Project           NodeKind = "Project"           // 攻关项目
	Case              NodeKind = "Case"              // 案例
	MetricObservation NodeKind = "MetricObservation" // 指标观测
	Region            NodeKind = "Region"            // 区域
	Source            NodeKind = "Source"            // 来源
	WeightPolicy      NodeKind = "WeightPolicy"      // 权重方案；系统类
	MatchDecision     NodeKind = "MatchDecision"     // 是否同一个的判定；系统类
)

// The edge kinds.
const (
	Broader        EdgeKind = "BROADER"
	HasSegment     EdgeKind = "HAS_SEGMENT"
	HasProcess     EdgeKind = "HAS_PROCESS"
	HasClause      EdgeKind = "HAS_CLAUSE"
	Supplies       EdgeKind = "SUPPLIES"
	MadeIn         EdgeKind = "MADE_IN"
	Makes          EdgeKind = "MAKES"
	OperatesIn     EdgeKind = "OPERATES_IN"
	HasRole        EdgeKind = "HAS_ROLE"
	OccursAt       EdgeKind = "OCCURS_AT"
	Concerns       EdgeKind = "CONCERNS"
	ReportedBy     EdgeKind = "REPORTED_BY"
	Causes         EdgeKind = "CAUSES"
	Affects        EdgeKind = "AFFECTS"
	Addresses      EdgeKind = "ADDRESSES"
	Replaces       EdgeKind = "REPLACES"
	Adopts         EdgeKind = "ADOPTS"
	Cites          EdgeKind = "CITES"
	Drafted        EdgeKind = "DRAFTED"
	IssuedBy       EdgeKind = "ISSUED_BY"
	InScheme       EdgeKind = "IN_SCHEME"
	BasedOn        EdgeKind = "BASED_ON"
	Implements     EdgeKind = "IMPLEMENTS"
	Covers         EdgeKind = "COVERS"
	Requires       EdgeKind = "REQUIRES"
	AuthorizedFor  EdgeKind = "AUTHORIZED_FOR"
	HasCapability  EdgeKind = "HAS_CAPABILITY"
	Tests          EdgeKind = "TESTS"
	ByMethod       EdgeKind = "BY_METHOD"
	Holds          EdgeKind = "HOLDS"
	Under          EdgeKind = "UNDER"
	Bundles        EdgeKind = "BUNDLES"
	Offers         EdgeKind = "OFFERS"
	AppliesTo      EdgeKind = "APPLIES_TO"
	Recognizes     EdgeKind = "RECOGNIZES"
	CooperatesWith EdgeKind = "COOPERATES_WITH"
	Funds          EdgeKind = "FUNDS"
	AdvisesOn      EdgeKind = "ADVISES_ON"
	ResolvedIn     EdgeKind = "RESOLVED_IN"
	Used           EdgeKind = "USED"
	Targets        EdgeKind = "TARGETS"
	ObservedFor    EdgeKind = "OBSERVED_FOR"
	LocatedIn      EdgeKind = "LOCATED_IN"
	PartOf         EdgeKind = "PART_OF"
)

// CommonFields are those that a record of every kind may have.
func CommonFields() []FieldSpec {
	return []FieldSpec{
		{Name: "verified", Zh: "核实程度", Type: Term, Vocabulary: "verified"},
		{Name: "illustrative", Zh: "示例", Type: Boolean},
		{Name: "synthetic", Zh: "合成", Type: Boolean},
		{Name: "inferred", Zh: "推断说明", Type: Text},
		{Name: "note", Zh: "备注", Type: Text, Search: SearchBody},
	}
}

func text(name, zh string, s SearchUse) FieldSpec {
	return FieldSpec{Name: name, Zh: zh, Type: Text, Search: s}
}
func texts(name, zh string, s SearchUse) FieldSpec {
	return FieldSpec{Name: name, Zh: zh, Type: TextList, Search: s}
}
func integer(name, zh string) FieldSpec { return FieldSpec{Name: name, Zh: zh, Type: Integer} }
func number(name, zh, unit string) FieldSpec {
	return FieldSpec{Name: name, Zh: zh, Type: Number, Unit: unit}
}
func boolean(name, zh string) FieldSpec  { return FieldSpec{Name: name, Zh: zh, Type: Boolean} }
func dateText(name, zh string) FieldSpec { return FieldSpec{Name: name, Zh: zh, Type: DateText} }
func dates(name, zh string) FieldSpec    { return FieldSpec{Name: name, Zh: zh, Type: DateList} }
func term(name, zh, vocabulary string) FieldSpec {
	return FieldSpec{Name: name, Zh: zh, Type: Term, Vocabulary: vocabulary, Search: SearchFilter}
}
func terms(name, zh, vocabulary string) FieldSpec {
	return FieldSpec{Name: name, Zh: zh, Type: TermList, Vocabulary: vocabulary, Search: SearchFilter}
}
func required(f FieldSpec) FieldSpec { f.Required = true; return f }

// Nodes returns the node table, in the order of the domain.
func Nodes() []NodeSpec { return nodeTable }

// Edges returns the edge table, in the order of the domain.
func Edges() []EdgeSpec { return edgeTable }

// NodeSpecOf returns the row of kind k.
func NodeSpecOf(k NodeKind) (NodeSpec, bool) {
	i := slices.IndexFunc(nodeTable, func(s NodeSpec) bool { return s.Kind == k })
	if i < 0 {
		return NodeSpec{}, false
	}
	return nodeTable[i], true
}

// EdgeSpecOf returns the row of kind k.
func EdgeSpecOf(k EdgeKind) (EdgeSpec, bool) {
	i := slices.IndexFunc(edgeTable, func(s EdgeSpec) bool { return s.Kind == k })
	if i < 0 {
		return EdgeSpec{}, false
	}
	return edgeTable[i], true
}

func systemKind(k NodeKind) bool {
	s, ok := NodeSpecOf(k)
	return ok && s.System
}

// Field returns the field called name of a node of this kind.
func (s NodeSpec) Field(name string) (FieldSpec, bool) { return fieldOf(s.Fields, name) }

// Field returns the field called name of an edge of this kind.
func (s EdgeSpec) Field(name string) (FieldSpec, bool) { return fieldOf(s.Fields, name) }

func fieldOf(fields []FieldSpec, name string) (FieldSpec, bool) {
	for _, list := range [][]FieldSpec{fields, commonFields} {
		for _, f := range list {
			if f.Name == name {
				return f, true
			}
		}
	}
	return FieldSpec{}, false
}

// Joins tells whether an edge of this kind may go from a node of kind from to
// one of kind to.
func (s EdgeSpec) Joins(from, to NodeKind) bool {
	fits := func(want, got NodeKind) bool { return want == got || want == Any && !systemKind(got) }
	return slices.ContainsFunc(s.Ends, func(e Ends) bool { return fits(e.From, from) && fits(e.To, to) })
}
