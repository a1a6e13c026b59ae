package answer

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"zhitu/graph"
)

// RegionHistoryParams asks what a region was called before and is called now.
type RegionHistoryParams struct {
	Code  string `path:"code" zh:"区划代码" doc:"six digits, an old code or a new one"`
	Limit int    `query:"limit" default:"1000" min:"1" max:"100000" zh:"上限" doc:"firms listed at most; counts are of all"`
}

// RegionHistory is the codes of one place over time, and the firms that the
// changes touch: a credit code keeps the code of its registration for ever, so
// its digits 3–8 say where a firm was registered, never where it is today.
type RegionHistory struct {
	Code    string         `json:"code"`    // as asked
	Current []Ref          `json:"current"` // what it is today
	Old     []Ref          `json:"old"`
	Changes []RegionChange `json:"changes"`
	Firms   []RegionFirm   `json:"firms"`
	Counts  RegionCounts   `json:"counts"`
}

// RegionChange is one REPLACES edge between regions. The day of a change is
// what evidence says; the day on which a list last showed the old code is not
// it.
type RegionChange struct {
	Old         Ref       `json:"old"`
	New         Ref       `json:"new"`
	Date        string    `json:"date,omitempty"`
	DateMissing bool      `json:"date_missing"`
	Part        bool      `json:"part"`
	Took        graph.Tri `json:"took_effect"` // by as_of
	Paths       []Path    `json:"paths"`
	Evidence    []*Cited  `json:"evidence"`
}

// RegionFirm is a firm that is in the place by its location or was registered
// under one of its codes.
type RegionFirm struct {
	Ref
	RegisteredCode string   `json:"registered_code,omitempty"` // digits 3–8 of its credit code
	RegisteredOld  bool     `json:"registered_old"`            // which is an old code of this place
	Located        []Ref    `json:"located"`
	LocatedHere    *bool    `json:"located_here"` // null: not recorded
	Paths          []Path   `json:"paths"`
	Evidence       []*Cited `json:"evidence"`
}

// RegionCounts counts the firms; old codes count in, by location.
type RegionCounts struct {
	Affected      int            `json:"affected"`       // registered under an old code, or located under one
	Located       int            `json:"located"`        // in the place today, under whichever of its codes
	RegisteredOld int            `json:"registered_old"` // under an old code
	OldAndLocated int            `json:"registered_old_and_located"`
	OldElsewhere  int            `json:"registered_old_elsewhere"`
	OldUnknown    int            `json:"registered_old_location_not_recorded"`
	ByCode        map[string]int `json:"by_registered_code"` // of the codes of this place
}

func regionHistoryQuestion() Question {
	return declare(Question{
		Name: "region-history", Zh: "区划沿革", Path: "/regions/:code/history", Asks: []string{"P13"},
		Doc:   "The codes of a region over time, and the firms registered under or located by an old one",
		DocZh: "一个区域的新旧区划代码与变更日期，登记在旧码下的企业有多少、现在算在哪里",
	}, regionHistory)
}

func regionHistory(ctx context.Context, a *Asked, p RegionHistoryParams) (RegionHistory, error) {
	code, ok := regionCode(p.Code)
	if !ok {
		return RegionHistory{}, &graph.InvalidError{Field: "code", Code: "out_of_range", Value: p.Code, Want: "GB/T 2260, 6 × 0–9"}
	}
	f, ids, err := lineage(ctx, a.View, code)
	if err != nil {
		return RegionHistory{}, err
	}
	if len(ids) == 0 {
		return RegionHistory{}, graph.ErrNotFound
	}
	h := historian{asked: a, regions: f, codes: map[string]bool{}, here: map[graph.ID]bool{}}
	out := RegionHistory{Code: code, Changes: h.changes(ids), Current: []Ref{}, Old: []Ref{}}
	for _, id := range ids {
		a.use(f.nodes[id])
		if h.replaced(id) {
			out.Old = append(out.Old, refOf(f.nodes[id]))
			h.codes[f.nodes[id].Fields.Text("code")] = true
		} else {
			out.Current = append(out.Current, refOf(f.nodes[id]))
		}
		h.here[id] = true
	}
	if out.Firms, err = h.firms(ctx, ids); err != nil {
		return out, err
	}
	out.Counts = h.counts(out.Firms)
	out.Firms = cut(a, "limit", out.Firms, p.Limit)
	if len(out.Changes) == 0 {
		a.Warn("not_recorded", "REPLACES "+code)
	}
	return out, nil
}

// historian tells the old codes of a place from its present one.
type historian struct {
	asked   *Asked
	regions *facts
	codes   map[string]bool   // old ones
	here    map[graph.ID]bool // the regions that are this place
}

// took tells whether a change had happened by the date: one without a date
// has, as far as is recorded.
func (h *historian) took(e *graph.Edge) graph.Tri {
	date := e.Fields.Span("date")
	if !date.Known() && e.ValidFrom.Known() {
		date = graph.Span{First: e.ValidFrom, Last: e.ValidFrom}
	}
	return date.Reached(h.asked.View.AsOf())
}

