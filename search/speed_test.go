package search

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"zhitu/graph"
)

// large is a graph of n firms, problems and standards in chains.
func large(t testing.TB, n int) *log {
	l := newLog("e1")
	var ops []graph.Op
	for i := range 9 {
		ops = append(ops, node(graph.Chain, graph.ID(fmt.Sprintf("chain:%d", i)), fmt.Sprintf("第%d产业链", i), with("slug", fmt.Sprint(i))))
	}
	for i := range 90 {
		ops = append(ops, node(graph.Segment, graph.ID(fmt.Sprintf("segment:%02d", i)), fmt.Sprintf("环节%d", i),
			with("position", []string{"upstream", "midstream", "downstream"}[i%3])))
	}
	for i := range 90 {
		ops = append(ops, edge(graph.HasSegment, graph.ID(fmt.Sprintf("chain:%d", i%9)), graph.ID(fmt.Sprintf("segment:%02d", i))))
	}
	l.put(t, ops...)
	words := strings.Fields("电机 镀锌 附着力 电池 充电器 丝网 童装 绳带 不足 超标 不合格 涂层 控制器 焊接 强度 精度 含量 标识 检验 工艺 材料 设备 科技 股份 有限公司 安全 要求 试验 方法 技术 规范 系统 通用 条件 质量 管理")
	r := rand.New(rand.NewPCG(1, 1))
	text := func(k int) string {
		s := ""
		for range k {
			s += words[r.IntN(len(words))]
		}
		return s + string(rune(0x4e00+r.IntN(3000)))
	}
	for from := 0; from < n; from += 10000 {
		var nodes, edges []graph.Op
		for i := from; i < min(n, from+10000); i++ {
			segment := graph.ID(fmt.Sprintf("segment:%02d", r.IntN(90)))
			switch i % 3 {
			case 0:
				id := graph.ID(fmt.Sprintf("firm:%06d", i))
				nodes = append(nodes, node(graph.Firm, id, text(4)+"有限公司", with("size", []string{"large", "medium", "small", "micro"}[r.IntN(4)])))
				edges = append(edges, edge(graph.OperatesIn, id, segment))
			case 1:
				id := graph.ID(fmt.Sprintf("problem:%06d", i))
				nodes = append(nodes, node(graph.Problem, id, text(3), aliases(text(2)), with("severity", int64(1+r.IntN(5))),
					with("category", []string{"QM", "QT", "QI", "BR"}[r.IntN(4)]), with("phenomenon", text(30))))
				edges = append(edges, edge(graph.OccursAt, id, segment))
			default:
				nodes = append(nodes, node(graph.Standard, graph.ID(fmt.Sprintf("standard:%06d", i)), text(5), with("code", fmt.Sprintf("GB/T %d-%d", i, 1990+r.IntN(35))),
					with("effective", fmt.Sprintf("%d-0%d-01", 1991+r.IntN(35), 1+r.IntN(9))), with("scope", text(20))))
			}
		}
		l.put(t, nodes...)
		l.put(t, edges...)
	}
	return l
}

// BenchmarkHundredThousand is what a graph of 100,000 nodes feels like:
// go test -run XXX -bench HundredThousand -benchtime 200x
func BenchmarkHundredThousand(b *testing.B) {
	l := large(b, 100000)
	x := open(b, l, b.TempDir())
	settled(b, x)
	b.Run("rebuild", func(b *testing.B) {
		for b.Loop() {
			if err := x.Rebuild(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
	facets := []string{"kind", "chain", "severity", "category"}
	for name, q := range map[string]Query{
		"short":                    {Text: "附着力"},
		"question":                 {Text: "镀锌丝网的附着力不足有什么标准可以解决"},
		"name":                     {Text: "电机控制器科技"},
		"code":                     {Text: "gbt 5000"},
		"everything, four facets":  {Facets: facets},
		"everything, sorted":       {Facets: facets, Sort: "-date"},
		"short, facets, sorted":    {Text: "附着力", Facets: facets, Sort: "name"},
		"question, facets, filter": {Text: "镀锌丝网的附着力不足有什么标准可以解决", Facets: facets, Filters: map[string][]string{"chain": {"1", "2"}}},
		"common words":             {Text: "有限公司"},
		"hostile":                  {Text: strings.Repeat("电机镀锌附着力电池充电器丝网童装绳带", 15), Facets: facets, Highlight: true},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				search(b, x, l, q)
			}
		})
	}
	for _, typed := range []string{"电", "dian", "d", "gb"} {
		b.Run("suggest "+typed, func(b *testing.B) {
			for b.Loop() {
				if _, err := x.Suggest(b.Context(), l.view(""), typed, nil, 10); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
