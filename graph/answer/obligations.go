package answer

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"zhitu/graph"
)

// ObligationsParams asks what is compulsory for a class of products or for one.
type ObligationsParams struct {
	Class   string `query:"class" zh:"国民经济行业小类" doc:"class of GB/T 4754, C3770 or 3770; fewer digits take all below"`
	Product string `query:"product" zh:"产品" doc:"id or name of a product"`
}

// Obligations is what the catalogue of the graph says. Most products are not
// in it: not_recorded, which is no statement that nothing is compulsory.
type Obligations struct {
	Class              string              `json:"class"`
	ClassName          string              `json:"class_name,omitempty"`
	Products           []ObligedProduct    `json:"products"`
	MandatoryStandards []MandatoryStandard `json:"mandatory_standards"`
	CompulsoryRules    []ObligedRule       `json:"compulsory_rules"` // applicable and to review, labelled
	Rejected           []ObligedRule       `json:"rejected"`         // compulsory rules that do not apply, with the reason
	// InCatalogue is yes when some product is in the catalogue, no when the
	// records say of every product that it is not, else not_recorded.
	InCatalogue string `json:"in_catalogue"`
}

// ObligedProduct is one product with its own answer.
type ObligedProduct struct {
	Ref
	Class       string   `json:"class,omitempty"`
	InCatalogue string   `json:"in_catalogue"`
	Paths       []Path   `json:"paths"` // to the rules that say so
	Evidence    []*Cited `json:"evidence"`
}

// MandatoryStandard is a standard that binds some of the products.
type MandatoryStandard struct {
	EditionItem
	Mandatory *bool         `json:"mandatory"` // by the prefix of its number; null: the number does not tell
	Reason    string        `json:"reason,omitempty"`
	Products  []Ref         `json:"products"`
	Editions  []EditionItem `json:"editions"` // the others that REPLACES links with it: which of them binds on the date
	Paths     []Path        `json:"paths"`
	Evidence  []*Cited      `json:"evidence"`
}

// ObligedRule is a compulsory rule with the products that it covers, of one
// verdict.
type ObligedRule struct {
	Ref
	Verdict        string       `json:"verdict"`
	Reason         string       `json:"reason"`
	Status         graph.Status `json:"status"`
	Compulsory     graph.Tri    `json:"compulsory"` // on the date: in force, and its start has come
	CompulsoryFrom string       `json:"compulsory_from,omitempty"`
	Scheme         string       `json:"scheme,omitempty"`
	Effective      string       `json:"effective,omitempty"`
	Announcement   string       `json:"announcement,omitempty"`
	Issuer         string       `json:"issuer,omitempty"` // whom to ask
	Products       []Ref        `json:"products"`
	Details        []DetailRule `json:"details"`
	Paths          []Path       `json:"paths"` // from each product
	Evidence       []*Cited     `json:"evidence"`
}

func obligationsQuestion() Question {
	return declare(Question{
		Name: "obligations", Zh: "强制要求", Path: "/obligations", Asks: []string{"B06"},
		Doc:   "Which mandatory standards and compulsory certification rules apply to a class of products, or to one",
		DocZh: "一个行业小类或产品适用哪些强制性标准和强制性认证规则，是否在目录内",
	}, obligations)
}

func obligations(ctx context.Context, a *Asked, p ObligationsParams) (Obligations, error) {
	class, err := classDigits(p.Class)
	if err != nil {
		return Obligations{}, err
	}
	if class == "" && p.Product == "" {
		return Obligations{}, &graph.InvalidError{Field: "class", Code: "required", Want: "class | product"}
	}
	o := obliger{asked: a, facts: newFacts(a.View)}
	if err := o.load(ctx, class, p.Product); err != nil {
		return Obligations{}, err
	}
	out := Obligations{Class: class, Products: []ObligedProduct{}, CompulsoryRules: []ObligedRule{}, Rejected: []ObligedRule{}}
	if out.ClassName, err = className(ctx, a.View, class); err != nil {
		return out, err
	}
	for _, id := range o.products {
		out.Products = append(out.Products, o.product(id))
	}
	out.InCatalogue = wholeCatalogue(out.Products)
	out.MandatoryStandards = o.standards()
	for _, r := range o.rules() {
		if r.Verdict == verdictText(graph.No) {
			out.Rejected = append(out.Rejected, r)
		} else {
			out.CompulsoryRules = append(out.CompulsoryRules, r)
		}
	}
	a.Warn("no_legal_advice", "")
	if len(out.MandatoryStandards)+len(out.CompulsoryRules) == 0 || out.InCatalogue == "not_recorded" {
		return out, a.whyEmpty(ctx, false, strings.TrimSpace(class+" "+p.Product), func(probe *Asked, _ bool) (int, error) {
			then := obliger{asked: probe, facts: newFacts(probe.View)}
			err := then.load(ctx, class, p.Product)
			return len(then.standards()) + len(then.rules()) - len(out.MandatoryStandards) - len(out.CompulsoryRules) - len(out.Rejected), err
		})
	}
	return out, nil
}

