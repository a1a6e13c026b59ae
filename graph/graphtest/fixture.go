package graphtest

import (
	"fmt"
	"math"
	"strings"

	"zhitu/graph"
)

// Node returns a node with what every record needs and nothing else.
func Node(kind graph.NodeKind, id graph.ID, name string) graph.Node {
	return graph.Node{ID: id, Kind: kind, Name: name, State: graph.Draft, Visibility: graph.Public, ValidTo: graph.Open}
}

// Edge returns an edge with what every record needs and nothing else.
func Edge(kind graph.EdgeKind, id, from, to graph.ID) graph.Edge {
	return graph.Edge{ID: id, Kind: kind, From: from, To: to, State: graph.Draft, Visibility: graph.Public}
}

// PutNode is the operation that puts n.
func PutNode(n graph.Node) graph.Op { return graph.Op{PutNode: &n} }

// PutEdge is the operation that puts e.
func PutEdge(e graph.Edge) graph.Op { return graph.Op{PutEdge: &e} }

// firms returns n firms called prefix and a number.
func firms(prefix string, n int) []graph.Op {
	ops := make([]graph.Op, n)
	for i := range ops {
		id := graph.ID(fmt.Sprintf("%s%05d", prefix, i))
		ops[i] = PutNode(Node(graph.Firm, id, "企业 "+string(id)))
	}
	return ops
}

// fullNode has every common part filled and every field of its kind's row.
func fullNode(spec graph.NodeSpec, id graph.ID) graph.Node {
	n := Node(spec.Kind, id, "名称 𠮷 ！")
	n.Aliases = []string{"别名", "Alias", ""}
	n.Fields = fullFields(spec.Fields)
	n.ValidFrom, n.ValidTo = graph.DateOf(1, 1, 1), graph.DateOf(9999, 12, 31)
	n.State, n.Visibility, n.Owner, n.MergedInto = graph.Merged, graph.Private, "owner:1", "kept:1"
	n.Evidence = fullEvidence()
	return n
}

func fullEdge(spec graph.EdgeSpec, id, from, to graph.ID) graph.Edge {
	e := Edge(spec.Kind, id, from, to)
	e.Fields = fullFields(spec.Fields)
	e.ValidFrom, e.ValidTo = graph.Unknown, graph.DateOf(2026, 11, 30)
	e.State, e.Visibility, e.Owner = graph.Reviewed, graph.ChainWide, "owner:1"
	e.Evidence = fullEvidence()
	return e
}

func fullEvidence() []graph.Evidence {
	return []graph.Evidence{
		{
			Source: "source:1", Quote: "“摘句”\u0000\n<&>", Locator: "4.2.1", Level: 4, CollectedBy: "王",
			CollectedAt: "2026-11", Field: "severity", Value: "5",
		},
		{},
	}
}

func fullFields(specs []graph.FieldSpec) graph.Fields {
	f := graph.Fields{}
	for i, s := range append(graph.CommonFields(), specs...) {
		f[s.Name] = fullValue(s, i)
	}
	return f
}

// fullValue returns a value of the type of s; which extreme depends on i. A
// store does not judge, so a code need not be of its vocabulary.
func fullValue(s graph.FieldSpec, i int) any {
	switch s.Type {
	case graph.Integer:
		return []int64{math.MinInt64, math.MaxInt64, 0, -1}[i%4]
	case graph.Number:
		return []float64{math.MaxFloat64, -math.SmallestNonzeroFloat64, math.Copysign(0, -1), 1}[i%4]
	case graph.Boolean:
		return i%2 == 0
	case graph.TextList, graph.TermList, graph.DateList:
		return [][]string{{}, {""}, {"𠮷", "！", "a\u0000b"}, {"一", "一"}}[i%4]
	}
	return hostileTexts[i%len(hostileTexts)]
}

// hostileTexts are values that a store may be tempted to change.
var hostileTexts = []string{
	"", " ", "\u0000", "a\u0000b", "𠮷", "！", "é", "e\u0301", "Ａ", "A", "a", "ß", "ſ", "\u3000", "\u202e右",
	"`) DETACH DELETE n //", "${x}", "$id", "\\u0060", "'", `"`, "null", "2026-11-30", "\r\n", "\ufeff", "unknown",
	"\U0010FFFF", "\uFFFF", "0", "true",
}

// alikeNames differ in bytes and in nothing that a careless eye, a collation
// or a normal form would keep apart.
var alikeNames = []string{
	"abc", "Abc", "ABC", "ａｂｃ", "ABC ", " ABC", "é", "e\u0301", "ＡＢＣ", "ｱﾊﾟｰﾄ", "アパート", "丝网", "絲網",
	"ﬁ", "fi", "Å", "Å", "！", "𠮷", "!", "ß", "ss", "İ", "i̇", "中\u200b文", "中文",
}

// hostileIDs are legal and near one another in byte order, of every length.
func hostileIDs() []graph.ID {
	ids := []graph.ID{
		"a", "a-b", "a.b", "a:b", "a_b", "a0", "ab", "aa", "0", "9", "z", "a..", "a--", "a::", "a__", "a-", "a.", "a:",
		"null", "true", "1e5", "0x1", "standard:gb-t-13912-2020", "standard:gb-t-13912", "standard:gb-t-13912-",
	}
	for n := 120; n <= 128; n++ {
		ids = append(ids, graph.ID(strings.Repeat("x", n)), graph.ID("a"+strings.Repeat(":", n-1)))
	}
	return ids
}
