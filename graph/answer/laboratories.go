package answer

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"zhitu/graph"
)

// LaboratoriesParams asks who can test something.
type LaboratoriesParams struct {
	Characteristic string `query:"characteristic" zh:"质量特性" doc:"id or name, or part of a name"`
	Method         string `query:"method" zh:"方法标准" doc:"id or number of the method"`
	Region         string `query:"region" zh:"区域" doc:"region code or name: nearest first, by the levels of the code only"`
}

// Laboratories is every organization with a recorded capability that fits, in
// neutral order: by region level where a region is asked for, then by approval
// number, then by id. No distance is computed: there are no coordinates.
type Laboratories struct {
	Characteristics []Ref            `json:"characteristics"` // that the text was read as
	Methods         []Ref            `json:"methods"`
	Regions         []string         `json:"regions"`
	Items           []LaboratoryItem `json:"items"`
	Total           int              `json:"total"`
	InRegion        int              `json:"in_region"` // of total; 0 where no region is asked for
}

// LaboratoryItem is one organization with what it can test.
type LaboratoryItem struct {
	Ref
	ApprovalNo   string          `json:"approval_no,omitempty"`
	Types        []string        `json:"types"`
	Accredited   []string        `json:"accreditation"`
	Located      []Ref           `json:"located"`
	Nearness     string          `json:"nearness,omitempty"`
	Capabilities []CapabilityRow `json:"capabilities"`
	Paths        []Path          `json:"paths"`
	Evidence     []*Cited        `json:"evidence"`
}

// CapabilityRow is one capability with the status of its method; its numbers
// and expiry are empty where they are not recorded (未录).
type CapabilityRow struct {
	Capability
	Range        string       `json:"range,omitempty"`
	Uncertainty  string       `json:"uncertainty,omitempty"`
	MethodStatus graph.Status `json:"method_status,omitempty"`
	Valid        graph.Tri    `json:"valid"` // on the date; to_review: no expiry is recorded
	Evidence     []*Cited     `json:"evidence"`
}

func laboratoriesQuestion() Question {
	return declare(Question{
		Name: "laboratories", Zh: "实验室", Path: "/laboratories", Asks: []string{"B09"},
		Doc:   "Who can test a characteristic or by a method, with what accreditation, nearest region first",
		DocZh: "哪些检测机构能测某项特性或按某方法检测，有什么资质，按区划由近及远",
	}, laboratories)
}

func laboratories(ctx context.Context, a *Asked, p LaboratoriesParams) (Laboratories, error) {
	l, err := newLabFinder(ctx, a, p)
	if err != nil {
		return Laboratories{}, err
	}
	out := Laboratories{
		Characteristics: l.facts.refs(l.characteristics), Methods: l.facts.refs(l.methods), Regions: listOf(l.codes), Items: []LaboratoryItem{},
	}
	for _, id := range l.organizations() {
		out.Items = append(out.Items, l.item(id))
	}
	slices.SortFunc(out.Items, func(x, y LaboratoryItem) int {
		return cmp.Or(
			cmp.Compare(nearRank(x.Nearness), nearRank(y.Nearness)), compareNumbered(x.ApprovalNo, y.ApprovalNo), cmp.Compare(x.ID, y.ID),
		)
	})
	for _, item := range out.Items {
		out.Total++
		if item.Nearness == inRegion {
			out.InRegion++
		}
	}
	a.Warn("no_endorsement", "")
	if l.expired > 0 {
		a.Warn("filtered_by_date", strconv.Itoa(l.expired))
	}
	if out.Total == 0 && l.expired == 0 {
		detail := strings.TrimSpace(p.Characteristic + " " + p.Method)
		return out, a.whyEmpty(ctx, false, detail, func(probe *Asked, _ bool) (int, error) {
			then, err := newLabFinder(ctx, probe, p)
			if err != nil {
				return 0, err
			}
			return len(then.organizations()), nil
		})
	}
	if p.Region != "" && out.InRegion == 0 {
		a.Warn("not_recorded", "in_region "+p.Region)
	}
	return out, nil
}

// labFinder finds the capabilities that fit.
type labFinder struct {
	asked           *Asked
	facts           *facts
	codes           []string
	narrowed        bool
	characteristics []graph.ID
	methods         []graph.ID
	capable         []graph.ID // capabilities that fit and have not expired
	able            map[graph.ID]bool
	expired         int
}

func newLabFinder(ctx context.Context, a *Asked, p LaboratoriesParams) (*labFinder, error) {
	l := &labFinder{asked: a, facts: newFacts(a.View), narrowed: p.Characteristic != "" || p.Method != "", able: map[graph.ID]bool{}}
	var err error
	if l.codes, err = regionCodes(ctx, a.View, p.Region); err != nil {
		return nil, err
	}
	if p.Characteristic != "" {
		if l.characteristics, err = l.facts.named(ctx, graph.Characteristic, p.Characteristic, true); err != nil {
			return nil, err
		}
	}
	if p.Method != "" {
		if l.methods, err = l.facts.named(ctx, graph.Standard, p.Method, true); err != nil {
			return nil, err
		}
	}
	if err := l.loadCapable(ctx, p); err != nil {
		return nil, err
	}
	_, err = l.facts.closure(ctx, l.facts.ofKind(l.methodsOf(), graph.Standard), inward(graph.Replaces))
	return l, err
}