// classDigits reads a class: C3770, Ｃ3770 and 3770 are one.
func classDigits(text string) (string, error) {
	t := strings.ToUpper(strings.TrimSpace(norm.NFKC.String(text)))
	digits := strings.TrimLeft(t, "ABCDEFGHIJKLMNOPQRST")
	if code, _, named := strings.Cut(digits, " "); named { // C3770 助动车制造
		digits = code
	}
	if text != "" && (len(t)-len(strings.TrimLeft(t, "ABCDEFGHIJKLMNOPQRST")) > 1 || len(digits) < 2 || len(digits) > 4 || strings.Trim(digits, "0123456789") != "") {
		return "", &graph.InvalidError{Field: "class", Code: "out_of_range", Value: text, Want: "GB/T 4754: C3770 | 3770 | 377 | 37"}
	}
	return digits, nil
}

// className returns what the chains call the class: C3770 助动车制造.
func className(ctx context.Context, view *graph.View, class string) (string, error) {
	for n, err := range view.OfKind(ctx, graph.Chain) {
		if err != nil {
			return "", err
		}
		for _, text := range n.Fields.Texts("industry_classes") {
			if digits, err := classDigits(text); err == nil && digits == class && class != "" {
				_, name, _ := strings.Cut(strings.TrimSpace(text), " ")
				return name, nil
			}
		}
	}
	return "", nil
}

// wholeCatalogue sums the answers of the products up.
func wholeCatalogue(products []ObligedProduct) string {
	all := map[string]int{}
	for _, p := range products {
		all[p.InCatalogue]++
	}
	switch {
	case all["yes"] > 0:
		return "yes"
	case len(products) > 0 && all["no"] == len(products):
		return "no"
	}
	return "not_recorded"
}

// obliger holds the products asked about and what binds them.
type obliger struct {
	asked    *Asked
	facts    *facts
	products []graph.ID
	listed   map[graph.ID]bool // products that some rule is recorded for, whatever the date
}

func (o *obliger) load(ctx context.Context, class, product string) error {
	f := o.facts
	var err error
	if product != "" {
		if o.products, err = f.named(ctx, graph.Product, product, true); err != nil {
			return err
		}
		o.products = slices.DeleteFunc(o.products, func(id graph.ID) bool {
			return !strings.HasPrefix(f.nodes[id].Fields.Text("gbt4754"), class)
		})
	} else {
		for n, err := range f.view.OfKind(ctx, graph.Product) {
			if err != nil {
				return err
			}
			if own := n.Fields.Text("gbt4754"); own != "" && strings.HasPrefix(own, class) {
				f.nodes[n.ID] = &n
				o.products = append(o.products, n.ID)
			}
		}
	}
	met, err := f.expand(ctx, o.products, inward(graph.Covers, graph.AppliesTo))
	if err != nil {
		return err
	}
	if err := f.loadRules(ctx, f.ofKind(met, graph.Rule)); err != nil {
		return err
	}
	if _, err := f.closure(ctx, f.ofKind(met, graph.Standard), inward(graph.Replaces), outward(graph.Replaces)); err != nil {
		return err
	}
	return o.loadListed(ctx)
}

// loadListed finds out which products some compulsory rule covers on any date,
// so that a field that repeats it is not taken for a statement of its own.
func (o *obliger) loadListed(ctx context.Context) error {
	ever := newFacts(o.facts.view.At(graph.Unknown))
	if _, err := ever.expand(ctx, o.products, inward(graph.Covers)); err != nil {
		return err
	}
	o.listed = map[graph.ID]bool{}
	for _, id := range o.products {
		o.listed[id] = len(ever.into(id, graph.Covers)) > 0
	}
	return nil
}

// compulsory tells whether a rule is of a compulsory kind.
func (f *facts) compulsory(rule graph.ID) bool {
	if f.nodes[rule].Fields.Flag("compulsory") {
		return true
	}
	return slices.ContainsFunc(f.outOf(rule, graph.InScheme), func(e *graph.Edge) bool { return f.nodes[e.To].Fields.Flag("compulsory") })
}

