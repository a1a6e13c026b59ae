package search

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
)

// many is a graph of n nodes over a small vocabulary, so that scores tie.
func many(t testing.TB, n int, order []int) *log {
	l := newLog("e1")
	ops := []graph.Op{node(graph.Chain, "chain:a", "甲链", with("slug", "a")), node(graph.Chain, "chain:b", "乙链", with("slug", "b"))}
	ops = append(ops,
		node(graph.Segment, "segment:a", "甲段", with("position", "upstream")),
		node(graph.Segment, "segment:b", "乙段", with("position", "downstream")))
	l.put(t, ops...)
	l.put(t, edge(graph.HasSegment, "chain:a", "segment:a"), edge(graph.HasSegment, "chain:b", "segment:b"))
	if order == nil {
		for i := range n {
			order = append(order, i)
		}
	}
	words := []string{"电机", "镀锌", "附着力", "电池", "充电器", "丝网", "童装", "绳带"}
	for part := range slices.Chunk(order, 97) {
		var nodes, edges []graph.Op
		for _, i := range part {
			r := rand.New(rand.NewPCG(uint64(i), 7))
			name := words[r.IntN(8)] + words[r.IntN(8)] + "问题"
			id := graph.ID(fmt.Sprintf("problem:%04d", i))
			edits := []func(*graph.Node){with("severity", int64(1+r.IntN(5))), with("category", []string{"QM", "QT", "QI", "BR"}[r.IntN(4)])}
			if r.IntN(20) == 0 {
				edits = append(edits, in(graph.Retired))
			}
			if r.IntN(10) == 0 {
				edits = append(edits, func(n *graph.Node) { n.ValidTo = graph.DateOf(2026, 1, 1+r.IntN(300)) })
			}
			if r.IntN(3) == 0 {
				edits = append(edits, aliases("别名"+words[r.IntN(8)]))
			}
			nodes = append(nodes, node(graph.Problem, id, name, edits...))
			edges = append(edges, edge(graph.OccursAt, id, []graph.ID{"segment:a", "segment:b"}[r.IntN(2)]))
		}
		l.put(t, nodes...)
		l.put(t, edges...)
	}
	return l
}

func allPages(t *testing.T, x *Index, l *log, q Query, size int) []Hit {
	t.Helper()
	q.PageSize = size
	var out []Hit
	for {
		p := search(t, x, l, q)
		out = append(out, p.Items...)
		if p.NextPageToken == "" {
			return out
		}
		if len(p.Items) != size {
			t.Fatalf("a page of %d has %d hits and is not the last", size, len(p.Items))
		}
		q.PageToken = p.NextPageToken
	}
}

func TestPagesOfAnySizeGiveOneList(t *testing.T) {
	l := many(t, 400, nil)
	x := open(t, l, t.TempDir())
	settled(t, x)
	for _, q := range []Query{
		{}, {Text: "电机"}, {Text: "电机附着力问题"}, {Text: "电机的附着力有什么问题"}, {Sort: "-date"}, {Sort: "name", Text: "问题"},
		{Sort: "-name"}, {Sort: "-severity", Text: "电池"}, {Sort: "kind"}, {Filters: map[string][]string{"chain": {"a"}}, Text: "丝网"},
	} {
		t.Run(fmt.Sprintf("%q by %q", q.Text, q.Sort), func(t *testing.T) {
			whole := allPages(t, x, l, q, maxPageSize)
			if len(whole) < 20 {
				t.Fatalf("only %d hits", len(whole))
			}
			for _, size := range []int{1, 5, 16, 53, 100} {
				if diff := cmp.Diff(whole, allPages(t, x, l, q, size)); diff != "" {
					t.Fatalf("pages of %d: %s", size, diff)
				}
			}
		})
	}
}

func TestATokenOfAnotherQueryIsRefused(t *testing.T) {
	l := many(t, 100, nil)
	x := open(t, l, t.TempDir())
	settled(t, x)
	token := search(t, x, l, Query{Text: "电机", PageSize: 2}).NextPageToken
	for _, q := range []Query{
		{Text: "电池", PageToken: token}, {Text: "电机", PageToken: "nonsense"}, {Text: "电机", Sort: "name", PageToken: token},
		{Text: "电机", Filters: map[string][]string{"chain": {"a"}}, PageToken: token},
	} {
		if _, err := x.Search(t.Context(), l.view("2026-11-23"), q); !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("%+v: error %v, want invalid", q, err)
		}
	}
	for name, q := range map[string]Query{
		"an unknown facet": {Facets: []string{"colour"}}, "an unknown filter": {Filters: map[string][]string{"colour": {"red"}}},
		"an unknown order": {Sort: "colour"}, "a page too large": {PageSize: 1001}, "a page below nothing": {PageSize: -1},
	} {
		if _, err := x.Search(t.Context(), l.view(""), q); !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("%s: error %v, want invalid", name, err)
		}
	}
}

