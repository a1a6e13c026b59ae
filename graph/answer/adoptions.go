package answer

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"zhitu/graph"
)

// AdoptionsParams asks which international standards ours rest on.
type AdoptionsParams struct {
	Outdated     bool `query:"outdated" zh:"只看已换版" doc:"only where a newer edition of what was adopted is recorded"`
	IncludeEnded bool `query:"include_ended" zh:"含已废止" doc:"also standards that are themselves replaced or withdrawn on the date"`
	Limit        int  `query:"limit" default:"1000" min:"1" max:"10000" zh:"上限" doc:"adoptions at most"`
}

// Adoptions is one item for each standard that adopts another.
type Adoptions struct {
	Items    []Adoption `json:"items"`
	Total    int        `json:"total"`    // adoptions by standards that are not ended, or all with include_ended
	Outdated int        `json:"outdated"` // of total
}

// Adoption is one ADOPTS edge with what has become of the adopted edition.
type Adoption struct {
	Standard Ref            `json:"standard"`
	Status   graph.Status   `json:"status"`
	Tier     string         `json:"tier,omitempty"`
	Adopted  AdoptedEdition `json:"adopted"`
	Degree   string         `json:"degree,omitempty"` // IDT, MOD, NEQ
	Outdated bool           `json:"outdated"`
	Newest   AdoptedEdition `json:"newest"`    // newest recorded; the adopted one where none is newer
	Later    []Ref          `json:"later"`     // every edition since the adopted one, oldest first
	NewestBy string         `json:"newest_by"` // replaces: an edge says so; number: by the year of the number only (推定); "" where none is newer
	LagYears *int           `json:"lag_years"` // between the adopted and the newest edition; null: a year is not known
	Paths    []Path         `json:"paths"`
	Evidence []*Cited       `json:"evidence"`
}

// AdoptedEdition is an edition of an adopted standard.
type AdoptedEdition struct {
	Ref
	Status graph.Status `json:"status"`
	Year   int          `json:"year,omitempty"`
}

func adoptionsQuestion() Question {
	return declare(Question{
		Name: "standards-adoptions", Zh: "采标换版", Path: "/standards/adoptions", Asks: []string{"E10"},
		Doc:   "Which standards adopt an international edition, and which of these editions have been superseded",
		DocZh: "哪些标准采用了国际标准，所采的版本是否已经换版、滞后几年",
	}, adoptions)
}

func adoptions(ctx context.Context, a *Asked, p AdoptionsParams) (Adoptions, error) {
	d := adopter{asked: a, facts: newFacts(a.View), families: map[string][]graph.ID{}}
	if err := d.load(ctx); err != nil {
		return Adoptions{}, err
	}
	out := Adoptions{Items: []Adoption{}}
	ended := 0
	for _, id := range d.adopting {
		status := d.facts.status(id).Status
		gone := status == graph.StatusReplaced || status == graph.StatusWithdrawn
		for _, e := range d.facts.outOf(id, graph.Adopts) {
			if gone && !p.IncludeEnded {
				ended++
				continue
			}
			item := d.item(e)
			out.Total++
			if item.Outdated {
				out.Outdated++
			}
			if item.Outdated || !p.Outdated {
				out.Items = append(out.Items, item)
			}
		}
	}
	slices.SortFunc(out.Items, compareAdoptions)
	out.Items = cut(a, "limit", out.Items, p.Limit)
	if ended > 0 {
		a.Warn("ended_hidden", strconv.Itoa(ended))
	}
	if len(out.Items) == 0 {
		return out, a.whyEmpty(ctx, p.Outdated || ended > 0, "", func(probe *Asked, filtered bool) (int, error) {
			d := adopter{asked: probe, facts: newFacts(probe.View), families: map[string][]graph.ID{}}
			err := d.load(ctx)
			return d.count(p.Outdated && filtered), err
		})
	}
	return out, nil
}

// compareAdoptions puts the longest lag first, a lag that is not known last.
func compareAdoptions(x, y Adoption) int {
	lag := func(a Adoption) int {
		if a.LagYears == nil {
			return -1
		}
		return *a.LagYears
	}
	return cmp.Or(cmp.Compare(lag(y), lag(x)), cmp.Compare(x.Standard.ID, y.Standard.ID), cmp.Compare(x.Adopted.ID, y.Adopted.ID))
}

// adopter finds newer editions of what was adopted.
type adopter struct {
	asked    *Asked
	facts    *facts
	adopting []graph.ID
	families map[string][]graph.ID // every edition of the adopted families
}