// product answers for one: in the catalogue when a compulsory rule is recorded
// as applicable, or the record says so itself; not in it only when the record
// says that in so many words.
func (o *obliger) product(id graph.ID) ObligedProduct {
	n := o.facts.nodes[id]
	o.asked.use(n)
	item := ObligedProduct{Ref: refOf(n), Class: n.Fields.Text("gbt4754"), InCatalogue: "not_recorded", Paths: []Path{}}
	evidence := [][]graph.Evidence{n.Evidence}
	for _, e := range o.facts.into(id, graph.Covers) {
		if o.facts.compulsory(e.From) && graph.And(reviewed(e), verdictOf(e)) == graph.Yes {
			item.InCatalogue = "yes"
			item.Paths = append(item.Paths, pathOf(id, e))
			evidence = append(evidence, e.Evidence)
		}
	}
	if own := n.Fields.Text("in_catalogue"); item.InCatalogue != "yes" && (own == "no" || own == "yes" && !o.listed[id]) {
		item.InCatalogue = own
		item.Paths = append(item.Paths, pathOf(id))
	}
	item.Evidence = o.asked.cite(evidence...)
	return item
}

// standards lists the standards that bind, by number.
func (o *obliger) standards() []MandatoryStandard {
	f, found := o.facts, map[graph.ID]*MandatoryStandard{}
	for _, id := range o.products {
		for _, e := range f.into(id, graph.AppliesTo) {
			if f.nodes[e.From].Kind != graph.Standard {
				continue
			}
			s := found[e.From]
			if s == nil {
				s = o.standard(e.From)
				found[e.From] = s
			}
			s.Reason = cmp.Or(s.Reason, e.Fields.Text("reason"))
			s.Products = append(s.Products, refOf(f.nodes[id]))
			s.Paths = append(s.Paths, pathOf(id, e))
			s.Evidence = append(s.Evidence, o.asked.cite(e.Evidence)...)
		}
	}
	out := []MandatoryStandard{}
	for _, id := range slices.Sorted(maps.Keys(found)) {
		out = append(out, *found[id])
	}
	return out
}

func (o *obliger) standard(id graph.ID) *MandatoryStandard {
	s := &MandatoryStandard{EditionItem: o.facts.editionItem(o.asked, id), Editions: []EditionItem{}}
	s.Evidence = s.EditionItem.Evidence
	if c, ok := graph.ParseCode(s.Code); ok {
		if mandatory, known := c.Mandatory(); known {
			s.Mandatory = &mandatory
		}
	}
	for _, v := range o.facts.versions(id)[1:] {
		s.Editions = append(s.Editions, o.facts.editionItem(o.asked, v.id))
	}
	slices.SortFunc(s.Editions, func(x, y EditionItem) int { return cmp.Or(cmp.Compare(y.when(), x.when()), cmp.Compare(x.ID, y.ID)) })
	return s
}

// rules lists the compulsory rules, one item for each verdict: applicable
// first, then to review, then not applicable; each by id.
func (o *obliger) rules() []ObligedRule {
	f, found := o.facts, map[string]*ObligedRule{}
	for _, id := range o.products {
		for _, e := range f.into(id, graph.Covers) {
			if !f.compulsory(e.From) {
				continue
			}
			verdict := verdictText(min(reviewed(e), verdictOf(e)))
			key := verdict + " " + string(e.From) + " " + e.Fields.Text("compulsory_from")
			r := found[key]
			if r == nil {
				r = o.rule(e, verdict)
				found[key] = r
			}
			r.Reason = cmp.Or(r.Reason, e.Fields.Text("applicability_reason"))
			r.Products = append(r.Products, refOf(f.nodes[id]))
			r.Paths = append(r.Paths, pathOf(id, e))
			r.Evidence = append(r.Evidence, o.asked.cite(e.Evidence)...)
		}
	}
	out := []ObligedRule{}
	for _, key := range slices.Sorted(maps.Keys(found)) {
		out = append(out, *found[key])
	}
	order := []string{"applicable", "to_review", "not_applicable"}
	slices.SortStableFunc(out, func(x, y ObligedRule) int {
		return cmp.Compare(slices.Index(order, x.Verdict), slices.Index(order, y.Verdict))
	})
	return out
}

func (o *obliger) rule(e *graph.Edge, verdict string) *ObligedRule {
	f, n := o.facts, o.facts.nodes[e.From]
	o.asked.use(n)
	s := solver{asked: o.asked, facts: f}
	r := &ObligedRule{
		Ref: refOf(n), Verdict: verdict, Status: f.status(n.ID).Status, Compulsory: f.usable(n.ID), CompulsoryFrom: e.Fields.Text("compulsory_from"),
		Scheme: f.schemeCode(n.ID), Effective: n.Fields.Text("effective"), Announcement: n.Fields.Text("announcement"),
		Issuer: n.Fields.Text("issuer"), Details: s.details(n.ID), Evidence: o.asked.cite(n.Evidence),
	}
	if from := e.Fields.Span("compulsory_from"); from.Known() {
		r.Compulsory = graph.And(r.Compulsory, from.Reached(f.view.AsOf()))
	}
	r.Compulsory = graph.And(r.Compulsory, min(reviewed(e), verdictOf(e)))
	return r
}
