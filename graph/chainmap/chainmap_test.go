package chainmap

import (
	"bytes"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update-maps", false, "rewrite the golden maps")

func model() Model {
	return Model{
		Title: "丝网 & <网>",
		Segments: []Segment{
			{ID: "segment:a", Name: "盘条与锌锭等原辅料", Position: "upstream", Order: 1, Products: []Product{{ID: "product:x", Name: "盘条"}}},
			{ID: "segment:b", Name: "镀锌与涂覆", Position: "upstream", Order: 2, Rank: 1, Products: []Product{{ID: "product:y", Name: "热镀锌钢丝", Problems: []string{"problem:1"}}}, Problems: []Problem{
				{ID: "problem:1", Name: "镀锌层附着力不足", Severity: 4, Coverage: "partly", Unsure: true},
				{ID: "problem:2", Name: "名称很长很长很长很长很长很长很长很长很长很长很长很长很长很长的问题", Severity: 5, Coverage: "uncovered"},
				{ID: "problem:3", Name: "未评", Coverage: "covered"},
			}},
			{ID: "segment:c", Name: "编织", Position: "midstream", Order: 1},
			{ID: "segment:d", Name: "出口", Position: "downstream"},
			{ID: "segment:e", Name: "其他"},
		},
		Links: []Link{{"segment:a", "segment:b", 3, false}, {"segment:b", "segment:c", 2, false}, {"segment:c", "segment:b", 1, true}, {"segment:c", "segment:d", 1, false}},
	}
}

func TestMapsAreByteStable(t *testing.T) {
	for _, tt := range []struct {
		file string
		o    Options
		lang string
	}{
		{"overview.zh.svg", Options{}, "zh"}, {"overview.en.svg", Options{}, "en"},
		{"open.zh.svg", Options{Level: 1, Segment: "segment:b"}, "zh"}, {"named.zh.svg", Options{Level: 2, Segment: "segment:b"}, "zh"},
	} {
		t.Run(tt.file, func(t *testing.T) {
			var b bytes.Buffer
			if err := WriteSVG(&b, Layout(model(), tt.o), WordsOf(tt.lang)); err != nil {
				t.Fatal(err)
			}
			wellFormed(t, b.Bytes())
			file := filepath.Join("testdata", tt.file)
			if *update {
				if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func wellFormed(t *testing.T, b []byte) {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(b))
	for {
		if _, err := dec.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestLayoutDoesNotDependOnTheOrderOfItsInput(t *testing.T) {
	a, b := model(), model()
	slices.Reverse(b.Segments)
	slices.Reverse(b.Links)
	if diff := cmp.Diff(Layout(a, Options{}), Layout(b, Options{})); diff != "" {
		t.Error(diff)
	}
}

func TestCardsOfALaneNeverOverlapAndStayInside(t *testing.T) {
	m := Model{}
	for i := range 60 {
		m.Segments = append(m.Segments, Segment{ID: fmt.Sprintf("segment:%02d", i), Name: "环节", Position: positions[i%4], Order: i})
	}
	out := Layout(m, Options{})
	for i, a := range out.Cards {
		if a.X < 0 || a.Y < 0 || a.X+a.W > out.Width || a.Y+a.H > out.Height {
			t.Errorf("%s stands outside the map", a.ID)
		}
		for _, b := range out.Cards[i+1:] {
			if a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
				t.Errorf("%s and %s overlap", a.ID, b.ID)
			}
		}
	}
	more := 0
	for _, l := range out.Lanes {
		more += l.More
	}
	if len(out.Cards)+more != len(m.Segments) {
		t.Errorf("%d cards and %d more are not %d segments", len(out.Cards), more, len(m.Segments))
	}
}

func TestTheWorstBottlenecksKeepTheirPlaceInACrowdedLane(t *testing.T) {
	m := Model{}
	for i := range 30 {
		m.Segments = append(m.Segments, Segment{ID: fmt.Sprintf("segment:%02d", i), Position: "upstream", Order: i, Rank: 30 - i})
	}
	out := Layout(m, Options{})
	if !slices.ContainsFunc(out.Cards, func(c Card) bool { return c.ID == "segment:29" && c.Bottleneck == 1 }) {
		t.Error("the first bottleneck is not drawn")
	}
}

func TestRibbonsThatAreNotDrawnAreCounted(t *testing.T) {
	m := Model{}
	for i := range 8 {
		m.Segments = append(m.Segments, Segment{ID: fmt.Sprintf("segment:%d", i), Position: positions[i%3]})
	}
	for i := range 8 {
		for j := range 8 {
			m.Links = append(m.Links, Link{From: fmt.Sprintf("segment:%d", i), To: fmt.Sprintf("segment:%d", j), Weight: i + j})
		}
	}
	out := Layout(m, Options{})
	if len(out.Ribbons) != maxRibbons || out.Hidden != 8*7-maxRibbons {
		t.Errorf("%d drawn, %d hidden", len(out.Ribbons), out.Hidden)
	}
}

func TestClipCountsDisplayWidth(t *testing.T) {
	for _, tt := range []struct {
		in   string
		n    int
		want string
	}{{"镀锌层", 6, "镀锌层"}, {"镀锌层附着力", 8, "镀锌层…"}, {"abc", 3, "abc"}, {"abcdef", 5, "abc…"}} {
		if got := Clip(tt.in, tt.n); got != tt.want {
			t.Errorf("Clip(%q, %d) = %q, want %q", tt.in, tt.n, got, tt.want)
		}
	}
}

func TestTextIsNeverSmallerThan12Pixels(t *testing.T) {
	var b bytes.Buffer
	if err := WriteSVG(&b, Layout(model(), Options{}), WordsOf("zh")); err != nil {
		t.Fatal(err)
	}
	for size := range 12 {
		if strings.Contains(b.String(), fmt.Sprintf(`font-size="%d"`, size)) {
			t.Errorf("text of %d px", size)
		}
	}
}

func BenchmarkLayout2000(b *testing.B) {
	m := Model{}
	for i := range 40 {
		s := Segment{ID: fmt.Sprintf("segment:%02d", i), Position: positions[i%3]}
		for j := range 50 {
			s.Products = append(s.Products, Product{ID: fmt.Sprintf("product:%d-%d", i, j)})
		}
		m.Segments = append(m.Segments, s)
	}
	for b.Loop() {
		Layout(m, Options{})
	}
}
