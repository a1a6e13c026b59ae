package chainmap

import (
	"cmp"
	"slices"
)

// Sizes in pixels. A card is large enough for two lines of 14 px and a bar.
const (
	cardW, cardH = 216, 74
	cardGap      = 18
	lanePad      = 16
	laneHead     = 44
	gutter       = 112
	margin       = 24
	titleH       = 48
	chipH        = 28
	chipGap      = 8
	openW        = 420

	maxCards   = 12 // of a lane
	maxRibbons = 18
	topRanks   = 5
)

var positions = []string{"upstream", "midstream", "downstream", ""}

// Options choose what is opened.
type Options struct {
	Level   int    // 0 overview, 1 a segment open, 2 its problems by name
	Segment string // of levels 1 and 2
}

// Layout places m. It is a pure function: the same model, the same map.
func Layout(m Model, o Options) Map {
	out := Map{Title: m.Title, Level: o.Level, Lanes: []Lane{}, Cards: []Card{}, Chips: []Chip{}, Ribbons: []Ribbon{}}
	if o.Level > 0 {
		if i := slices.IndexFunc(m.Segments, func(s Segment) bool { return s.ID == o.Segment }); i >= 0 {
			layoutOpen(&out, m, m.Segments[i])
			return out
		}
		out.Level = 0
	}
	layoutOverview(&out, m)
	return out
}

func layoutOverview(out *Map, m Model) {
	x := margin
	for _, position := range positions {
		segments := of(m.Segments, position)
		if len(segments) == 0 && position == "" {
			continue
		}
		out.Lanes = append(out.Lanes, placeLane(out, segments, position, x))
		x += cardW + 2*lanePad + gutter
	}
	out.Width = x - gutter + margin
	height := 0
	for _, l := range out.Lanes {
		height = max(height, l.H)
	}
	for i := range out.Lanes {
		out.Lanes[i].H = height
	}
	out.Height = titleH + height + margin
	placeRibbons(out, m.Links)
}

// of returns the segments of a position in reading order: as the experts
// ordered them, then by id.
func of(segments []Segment, position string) []Segment {
	var list []Segment
	for _, s := range segments {
		if s.Position == position {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b Segment) int { return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID)) })
	return list
}

func placeLane(out *Map, segments []Segment, position string, x int) Lane {
	shown := fit(segments)
	lane := Lane{Box: Box{x, titleH, cardW + 2*lanePad, 0}, Position: position, More: len(segments) - len(shown)}
	y := titleH + laneHead
	for _, s := range shown {
		out.Cards = append(out.Cards, cardOf(s, Box{x + lanePad, y, cardW, cardH}))
		y += cardH + cardGap
	}
	if lane.More > 0 {
		lane.MoreAt = &Box{x + lanePad, y, cardW, chipH}
		y += chipH + cardGap
	}
	lane.H = max(y-titleH-cardGap+lanePad, laneHead+cardH+lanePad)
	return lane
}

// fit keeps what a lane has room for: the worst ranked and those with most
// problems stay, in reading order.
func fit(segments []Segment) []Segment {
	if len(segments) <= maxCards {
		return segments
	}
	byWeight := slices.Clone(segments)
	slices.SortStableFunc(byWeight, func(a, b Segment) int {
		return cmp.Or(cmp.Compare(rankOrLast(a.Rank), rankOrLast(b.Rank)), cmp.Compare(len(b.Problems), len(a.Problems)))
	})
	keep := map[string]bool{}
	for _, s := range byWeight[:maxCards] {
		keep[s.ID] = true
	}
	return slices.DeleteFunc(slices.Clone(segments), func(s Segment) bool { return !keep[s.ID] })
}

func rankOrLast(rank int) int {
	if rank == 0 {
		return 1 << 30
	}
	return rank
}

func cardOf(s Segment, at Box) Card {
	c := Card{Box: at, ID: s.ID, Name: s.Name, Position: s.Position, Products: len(s.Products), Problems: len(s.Problems)}
	for _, p := range s.Problems {
		if p.Severity >= 1 && p.Severity <= 5 {
			c.Severity[5-p.Severity]++
		}
		switch p.Coverage {
		case "covered":
			c.Covered++
		case "partly":
			c.Partly++
		default:
			c.Uncovered++
		}
		if p.Unsure {
			c.Unsure++
		}
	}
	if s.Rank <= topRanks {
		c.Bottleneck = s.Rank
	}
	return c
}