// replaced tells whether a code has ended by the date: a part replacement
// leaves it.
func (h *historian) replaced(id graph.ID) bool {
	return slices.ContainsFunc(h.regions.into(id, graph.Replaces), func(e *graph.Edge) bool {
		return !e.Fields.Flag("part") && h.took(e) != graph.No
	})
}

// changes lists the changes of the place, oldest first, those without a date
// first.
func (h *historian) changes(ids []graph.ID) []RegionChange {
	out := []RegionChange{}
	for _, id := range ids {
		for _, e := range h.regions.outOf(id, graph.Replaces) {
			out = append(out, RegionChange{
				Old: refOf(h.regions.nodes[e.To]), New: refOf(h.regions.nodes[e.From]), Date: e.Fields.Text("date"),
				DateMissing: e.Fields.Text("date") == "", Part: e.Fields.Flag("part"), Took: h.took(e),
				Paths: []Path{pathOf(e.To, e)}, Evidence: h.asked.cite(e.Evidence),
			})
		}
	}
	slices.SortFunc(out, func(x, y RegionChange) int {
		return cmp.Or(cmp.Compare(x.Date, y.Date), cmp.Compare(x.Old.ID, y.Old.ID), cmp.Compare(x.New.ID, y.New.ID))
	})
	return out
}

// valid tells whether something is true on the date of the answer.
func (h *historian) valid(from, to graph.Date) bool {
	d := h.asked.View.AsOf()
	return !d.Known() || graph.Validity{From: from, To: to}.At(d) != graph.No
}

// firms lists the firms of the place, by id. An old code may have ended while
// firms are still recorded as located under it, so the regions are not asked
// for on the date; firms and their locations are.
func (h *historian) firms(ctx context.Context, ids []graph.ID) ([]RegionFirm, error) {
	f := newFacts(h.asked.View.At(graph.Unknown))
	codes := map[string]bool{}
	for _, id := range ids {
		codes[h.regions.nodes[id].Fields.Text("code")] = true
	}
	met, err := f.expand(ctx, ids, inward(graph.LocatedIn))
	if err != nil {
		return nil, err
	}
	firms := f.ofKind(met, graph.Firm)
	for n, err := range h.asked.View.OfKind(ctx, graph.Firm) {
		if err != nil {
			return nil, err
		}
		if codes[registered(&n)] {
			f.nodes[n.ID] = &n
			firms = append(firms, n.ID)
		}
	}
	slices.Sort(firms)
	firms = slices.Compact(firms)
	if _, err := f.expand(ctx, firms, outward(graph.LocatedIn)); err != nil {
		return nil, err
	}
	out := []RegionFirm{}
	for _, id := range firms {
		n := f.nodes[id]
		item := h.firm(f, id)
		if h.valid(n.ValidFrom, n.ValidTo) && (codes[item.RegisteredCode] || item.LocatedHere != nil && *item.LocatedHere) {
			h.asked.use(n)
			out = append(out, item)
		}
	}
	return out, nil
}

// registered returns digits 3–8 of a firm's credit code, "" when it has none
// that is valid.
func registered(n *graph.Node) string {
	u, err := graph.ParseUSCC(n.Fields.Text("uscc"))
	if err != nil {
		return ""
	}
	return u.RegisteredRegion()
}

func (h *historian) firm(f *facts, id graph.ID) RegionFirm {
	n := f.nodes[id]
	item := RegionFirm{Ref: refOf(n), RegisteredCode: registered(n), Located: []Ref{}, Paths: []Path{pathOf(id)}}
	item.RegisteredOld = h.codes[item.RegisteredCode]
	evidence := [][]graph.Evidence{spokenFor(n, "uscc")}
	for _, e := range f.outOf(id, graph.LocatedIn) {
		if !h.valid(e.ValidFrom, e.ValidTo) {
			continue
		}
		item.Located = append(item.Located, refOf(f.nodes[e.To]))
		item.Paths = append(item.Paths, pathOf(id, e))
		evidence = append(evidence, e.Evidence)
		here := h.here[e.To] || item.LocatedHere != nil && *item.LocatedHere
		item.LocatedHere = &here
	}
	item.Evidence = h.asked.cite(evidence...)
	return item
}

func (h *historian) counts(firms []RegionFirm) RegionCounts {
	c := RegionCounts{ByCode: map[string]int{}}
	for _, f := range firms {
		old := slices.ContainsFunc(f.Located, func(r Ref) bool { return h.codes[r.Code] })
		here := f.LocatedHere != nil && *f.LocatedHere
		c.Affected += asInt(f.RegisteredOld || old)
		c.Located += asInt(here)
		c.RegisteredOld += asInt(f.RegisteredOld)
		c.OldAndLocated += asInt(f.RegisteredOld && here)
		c.OldElsewhere += asInt(f.RegisteredOld && f.LocatedHere != nil && !here)
		c.OldUnknown += asInt(f.RegisteredOld && f.LocatedHere == nil)
		if strings.TrimSpace(f.RegisteredCode) != "" && h.ofPlace(f.RegisteredCode) {
			c.ByCode[f.RegisteredCode]++
		}
	}
	return c
}

// ofPlace tells whether a code is or was one of this place.
func (h *historian) ofPlace(code string) bool {
	for id := range h.here {
		if h.regions.nodes[id].Fields.Text("code") == code {
			return true
		}
	}
	return false
}