func TestFacetsEqualTheListsThatTheyPromise(t *testing.T) {
	l := many(t, 400, nil)
	x := open(t, l, t.TempDir())
	settled(t, x)
	facets := []string{"kind", "chain", "position", "severity", "category", "state"}
	for _, q := range []Query{
		{}, {Text: "电机"}, {Text: "电机附着力"}, {Filters: map[string][]string{"chain": {"chain:a"}}},
		{Filters: map[string][]string{"chain": {"chain:a"}, "severity": {"4", "5"}}, Text: "丝网"},
		{Filters: map[string][]string{"severity": {"1"}, "category": {"QM"}, "position": {"upstream"}}},
		{Filters: map[string][]string{"state": {"retired"}}},
	} {
		q.Facets = facets
		p := search(t, x, l, q)
		for name, values := range p.Facets {
			for _, v := range values {
				chosen := Query{Text: q.Text, IncludeTotal: true, Filters: map[string][]string{}}
				for f, want := range q.Filters {
					chosen.Filters[f] = want
				}
				chosen.Filters[name] = []string{v.Value}
				if got := *search(t, x, l, chosen).Total; got != v.Count {
					t.Errorf("%q %v: %s=%s promises %d, gives %d", q.Text, q.Filters, name, v.Value, v.Count, got)
				}
			}
		}
	}
}

func TestStatusIsAsOfTheView(t *testing.T) {
	l := small(t)
	x := open(t, l, t.TempDir())
	settled(t, x)
	for _, tt := range []struct {
		day  string
		want map[graph.ID]graph.Status
	}{
		{"2025-08-31", map[graph.ID]graph.Status{"standard:gb-17761-2018": graph.StatusInForce, "standard:gb-17761-2024": graph.StatusUpcoming, "standard:gb_t-13912-2020": graph.StatusInForce}},
		{"2025-09-01", map[graph.ID]graph.Status{"standard:gb-17761-2018": graph.StatusReplaced, "standard:gb-17761-2024": graph.StatusInForce, "standard:gb_t-13912-2020": graph.StatusInForce}},
	} {
		p, err := x.Search(t.Context(), l.view(tt.day), Query{Text: "GB 17761", Facets: []string{"status"}})
		if err != nil {
			t.Fatal(err)
		}
		got := map[graph.ID]graph.Status{}
		for _, h := range p.Items {
			got[h.ID] = h.Status
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("on %s: %s", tt.day, diff)
		}
		if got[p.Items[0].ID] != graph.StatusInForce {
			t.Errorf("on %s the first hit is %s", tt.day, got[p.Items[0].ID])
		}
		for _, v := range p.Facets["status"] {
			q := Query{Text: "GB 17761", Filters: map[string][]string{"status": {v.Value}}, IncludeTotal: true}
			if p, err := x.Search(t.Context(), l.view(tt.day), q); err != nil || *p.Total != v.Count {
				t.Errorf("on %s: status %s promises %d, gives %v, %v", tt.day, v.Value, v.Count, p.Total, err)
			}
		}
	}
}

