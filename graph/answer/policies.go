package answer

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"zhitu/graph"
)

// PoliciesParams asks who pays.
type PoliciesParams struct {
	Chain        graph.ID `query:"chain" kind:"Chain" zh:"产业链" doc:"policies for this chain, or for the programmes that it is part of"`
	Region       string   `query:"region" zh:"区域" doc:"region code or name: policies of regions that hold it or lie in it, and those without a region"`
	Tool         string   `query:"tool" zh:"政策工具" doc:"tool, or part of its name: 财政补贴, 认证费用支持 …"`
	Firm         graph.ID `query:"firm" kind:"Firm" zh:"企业" doc:"policies for the chains of this firm"`
	IncludeEnded bool     `query:"include_ended" zh:"含已到期" doc:"also those that have ended; a warning counts them else"`
	Limit        int      `query:"limit" default:"500" min:"1" max:"10000" zh:"上限" doc:"policies at most"`
}

// Policies is the policies that fit, what pays first. Whether a firm gets
// anything is for the office to say: the conditions are quoted, not judged.
type Policies struct {
	Items   []PolicyRow `json:"items"`
	Total   int         `json:"total"`
	Ended   int         `json:"ended"` // that fit and have ended: hidden unless include_ended
	Regions []string    `json:"regions"`
}

// PolicyRow is one policy. AmountBasis says how far the words of the amount
// tell what it is per: total (of all, 合计), per_unit (每家, 每张), or
// not_stated.
type PolicyRow struct {
	PolicyItem
	DocNo       string   `json:"doc_no,omitempty"`
	Issuer      string   `json:"issuer,omitempty"`
	Office      string   `json:"office,omitempty"`
	Status      string   `json:"status"` // current, ended, dates_unknown
	EndMissing  bool     `json:"ends_on_missing"`
	AmountBasis string   `json:"amount_basis,omitempty"`
	FirmClasses []string `json:"firm_classes"` // that a FUNDS edge names
	Chains      []Ref    `json:"chains"`
	Programmes  []Ref    `json:"programmes"`
	Funds       []Ref    `json:"funds"` // rules and chains that it pays for
	Located     []Ref    `json:"located"`
	LocatedBy   string   `json:"located_by,omitempty"` // own, or chain: of what it applies to
	Nearness    string   `json:"nearness,omitempty"`
}

func policiesQuestion() Question {
	return declare(Question{
		Name: "policies", Zh: "政策", Path: "/policies", Asks: []string{"B10"},
		Doc:   "Which policies pay for certification or testing, by chain, region, tool or firm; ended ones are hidden",
		DocZh: "哪些政策能补贴认证和检测、提供信贷；按产业链、区域、工具或企业查，已到期的默认不列",
	}, policies)
}

func policies(ctx context.Context, a *Asked, p PoliciesParams) (Policies, error) {
	f, err := newPolicyFinder(ctx, a, p)
	if err != nil {
		return Policies{}, err
	}
	out := Policies{Items: []PolicyRow{}, Regions: listOf(f.codes)}
	for _, id := range f.policies {
		row, fits := f.row(id)
		switch {
		case !fits:
			continue
		case row.Status == "ended":
			out.Ended++
			if !p.IncludeEnded {
				continue
			}
		}
		f.cite(&row)
		out.Items = append(out.Items, row)
	}
	slices.SortFunc(out.Items, comparePolicies)
	out.Total = len(out.Items)
	out.Items = cut(a, "limit", out.Items, p.Limit)
	if out.Ended > 0 && !p.IncludeEnded {
		a.Warn("ended_hidden", strconv.Itoa(out.Ended))
	}
	if slices.ContainsFunc(out.Items, func(r PolicyRow) bool { return r.AmountBasis == "not_stated" }) {
		a.Warn("amount_basis_not_stated", "")
	}
	if out.Total == 0 {
		return out, f.whyNone(ctx, p, out.Ended)
	}
	return out, nil
}

// comparePolicies puts what has ended last, what is for the chain before what
// is for a whole programme, what pays first, then what is surely current.
func comparePolicies(x, y PolicyRow) int {
	rank := func(r PolicyRow) []int {
		return []int{
			asInt(r.Status == "ended"), asInt(len(r.Chains) == 0), asInt(len(r.Funds) == 0), asInt(r.Amount == ""),
			asInt(r.Status != "current"), nearRank(r.Nearness),
		}
	}
	return cmp.Or(slices.Compare(rank(x), rank(y)), cmp.Compare(x.ID, y.ID))
}

func asInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// policyFinder reads policies on every date: what has ended is no longer part
// of the view, and must be counted all the same.
type policyFinder struct {
	asked    *Asked
	params   PoliciesParams
	facts    *facts
	codes    []string
	wanted   map[graph.ID]bool // chains and programmes that are meant; nil: any
	policies []graph.ID
	pending  map[graph.ID][][]graph.Evidence
}

func newPolicyFinder(ctx context.Context, a *Asked, p PoliciesParams) (*policyFinder, error) {
	f := &policyFinder{asked: a, params: p, facts: newFacts(a.View.At(graph.Unknown)), pending: map[graph.ID][][]graph.Evidence{}}
	var err error
	if f.codes, err = regionCodes(ctx, a.View, p.Region); err != nil {
		return nil, err
	}
	if err := f.loadWanted(ctx); err != nil {
		return nil, err
	}
	for n, err := range f.facts.view.OfKind(ctx, graph.Policy) {
		if err != nil {
			return nil, err
		}
		if f.begun(&n) {
			f.facts.nodes[n.ID] = &n
			f.policies = append(f.policies, n.ID)
		}
	}
	met, err := f.facts.expand(ctx, f.policies, outward(graph.AppliesTo, graph.Funds, graph.LocatedIn))
	if err != nil {
		return nil, err
	}
	_, err = f.facts.expand(ctx, f.facts.ofKind(met, graph.Chain), outward(graph.LocatedIn))
	return f, err
}

// begun tells whether a policy had started by the date: one that had not is
// not part of the graph on it.
func (f *policyFinder) begun(n *graph.Node) bool {
	date, starts := f.asked.View.AsOf(), n.Fields.Span("starts_on")
	return !date.Known() || !(starts.Known() && starts.Reached(date) == graph.No) && !(n.ValidFrom.Known() && date < n.ValidFrom)
}

// loadWanted finds the chains that are asked for, those of the firm, and the
// programmes that these are part of.
func (f *policyFinder) loadWanted(ctx context.Context) error {
	var chains []graph.ID
	if f.params.Chain != "" {
		if _, err := f.asked.node(ctx, f.params.Chain, graph.Chain); err != nil {
			return err
		}
		chains = append(chains, f.params.Chain)
	}
	today := newFacts(f.asked.View)
	if f.params.Firm != "" {
		if _, err := f.asked.node(ctx, f.params.Firm, graph.Firm); err != nil {
			return err
		}
		met, err := today.expand(ctx, []graph.ID{f.params.Firm}, outward(graph.HasRole, graph.OperatesIn))
		if err != nil {
			return err
		}
		above, err := today.expand(ctx, today.ofKind(met, graph.Segment), inward(graph.HasSegment))
		if err != nil {
			return err
		}
		of := append(today.ofKind(met, graph.Chain), above...)
		if f.params.Chain != "" {
			of = slices.DeleteFunc(of, func(id graph.ID) bool { return id != f.params.Chain })
			chains = nil
		}
		chains = append(chains, of...)
	}
	if f.params.Chain == "" && f.params.Firm == "" {
		return nil
	}
	programmes, err := today.expand(ctx, chains, outward(graph.PartOf))
	f.wanted = map[graph.ID]bool{}
	for _, id := range append(chains, programmes...) {
		f.wanted[id] = true
	}
	return err
}

// row builds one policy and tells whether it passes the filters.
func (f *policyFinder) row(id graph.ID) (PolicyRow, bool) {
	n := f.facts.nodes[id]
	row := PolicyRow{
		PolicyItem: PolicyItem{
			Linked: Linked{Ref: refOf(n), Paths: []Path{}}, Tool: n.Fields.Text("tool"), Amount: n.Fields.Text("amount"),
			ForWhom: n.Fields.Text("for_whom"), Starts: n.Fields.Text("starts_on"), Ends: n.Fields.Text("ends_on"), Quote: n.Fields.Text("quote"),
		},
		DocNo: n.Fields.Text("doc_no"), Issuer: n.Fields.Text("issuer"), Office: n.Fields.Text("office"), Status: f.status(n),
		EndMissing: n.Fields.Text("ends_on") == "", AmountBasis: amountBasis(n.Fields.Text("amount")),
		FirmClasses: []string{}, Chains: []Ref{}, Programmes: []Ref{}, Funds: []Ref{},
	}
	fits := f.wanted == nil
	var chains []graph.ID
	for _, e := range slices.Concat(f.facts.outOf(id, graph.AppliesTo), f.facts.outOf(id, graph.Funds)) {
		fits = fits || f.wanted[e.To]
		f.tie(&row, e)
		if f.facts.nodes[e.To].Kind == graph.Chain {
			chains = append(chains, e.To)
		}
	}
	regions, by := f.facts.from(n, chains)
	row.Located, row.LocatedBy = f.facts.refs(regions), by
	if len(f.codes) > 0 {
		row.Nearness = f.nearness(row)
		fits = fits && (row.Nearness == inRegion || row.Nearness == noRegion)
	}
	if f.params.Tool != "" {
		fits = fits && strings.Contains(plain(row.Tool), plain(f.params.Tool))
	}
	return row, fits
}

