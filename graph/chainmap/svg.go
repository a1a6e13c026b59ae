package chainmap

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// Words are the labels of one language.
type Words struct {
	Lang                                                        string
	Upstream, Midstream, Downstream, Unclassified               string
	Products, Problems, Gaps, More, Bottleneck, Covered, Legend string
	Severity                                                    [5]string // 5 … 1
}

// WordsOf returns the labels in zh or en.
func WordsOf(lang string) Words {
	if lang == "en" {
		return Words{
			Lang: "en", Upstream: "Upstream", Midstream: "Midstream", Downstream: "Downstream", Unclassified: "Unclassified",
			Products: "products", Problems: "problems", Gaps: "gaps", More: "more segments", Bottleneck: "bottleneck", Covered: "covered",
			Legend:   "Severity",
			Severity: [5]string{"safety or legal red line", "main function lost", "degraded, rework", "cosmetic", "negligible"},
		}
	}
	return Words{
		Lang: "zh-CN", Upstream: "上游", Midstream: "中游", Downstream: "下游", Unclassified: "未归类",
		Products: "个产品", Problems: "个问题", Gaps: "缺口", More: "个其余环节", Bottleneck: "卡点", Covered: "已覆盖", Legend: "严重度",
		Severity: [5]string{"安全或法规红线", "主要功能丧失", "性能下降/返工", "外观或轻微不便", "可忽略"},
	}
}

func (w Words) lane(position string) string {
	switch position {
	case "upstream":
		return w.Upstream
	case "midstream":
		return w.Midstream
	case "downstream":
		return w.Downstream
	}
	return w.Unclassified
}

// severityFill are the colours of severity 5 … 1. Shape and number always
// stand beside them: colour alone says nothing here.
var severityFill = [5]string{"#7A0C2E", "#D9480F", "#F5B041", "#FDE8A8", "#FFFFFF"}

const fonts = `system-ui, 'PingFang SC', 'HarmonyOS Sans SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif`

// WriteSVG draws m as one self-contained picture.
func WriteSVG(out io.Writer, m Map, w Words) error {
	p := &pen{w: bufio.NewWriter(out)}
	legend := 40
	p.f(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" lang="%s" role="img" aria-label="%s" font-family="%s">`+"\n",
		m.Width, m.Height+legend, m.Width, m.Height+legend, w.Lang, esc(m.Title), esc(fonts))
	p.f(`<title>%s</title>`+"\n", esc(m.Title))
	p.f(`<defs><pattern id="gap" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#FFFFFF"/><rect width="3" height="6" fill="#5B6472"/></pattern>` +
		`<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8Z" fill="#7C8797"/></marker></defs>` + "\n")
	p.f(`<rect width="%d" height="%d" fill="#FFFFFF"/>`+"\n", m.Width, m.Height+legend)
	p.text(margin, 32, 20, 600, "#1B2430", m.Title)
	for _, l := range m.Lanes {
		p.lane(l, w)
	}
	for _, r := range m.Ribbons {
		p.ribbon(r)
	}
	for _, c := range m.Cards {
		p.card(c, w)
	}
	for _, c := range m.Chips {
		p.chip(c)
	}
	p.legend(m.Height, w)
	p.f("</svg>\n")
	if p.err != nil {
		return fmt.Errorf("chain map: %w", p.err)
	}
	return p.w.Flush()
}

// pen writes and remembers the first error.
type pen struct {
	w   *bufio.Writer
	err error
}

func (p *pen) f(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func (p *pen) text(x, y, size, weight int, fill, s string) {
	p.f(`<text x="%d" y="%d" font-size="%d" font-weight="%d" fill="%s">%s</text>`+"\n", x, y, size, weight, fill, esc(s))
}

func (p *pen) lane(l Lane, w Words) {
	p.f(`<rect x="%d" y="%d" width="%d" height="%d" rx="6" fill="#F4F6F9"/>`+"\n", l.X, l.Y, l.W, l.H)
	p.text(l.X+lanePad, l.Y+28, 16, 600, "#39424E", w.lane(l.Position))
	if l.MoreAt != nil {
		p.text(l.MoreAt.X, l.MoreAt.Y+19, 14, 400, "#39424E", fmt.Sprintf("+%d %s", l.More, w.More))
	}
}

func (p *pen) ribbon(r Ribbon) {
	dash := ""
	if r.Inferred {
		dash = ` stroke-dasharray="6 4"`
	}
	q := r.Points
	p.f(`<path d="M%d %dC%d %d %d %d %d %d" fill="none" stroke="#9AA5B4" stroke-opacity="0.75" stroke-width="%d"%s marker-end="url(#tip)"/>`+"\n",
		q[0], q[1], q[2], q[3], q[4], q[5], q[6], q[7], min(r.Width, 3), dash)
}

func (p *pen) card(c Card, w Words) {
	stroke, width := "#8A94A3", 1
	if c.Bottleneck > 0 {
		stroke, width = "#1B2430", 3
	}
	p.f(`<g role="listitem" id="%s"><title>%s</title>`+"\n", esc("card-"+c.ID), esc(cardName(c, w)))
	p.f(`<rect x="%d" y="%d" width="%d" height="%d" rx="4" fill="#FFFFFF" stroke="%s" stroke-width="%d"/>`+"\n", c.X, c.Y, c.W, c.H, stroke, width)
	p.text(c.X+10, c.Y+22, 14, 600, "#1B2430", Clip(c.Name, (c.W-20)/7))
	p.text(c.X+10, c.Y+40, 12, 400, "#39424E", fmt.Sprintf("%d %s · %d %s", c.Products, w.Products, c.Problems, w.Problems))
	x := c.X + 10
	for i, n := range c.Severity {
		if n > 0 {
			p.mark(x+6, c.Y+57, 5-i, "")
			p.text(x+15, c.Y+61, 12, 400, "#1B2430", fmt.Sprint(n))
			x += 34
		}
	}
	if c.Problems > 0 {
		p.gapBar(c, w)
	}
	p.f("</g>\n")
}

// gapBar shows how many problems are uncovered: hatched, with the figure.
func (p *pen) gapBar(c Card, w Words) {
	const barW, barH = 56, 8
	x, y := c.X+c.W-barW-10, c.Y+c.H-barH-6
	open := c.Problems - c.Covered
	p.f(`<rect x="%d" y="%d" width="%d" height="%d" fill="#FFFFFF" stroke="#5B6472"/>`+"\n", x, y, barW, barH)
	p.f(`<rect x="%d" y="%d" width="%d" height="%d" fill="url(#gap)"/>`+"\n", x, y, barW*open/c.Problems, barH)
	label := fmt.Sprintf("%s %d/%d", w.Gaps, open, c.Problems)
	if c.Bottleneck > 0 {
		label = fmt.Sprintf("%s %d", w.Bottleneck, c.Bottleneck)
	}
	p.f(`<text x="%d" y="%d" font-size="12" fill="#39424E" text-anchor="end">%s</text>`+"\n", c.X+c.W-10, c.Y+40, esc(label))
}

func cardName(c Card, w Words) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s, %d %s, %d %s, %s %d", c.Name, w.lane(c.Position), c.Products, w.Products, c.Problems, w.Problems, w.Gaps, c.Problems-c.Covered)
	if c.Bottleneck > 0 {
		fmt.Fprintf(&b, ", %s %d", w.Bottleneck, c.Bottleneck)
	}
	return b.String()
}