// loadCapable finds the capabilities that fit every filter.
func (l *labFinder) loadCapable(ctx context.Context, p LaboratoriesParams) error {
	f := l.facts
	capable, err := l.candidates(ctx, p)
	if err != nil {
		return err
	}
	met, err := f.expand(ctx, capable, inward(graph.HasCapability), outward(graph.Tests, graph.ByMethod))
	if err != nil {
		return err
	}
	if !l.narrowed { // then also those without a recorded capability
		for n, err := range f.view.OfKind(ctx, graph.OrganizationKind) {
			if err != nil {
				return err
			}
			if slices.Contains(n.Fields.Texts("types"), "laboratory") {
				f.nodes[n.ID] = &n
				met = append(met, n.ID)
			}
		}
	}
	for _, id := range capable {
		if !l.fits(id, p) {
			continue
		}
		if f.nodes[id].Fields.Span("expires_on").Passed(f.view.AsOf()) == graph.Yes {
			l.expired++
			continue
		}
		l.capable = append(l.capable, id)
		l.able[id] = true
	}
	_, err = f.expand(ctx, f.ofKind(met, graph.OrganizationKind), outward(graph.LocatedIn, graph.HasCapability))
	return err
}

// candidates returns the capabilities that may fit: of the characteristics or
// methods, or all.
func (l *labFinder) candidates(ctx context.Context, p LaboratoriesParams) ([]graph.ID, error) {
	switch {
	case p.Characteristic != "":
		return l.facts.expand(ctx, l.characteristics, inward(graph.Tests))
	case p.Method != "":
		return l.facts.expand(ctx, l.methods, inward(graph.ByMethod))
	}
	var all []graph.ID
	for n, err := range l.facts.view.OfKind(ctx, graph.TestCapability) {
		if err != nil {
			return nil, err
		}
		l.facts.nodes[n.ID] = &n
		all = append(all, n.ID)
	}
	return all, nil
}

func (l *labFinder) fits(capability graph.ID, p LaboratoriesParams) bool {
	return p.Method == "" || slices.ContainsFunc(l.facts.outOf(capability, graph.ByMethod), func(e *graph.Edge) bool {
		return slices.Contains(l.methods, e.To)
	})
}

// methodsOf returns the methods of the capabilities that fit.
func (l *labFinder) methodsOf() []graph.ID {
	var ids []graph.ID
	for _, id := range l.capable {
		for _, e := range l.facts.outOf(id, graph.ByMethod) {
			ids = append(ids, e.To)
		}
	}
	return ids
}

// organizations returns who has a capability that fits; when nothing was asked
// for in particular, also every laboratory without any.
func (l *labFinder) organizations() []graph.ID {
	var ids []graph.ID
	for _, id := range l.capable {
		for _, e := range l.facts.into(id, graph.HasCapability) {
			ids = append(ids, e.From)
		}
	}
	if !l.narrowed {
		for id, n := range l.facts.nodes {
			if n.Kind == graph.OrganizationKind && slices.Contains(n.Fields.Texts("types"), "laboratory") {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (l *labFinder) item(id graph.ID) LaboratoryItem {
	f, n := l.facts, l.facts.nodes[id]
	l.asked.use(n)
	regions := f.located(id)
	item := LaboratoryItem{
		Ref: refOf(n), ApprovalNo: n.Fields.Text("approval_no"), Types: listOf(n.Fields.Texts("types")),
		Accredited: listOf(n.Fields.Texts("accreditation")), Located: f.refs(regions), Capabilities: []CapabilityRow{}, Paths: []Path{},
		Evidence: l.asked.cite(n.Evidence),
	}
	if len(l.codes) > 0 {
		item.Nearness = nearness(l.codes, f.codesOf(regions))
	}
	for _, has := range f.outOf(id, graph.HasCapability) {
		if l.able[has.To] {
			item.Capabilities = append(item.Capabilities, l.row(has))
			item.Paths = append(item.Paths, l.path(has))
		}
	}
	return item
}

// path leads from the characteristic, or else the method, to the laboratory.
func (l *labFinder) path(has *graph.Edge) Path {
	for _, kind := range []graph.EdgeKind{graph.Tests, graph.ByMethod} {
		for _, e := range l.facts.outOf(has.To, kind) {
			if kind == graph.ByMethod || len(l.methods) == 0 || len(l.characteristics) > 0 {
				return pathOf(e.To, e, has)
			}
		}
	}
	return pathOf(has.To, has)
}

func (l *labFinder) row(has *graph.Edge) CapabilityRow {
	f, n := l.facts, l.facts.nodes[has.To]
	row := CapabilityRow{
		Capability: Capability{
			Ref: refOf(n), CMA: n.Fields.Text("cma_no"), CNAS: n.Fields.Text("cnas_no"), Expires: n.Fields.Text("expires_on"),
		},
		Range: n.Fields.Text("range"), Uncertainty: n.Fields.Text("uncertainty"),
		Valid: graph.Yes - n.Fields.Span("expires_on").Passed(f.view.AsOf()),
	}
	evidence := [][]graph.Evidence{n.Evidence, has.Evidence}
	for _, e := range f.outOf(n.ID, graph.Tests) {
		ref := refOf(f.nodes[e.To])
		row.Characteristic = &ref
		evidence = append(evidence, e.Evidence)
	}
	for _, e := range f.outOf(n.ID, graph.ByMethod) {
		ref := refOf(f.nodes[e.To])
		row.Method, row.MethodStatus = &ref, f.status(e.To).Status
		evidence = append(evidence, e.Evidence)
	}
	row.Evidence = l.asked.cite(evidence...)
	return row
}