// placeRibbons draws the strongest links: forward ones and backward ones
// through the gutters, those inside a lane as a bow at its right edge.
func placeRibbons(out *Map, links []Link) {
	cards := map[string]Card{}
	for _, c := range out.Cards {
		cards[c.ID] = c
	}
	drawn := slices.DeleteFunc(slices.Clone(links), func(l Link) bool {
		_, from := cards[l.From]
		_, to := cards[l.To]
		return !from || !to || l.From == l.To
	})
	slices.SortStableFunc(drawn, func(a, b Link) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	out.Hidden = max(0, len(drawn)-maxRibbons)
	for _, l := range drawn[:min(len(drawn), maxRibbons)] {
		out.Ribbons = append(out.Ribbons, ribbon(l, cards[l.From].Box, cards[l.To].Box))
	}
}

func ribbon(l Link, a, b Box) Ribbon {
	r := Ribbon{From: l.From, To: l.To, Weight: l.Weight, Inferred: l.Inferred, Width: min(2+l.Weight, 8)}
	y0, y1 := a.Y+a.H/2, b.Y+b.H/2
	if b.X > a.X+a.W {
		x0, x1 := a.X+a.W, b.X
		bend := (x1 - x0) / 2
		r.Points = [8]int{x0, y0, x0 + bend, y0, x1 - bend, y1, x1, y1}
		return r
	}
	if b.X+b.W < a.X {
		r.Back = true
		x0, x1 := a.X, b.X+b.W
		bend := (x0 - x1) / 2
		r.Points = [8]int{x0, y0 + 12, x0 - bend, y0 + 12, x1 + bend, y1 + 12, x1, y1 + 12}
		return r
	}
	x0, x1 := a.X+a.W, b.X+b.W
	bow := max(x0, x1) + gutter/2
	r.Points = [8]int{x0, y0, bow, y0, bow, y1, x1, y1}
	return r
}

// layoutOpen shows one segment with its products and problems, and its direct
// neighbours as cards at the sides.
func layoutOpen(out *Map, m Model, open Segment) {
	byID := map[string]Segment{}
	for _, s := range m.Segments {
		byID[s.ID] = s
	}
	left, right := neighbours(m, byID, open.ID)
	x := margin
	if len(left) > 0 {
		x = placeSide(out, left, x)
	}
	top := titleH + laneHead
	card := cardOf(open, Box{x, top, openW, cardH})
	card.Open = true
	out.Cards = append(out.Cards, card)
	bottom := placeChips(out, open, x, top+cardH+cardGap)
	x += openW + gutter
	if len(right) > 0 {
		x = placeSide(out, right, x)
	}
	out.Width = x - gutter + margin
	for _, c := range out.Cards {
		bottom = max(bottom, c.Y+c.H)
	}
	out.Height = bottom + margin
	near := slices.DeleteFunc(slices.Clone(m.Links), func(l Link) bool { return l.From != open.ID && l.To != open.ID })
	placeRibbons(out, near)
}

func neighbours(m Model, byID map[string]Segment, open string) (left, right []Segment) {
	seen := map[string]bool{open: true}
	for _, into := range []bool{true, false} {
		var list []Segment
		for _, l := range m.Links {
			id, ok := l.From, l.To == open
			if !into {
				id, ok = l.To, l.From == open
			}
			if s, known := byID[id]; ok && known && !seen[id] {
				seen[id] = true
				list = append(list, s)
			}
		}
		slices.SortFunc(list, func(a, b Segment) int { return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID)) })
		if into {
			left = list
		} else {
			right = list
		}
	}
	return left, right
}

func placeSide(out *Map, segments []Segment, x int) int {
	y := titleH + laneHead
	for _, s := range segments {
		out.Cards = append(out.Cards, cardOf(s, Box{x, y, cardW, cardH}))
		y += cardH + cardGap
	}
	return x + cardW + gutter
}

// placeChips lists the products of the open segment, with the marks of their
// problems, then the problems of no product; at level 2 each problem has a
// line of its own.
func placeChips(out *Map, s Segment, x, y int) int {
	problems := map[string]Problem{}
	for _, p := range s.Problems {
		problems[p.ID] = p
	}
	placed := map[string]bool{}
	line := func(c Chip, indent int) {
		c.Box = Box{x + indent, y, openW - indent, chipH}
		out.Chips = append(out.Chips, c)
		y += chipH + chipGap
	}
	products := slices.Clone(s.Products)
	slices.SortFunc(products, func(a, b Product) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	for _, product := range products {
		chip := Chip{ID: product.ID, Kind: "product", Name: product.Name, Marks: []Problem{}}
		for _, id := range product.Problems {
			if p, ok := problems[id]; ok {
				chip.Marks = append(chip.Marks, p)
			}
		}
		sortProblems(chip.Marks)
		line(chip, 0)
		for _, p := range chip.Marks {
			if out.Level >= 2 && !placed[p.ID] {
				line(Chip{ID: p.ID, Kind: "problem", Name: p.Name, Marks: []Problem{p}}, 24)
			}
			placed[p.ID] = placed[p.ID] || out.Level >= 2
		}
	}
	rest := slices.Clone(s.Problems)
	sortProblems(rest)
	for _, p := range rest {
		if !placed[p.ID] {
			line(Chip{ID: p.ID, Kind: "problem", Name: p.Name, Marks: []Problem{p}}, 0)
		}
	}
	return y
}

func sortProblems(list []Problem) {
	slices.SortFunc(list, func(a, b Problem) int { return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.ID, b.ID)) })
}