func (p *pen) chip(c Chip) {
	fill := "#FFFFFF"
	if c.Kind == "product" {
		fill = "#EEF2F7"
	}
	p.f(`<g role="listitem"><title>%s</title><rect x="%d" y="%d" width="%d" height="%d" rx="4" fill="%s" stroke="#8A94A3"/>`+"\n", esc(c.Name), c.X, c.Y, c.W, c.H, fill)
	right := c.X + c.W - 14
	for i := len(c.Marks) - 1; i >= 0 && right > c.X+c.W/2; i-- {
		m := c.Marks[i]
		p.mark(right-12, c.Y+14, m.Severity, m.Coverage)
		p.text(right-3, c.Y+18, 12, 400, "#1B2430", fmt.Sprint(m.Severity))
		right -= 30
	}
	p.text(c.X+10, c.Y+19, 14, 400, "#1B2430", Clip(c.Name, (right-c.X-24)/7))
	p.f("</g>\n")
}

// mark draws the shape of a severity at a centre: octagon, diamond, triangle,
// circle, bar. With a coverage, half filled is partly and hollow uncovered.
func (p *pen) mark(x, y, severity int, coverage string) {
	if severity < 1 || severity > 5 {
		p.f(`<circle cx="%d" cy="%d" r="5" fill="none" stroke="#5B6472" stroke-dasharray="2 2"/>`+"\n", x, y)
		return
	}
	fill := severityFill[5-severity]
	shape := map[int]string{
		5: fmt.Sprintf("M%d %dh5l3 3v5l-3 3h-5l-3 -3v-5z", x-2, y-6),
		4: fmt.Sprintf("M%d %dl6 6l-6 6l-6 -6z", x, y-6),
		3: fmt.Sprintf("M%d %dl6 11h-12z", x, y-6),
		2: fmt.Sprintf("M%d %da5 5 0 1 0 10 0a5 5 0 1 0 -10 0z", x-5, y),
		1: fmt.Sprintf("M%d %dh12v5h-12z", x-6, y-2),
	}[severity]
	p.f(`<path d="%s" fill="%s" stroke="#1B2430"/>`+"\n", shape, fill)
	switch coverage {
	case "uncovered":
		p.f(`<circle cx="%d" cy="%d" r="2" fill="#FFFFFF" stroke="#1B2430"/>`+"\n", x, y)
	case "partly":
		p.f(`<path d="M%d %dv4a2 2 0 0 1 0 -4z" fill="#FFFFFF" stroke="#1B2430"/>`+"\n", x, y-2)
	}
}

func (p *pen) legend(y int, w Words) {
	x := margin
	p.text(x, y+20, 12, 600, "#39424E", w.Legend)
	x += 12 + 8*len([]rune(w.Legend)) + 24
	for i, name := range w.Severity {
		p.mark(x, y+16, 5-i, "")
		label := fmt.Sprintf("%d %s", 5-i, name)
		p.text(x+12, y+20, 12, 400, "#39424E", label)
		x += 28 + 7*displayWidth(label)
	}
}

// Clip cuts s to a display width (CJK 2, Latin 1), with an ellipsis.
func Clip(s string, width int) string {
	if displayWidth(s) <= width {
		return s
	}
	n := 0
	for i, r := range s {
		w := runeWidth(r)
		if n+w > width-2 {
			return s[:i] + "…"
		}
		n += w
	}
	return s
}

func displayWidth(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

func runeWidth(r rune) int {
	if r >= 0x1100 {
		return 2
	}
	return 1
}

func esc(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder never fails
	return b.String()
}
