package search

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhitu/graph"
	"zhitu/graph/ledger"
)

var update = flag.Bool("update", false, "write the golden pages anew")

// TestTheShippedGraph asks the graph that ships with zhitu. Its parts share one
// index, which takes seconds to make.
func TestTheShippedGraph(t *testing.T) {
	l, x, load := seeded(t)
	load()
	settled(t, x)
	t.Run("judged queries come where they belong", func(t *testing.T) { judgedQueries(t, l, x) })
	t.Run("golden pages", func(t *testing.T) { goldenPages(t, l, x) })
	t.Run("standard numbers in every spelling", func(t *testing.T) { spelledNumbers(t, l, x) })
	t.Run("suggestions", func(t *testing.T) { shippedSuggestions(t, l, x) })
}

func viewOf(l *ledger.Ledger) *graph.View {
	s := l.Snapshot()
	return graph.NewView(s, s.Seq(), graph.Scope{AsOf: graph.DateOf(2026, 11, 23)})
}

func judgedQueries(t *testing.T, l *ledger.Ledger, x *Index) {
	f, err := os.Open("testdata/judged.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		part := strings.Split(lines.Text(), "\t")
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		if len(part) != 3 {
			t.Fatalf("judged.txt:%d: %d columns", n, len(part))
		}
		worst, err := strconv.Atoi(part[2])
		if err != nil {
			t.Fatalf("judged.txt:%d: %v", n, err)
		}
		p, err := x.Search(t.Context(), viewOf(l), Query{Text: part[0]})
		if err != nil {
			t.Fatal(err)
		}
		rank := 1 + slices.IndexFunc(p.Items, func(h Hit) bool { return string(h.ID) == part[1] })
		switch {
		case worst == 0 && rank != 0:
			t.Errorf("judged.txt:%d: %q finds %s at %d and should not", n, part[0], part[1], rank)
		case worst > 0 && (rank == 0 || rank > worst):
			t.Errorf("judged.txt:%d: %q finds %s at %d, want %d or better; first are %v", n, part[0], part[1], rank, worst, idsOf(p)[:min(3, len(p.Items))])
		}
	}
}

// goldenPages keeps whole first pages, so that a change of ranking shows in
// review.
func goldenPages(t *testing.T, l *ledger.Ledger, x *Index) {
	for name, q := range map[string]Query{
		"problem":  {Text: "镀锌层附着力不足"},
		"words":    {Text: "锂电池 充电器 不匹配"},
		"code":     {Text: "gbt17761"},
		"question": {Text: "电动自行车的新国标什么时候必须执行？"},
		"chain":    {Filters: map[string][]string{"chain": {"sw"}, "kind": {"Problem"}}, Sort: "-severity"},
	} {
		q.PageSize, q.Highlight, q.IncludeTotal = 10, true, true
		q.Facets = []string{"kind", "chain", "status"}
		p, err := x.Search(t.Context(), viewOf(l), q)
		if err != nil {
			t.Fatal(err)
		}
		p.Seq, p.NextPageToken = 0, "" // of the log, not of the ranking
		for i := range p.Items {
			p.Items[i].Score = float64(int(p.Items[i].Score*100)) / 100
		}
		got, err := json.MarshalIndent(p, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", "pages", name+".json")
		if *update {
			if err := os.WriteFile(file, append(got, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.TrimSpace(string(want)), string(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// spelledNumbers asks every standard with a number in spellings that people
// use: with the year it is that edition, without it one of the family.
func spelledNumbers(t *testing.T, l *ledger.Ledger, x *Index) {
	view := viewOf(l)
	asked, wrong := 0, 0
	for n, err := range view.OfKind(t.Context(), graph.Standard) {
		if err != nil {
			t.Fatal(err)
		}
		code, ok := graph.ParseCode(n.Fields.Text("code"))
		if !ok || code.Year() == 0 {
			continue
		}
		for _, s := range spellingsOf(code, rand.New(rand.NewPCG(uint64(asked), 1))) {
			asked++
			p, err := x.Search(t.Context(), view, Query{Text: s.text, PageSize: 3})
			if err != nil {
				t.Fatal(err)
			}
			if len(p.Items) == 0 || !s.right(t, view, p.Items[0].ID, code) {
				if wrong++; wrong <= 20 {
					t.Logf("%q for %s gives %v", s.text, code, idsOf(p))
				}
			}
		}
	}
	share := 1 - float64(wrong)/float64(asked)
	t.Logf("%d spellings, first hit right in %.4f", asked, share)
	if asked < 1000 || share < 0.99 {
		t.Errorf("%d spellings, first hit right in %.4f, want 1000 and 0.99", asked, share)
	}
}

type spelled struct {
	text string
	year bool // names the edition
}

func spellingsOf(c graph.Code, r *rand.Rand) []spelled {
	full, family := c.String(), c.Family()
	compact := strings.ToLower(strings.NewReplacer(" ", "", "/", "").Replace(full))
	bare := strings.ToLower(strings.ReplaceAll(family, " ", ""))
	wide := strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r + 0xfee0
		}
		return r
	}, full)
	dashes := []string{"—", "–", "‐", "−", "－"}
	all := []spelled{
		{full, true}, {strings.ToLower(full), true}, {wide, true}, {strings.ReplaceAll(full, "-", dashes[r.IntN(len(dashes))]), true},
		{family, false}, {bare, false}, {"请问" + family + "的要求是什么", false}, {fmt.Sprintf("按%s执行可以吗", full), true},
	}
	if strings.HasPrefix(full, "GB") && !strings.HasPrefix(full, "GB/Z") && !strings.HasPrefix(full, "GBZ") {
		all = append(all, spelled{compact, true})
	}
	return all
}

// right tells whether a hit is what was asked for: the edition, or one of the
// family.
func (s spelled) right(t *testing.T, view *graph.View, id graph.ID, want graph.Code) bool {
	n, err := view.Node(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	got, ok := graph.ParseCode(n.Fields.Text("code"))
	if s.year {
		return ok && got == want
	}
	return ok && got.Family() == want.Family()
}

func shippedSuggestions(t *testing.T, l *ledger.Ledger, x *Index) {
	for _, tt := range []struct{ typed, want string }{
		{"安平", "chain:sw"}, {"丝网镀锌", "problem:qp-sw-01"}, {"gb1776", "standard:gb-17761-2024"}, {"siw", "chain:sw"},
	} {
		got, err := x.Suggest(t.Context(), viewOf(l), tt.typed, nil, 10)
		if err != nil || !slices.ContainsFunc(got, func(s Suggestion) bool { return string(s.ID) == tt.want }) {
			t.Errorf("%q suggests %v, %v, want %s among them", tt.typed, got, err, tt.want)
		}
	}
}