func TestARecordNobodyMaySeeContributesNothing(t *testing.T) {
	l := small(t)
	without := small(t)
	without.put(t, graph.Op{DeleteNode: "firm:secret"})
	x, y := open(t, l, t.TempDir()), open(t, without, t.TempDir())
	settled(t, x)
	settled(t, y)
	if x.Status().Documents != y.Status().Documents {
		t.Errorf("documents: %d and %d", x.Status().Documents, y.Status().Documents)
	}
	for _, text := range []string{"", "镀锌", "秘密", "镀锌秘密有限公司", "mimi"} {
		q := Query{Text: text, Facets: FacetNames(), IncludeTotal: true, Highlight: true}
		p, q2 := search(t, x, l, q), search(t, y, without, q)
		p.Seq, q2.Seq = 0, 0
		if diff := cmp.Diff(q2, p); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
	all := graph.NewView(l.State().Reader, l.State().Seq, graph.Scope{Caller: graph.Caller{Everything: true}})
	if got, err := x.Suggest(t.Context(), all, "镀锌秘", nil, 0); err != nil || len(got) != 0 {
		t.Errorf("suggestions %v, %v", got, err)
	}
}

func TestEqualGraphsGiveEqualBytes(t *testing.T) {
	shuffled := rand.New(rand.NewPCG(1, 2)).Perm(400)
	l, m := many(t, 400, nil), many(t, 400, shuffled)
	x, y := open(t, l, t.TempDir()), open(t, m, t.TempDir())
	settled(t, x)
	settled(t, y)
	check := func(when string) {
		t.Helper()
		for _, q := range []Query{{}, {Text: "电机"}, {Text: "电机附着力问题"}, {Text: "充电器的电池有什么问题"}, {Text: "dianji"}, {Text: "殿机"}} {
			q.Facets, q.Highlight, q.PageSize, q.IncludeTotal = FacetNames(), true, 200, true
			if diff := cmp.Diff(search(t, x, l, q), search(t, y, m, q)); diff != "" {
				t.Fatalf("%s, %q: %s", when, q.Text, diff)
			}
		}
	}
	check("shuffled")
	forceMerge(t, y)
	check("merged")
}

func forceMerge(t *testing.T, x *Index) {
	t.Helper()
	s := x.serving.Load()
	advanced, err := s.idx.Advanced()
	if err != nil {
		t.Fatal(err)
	}
	options := mergeplan.SingleSegmentMergePlanOptions
	if err := advanced.(*scorch.Scorch).ForceMerge(t.Context(), &options); err != nil {
		t.Fatal(err)
	}
	if err := s.publish(); err != nil {
		t.Fatal(err)
	}
	if n := len(s.current.Load().segments); n != 1 {
		t.Fatalf("%d segments after a force merge", n)
	}
}

func TestHighlightsAreEscaped(t *testing.T) {
	l := newLog("e1")
	l.put(t,
		node(graph.Problem, "problem:x", `<script>alert("锌层")</script>锌层&脱落`, aliases(`"锌层'<img src=x>`)),
		node(graph.Problem, "problem:y", "ＧＢ／Ｔ １３９１２ 鍍鋅層脫落", with("phenomenon", strings.Repeat("前文", 200)+"鋅層<b>"+strings.Repeat("后文", 200))),
	)
	x := open(t, l, t.TempDir())
	settled(t, x)
	for _, h := range search(t, x, l, Query{Text: "锌层脱落", Highlight: true}).Items {
		if len(h.Highlights) < 2 {
			t.Errorf("%s: highlights %v", h.ID, h.Highlights)
		}
		for _, hl := range h.Highlights {
			plain := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(hl.HTML)
			if strings.ContainsAny(plain, `<>"'`) {
				t.Errorf("%s: %s is not escaped", h.ID, hl.HTML)
			}
			if !strings.Contains(hl.HTML, "<mark>") || len([]rune(hl.HTML)) > 200 {
				t.Errorf("%s: highlight %q", h.ID, hl.HTML)
			}
		}
	}
	want := []Highlight{{Field: "name", HTML: "ＧＢ／Ｔ １３９１２ 鍍<mark>鋅層脫落</mark>"}}
	for _, h := range search(t, x, l, Query{Text: "锌层脱落", Highlight: true}).Items {
		if h.ID == "problem:y" {
			if diff := cmp.Diff(want, h.Highlights[:1]); diff != "" {
				t.Error(diff)
			}
		}
	}
}

func TestSuggest(t *testing.T) {
	l := small(t)
	x := open(t, l, t.TempDir())
	settled(t, x)
	for _, tt := range []struct {
		name, typed string
		kinds       []graph.NodeKind
		first       graph.ID
		field       string
	}{
		{"the beginning of a name", "镀锌层", nil, "problem:qp-sw-01", "name"},
		{"of an alias", "锌层结", nil, "problem:qp-sw-01", "alias"},
		{"of a code", "gb/t139", nil, "standard:gb_t-13912-2020", "code"},
		{"of a code without its letters", "1391", nil, "standard:gb_t-13912-2020", "code"},
		{"of pinyin", "yinghan", nil, "firm:yht", "pinyin"},
		{"of initials", "yht", nil, "firm:yht", "initials"},
		{"longer than what is indexed", "北京映翰通网络技术股份有限公", nil, "firm:yht", "name"},
		{"of a kind", "电动自行车", []graph.NodeKind{graph.Standard}, "standard:gb-17761-2018", "name"},
		{"in traditional characters", "鍍鋅層附", nil, "problem:qp-sw-01", "name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := x.Suggest(t.Context(), l.view("2026-11-23"), tt.typed, tt.kinds, 5)
			if err != nil || len(got) == 0 || got[0].ID != tt.first || got[0].Matched.Field != tt.field {
				t.Errorf("%q gives %v, %v, want %s by %s", tt.typed, got, err, tt.first, tt.field)
			}
		})
	}
	for _, typed := range []string{"", "  ", "镀锌层旧", "没有这个东西"} {
		if got, err := x.Suggest(t.Context(), l.view(""), typed, nil, 5); err != nil || len(got) != 0 {
			t.Errorf("%q gives %v, %v, want nothing", typed, got, err)
		}
	}
}

func TestHostileQueriesEnd(t *testing.T) {
	l := many(t, 200, nil)
	x := open(t, l, t.TempDir())
	settled(t, x)
	for _, text := range []string{
		"*", "a*", "????", `"`, `field:value AND (`, strings.Repeat("电机", 5000), strings.Repeat("a", 100000), "\x00\xff\xfe", "😀🚗",
		strings.Repeat("一二三四五六七八九十电机锌层网", 30), " ", "-", "\u202e电机", "GB GB GB 1 2 3", strings.Repeat("GB/T 1-2000 ", 100),
	} {
		p, err := x.Search(t.Context(), l.view("2026-11-23"), Query{Text: text, Highlight: true, Facets: FacetNames()})
		if err != nil {
			t.Errorf("%.20q: %v", text, err)
		}
		if len([]rune(text)) > maxQueryRunes && !slices.Contains(p.Warnings, "query_cut") {
			t.Errorf("%.20q: warnings %v do not say that it was cut", text, p.Warnings)
		}
	}
}