// nearness of a policy: one of the city or province of the region asked for
// reaches it too.
func (f *policyFinder) nearness(row PolicyRow) string {
	codes := make([]string, 0, len(row.Located))
	for _, r := range row.Located {
		codes = append(codes, r.Code)
		if slices.ContainsFunc(f.codes, func(asked string) bool { return regionsMeet(r.Code, asked) }) {
			return inRegion
		}
	}
	return nearness(f.codes, codes)
}

// tie records what an edge ties a policy to.
func (f *policyFinder) tie(row *PolicyRow, e *graph.Edge) {
	ref := refOf(f.facts.nodes[e.To])
	if e.Kind == graph.Funds {
		row.Funds = append(row.Funds, ref)
		if class := e.Fields.Text("firm_class"); class != "" {
			row.FirmClasses = append(row.FirmClasses, class)
		}
	}
	switch {
	case ref.Kind == graph.Chain && !slices.Contains(row.Chains, ref):
		row.Chains = append(row.Chains, ref)
	case ref.Kind == graph.Programme && !slices.Contains(row.Programmes, ref):
		row.Programmes = append(row.Programmes, ref)
	}
	row.Paths = append(row.Paths, Path{Nodes: []graph.ID{e.To, e.From}, Edges: []graph.ID{e.ID}})
	f.pending[row.ID] = append(f.pending[row.ID], e.Evidence)
}

// cite gives a row that is shown its evidence.
func (f *policyFinder) cite(row *PolicyRow) {
	n := f.facts.nodes[row.ID]
	f.asked.use(n)
	row.Evidence = f.asked.cite(append(f.pending[row.ID], n.Evidence)...)
}

// status of a policy: its last day is inclusive. One whose start has come and
// whose end is not recorded is current, and says that the end is missing.
func (f *policyFinder) status(n *graph.Node) string {
	date := f.asked.View.AsOf()
	starts, ends := n.Fields.Span("starts_on"), n.Fields.Span("ends_on")
	switch {
	case ends.Known() && ends.Passed(date) == graph.Yes, n.ValidTo.Known() && date.Known() && date >= n.ValidTo:
		return "ended"
	case starts.Reached(date) == graph.Yes, ends.Passed(date) == graph.No:
		return "current"
	}
	return "dates_unknown"
}

// amountBasis reads off the words of an amount what it is per.
func amountBasis(amount string) string {
	said := strings.NewReplacer("不是每户", "", "非每户", "", "不是每家", "", "非单户", "").Replace(amount)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(said, w) })
	}
	switch {
	case amount == "":
		return ""
	case has("合计", "累计", "全省", "全市", "全县", "全国", "总额", "总计", "共计") && !has("每家", "每户", "每张", "每项"):
		return "total"
	case has("每家", "每户", "每张", "每项", "每件", "每个", "/家", "/户", "/张", "一次性", "首次", "%", "％", "免费", "免收"):
		return "per_unit"
	}
	return "not_stated"
}

// whyNone says why no policy is listed.
func (f *policyFinder) whyNone(ctx context.Context, p PoliciesParams, ended int) error {
	detail := strings.TrimSpace(string(p.Chain) + " " + p.Region + " " + p.Tool)
	if ended > 0 {
		f.asked.Warn("filtered_by_date", detail)
		return nil
	}
	narrowed := p.Chain != "" || p.Region != "" || p.Tool != "" || p.Firm != ""
	return f.asked.whyEmpty(ctx, narrowed, detail, func(probe *Asked, filtered bool) (int, error) {
		if !filtered {
			p = PoliciesParams{}
		}
		then, err := newPolicyFinder(ctx, probe, p)
		if err != nil {
			return 0, err
		}
		n := 0
		for _, id := range then.policies {
			if _, fits := then.row(id); fits {
				n++
			}
		}
		return n, nil
	})
}