// load reads the standards that adopt, what they adopt, every edition of its
// family and what REPLACES links with it.
func (d *adopter) load(ctx context.Context) error {
	var all []graph.ID
	codes := map[graph.ID]string{}
	for n, err := range d.facts.view.OfKind(ctx, graph.Standard) {
		if err != nil {
			return err
		}
		all = append(all, n.ID)
		codes[n.ID] = codeOf(&n)
	}
	adopted, err := d.facts.expand(ctx, all, outward(graph.Adopts))
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, id := range adopted {
		if c, ok := graph.ParseCode(codes[id]); ok {
			wanted[c.Family()] = true
		}
	}
	ids := slices.Clone(adopted)
	for _, id := range all {
		if len(d.facts.outOf(id, graph.Adopts)) > 0 {
			d.adopting = append(d.adopting, id)
			ids = append(ids, id)
		}
		if c, ok := graph.ParseCode(codes[id]); ok && wanted[c.Family()] {
			d.families[c.Family()] = append(d.families[c.Family()], id)
			ids = append(ids, id)
		}
	}
	if err := d.facts.loadNodes(ctx, ids); err != nil {
		return err
	}
	slices.Sort(ids)
	_, err = d.facts.closure(ctx, slices.Compact(ids), inward(graph.Replaces))
	return err
}

func (d *adopter) count(outdatedOnly bool) int {
	n := 0
	for _, id := range d.adopting {
		for _, e := range d.facts.outOf(id, graph.Adopts) {
			if !outdatedOnly || d.item(e).Outdated {
				n++
			}
		}
	}
	return n
}

func (d *adopter) item(e *graph.Edge) Adoption {
	f := d.facts
	n, to := f.nodes[e.From], f.nodes[e.To]
	d.asked.use(n, to)
	item := Adoption{
		Standard: refOf(n), Status: f.status(n.ID).Status, Tier: n.Fields.Text("tier"), Adopted: d.edition(to.ID),
		Degree: e.Fields.Text("degree"), Later: []Ref{}, Paths: []Path{pathOf(n.ID, e)},
	}
	item.Newest = item.Adopted
	evidence := [][]graph.Evidence{e.Evidence}
	later := d.later(to.ID)
	for _, l := range later {
		d.asked.use(f.nodes[l.id])
		item.Later = append(item.Later, refOf(f.nodes[l.id]))
		if len(l.path) > 0 {
			item.Paths = append(item.Paths, pathOf(n.ID, append([]*graph.Edge{e}, l.path...)...))
			evidence = append(evidence, evidenceOf(l.path)...)
		}
	}
	if len(later) > 0 {
		newest := later[len(later)-1]
		item.Outdated, item.Newest, item.NewestBy = true, d.edition(newest.id), "number"
		if len(newest.path) > 0 {
			item.NewestBy = "replaces"
		}
	}
	if item.Adopted.Year > 0 && item.Newest.Year > 0 {
		lag := item.Newest.Year - item.Adopted.Year
		item.LagYears = &lag
	}
	item.Evidence = d.asked.cite(evidence...)
	return item
}

func (d *adopter) edition(id graph.ID) AdoptedEdition {
	return AdoptedEdition{Ref: refOf(d.facts.nodes[id]), Status: d.facts.status(id).Status, Year: d.year(id)}
}

// year is when an edition came out: by its number, else by its dates.
func (d *adopter) year(id graph.ID) int {
	n := d.facts.nodes[id]
	if c, ok := graph.ParseCode(codeOf(n)); ok && c.Year() > 0 {
		return c.Year()
	}
	for _, field := range []string{"issued", "effective"} {
		if text := n.Fields.Text(field); len(text) >= 4 {
			year, _ := strconv.Atoi(text[:4])
			return year
		}
	}
	return 0
}

// later returns the editions that came after one, oldest first: those that
// REPLACES leads to, and those of the same number with a later year. One whose
// year is after the date is not known on it.
func (d *adopter) later(id graph.ID) []version {
	var out []version
	seen := map[graph.ID]bool{id: true}
	frontier := []version{{id: id}}
	for i := 0; i < len(frontier); i++ {
		at := frontier[i]
		for _, e := range d.facts.into(at.id, graph.Replaces) {
			if !seen[e.From] && !e.Fields.Flag("part") {
				seen[e.From] = true
				frontier = append(frontier, version{id: e.From, path: append(slices.Clone(at.path), e)})
			}
		}
	}
	out = append(out, frontier[1:]...)
	if c, ok := graph.ParseCode(codeOf(d.facts.nodes[id])); ok {
		for _, other := range d.families[c.Family()] {
			if !seen[other] && d.year(other) > d.year(id) && d.year(id) > 0 {
				seen[other] = true
				out = append(out, version{id: other})
			}
		}
	}
	out = slices.DeleteFunc(out, func(v version) bool { return !d.knownBy(v.id) })
	slices.SortStableFunc(out, func(x, y version) int {
		return cmp.Or(cmp.Compare(d.year(x.id), d.year(y.id)), cmp.Compare(x.id, y.id))
	})
	return out
}

// knownBy tells whether an edition can have been there on the date, as far as
// its year goes.
func (d *adopter) knownBy(id graph.ID) bool {
	date := d.facts.view.AsOf()
	return !date.Known() || d.year(id) == 0 || graph.DateOf(d.year(id), 1, 1) <= date
}
