package answer

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"zhitu/graph"
)

// CheckParams asks of a list of codes which are still valid.
type CheckParams struct {
	Codes []string   `json:"codes" zh:"标准号" doc:"numbers of standards or rules in any spelling, one or more a text; at most 1000"`
	AsOf  graph.Date `json:"as_of" zh:"查询日" doc:"the date; default as_of of the call"`
}

// Check is one item for every number that was found in the codes given.
type Check struct {
	Items   []CheckItem    `json:"items"`
	Counts  map[string]int `json:"counts"`  // of items, by usable: yes, no, to_review; unrecorded ones as not_recorded
	Unknown []string       `json:"unknown"` // as given: no number, or none that the graph has on the date
}

// CheckItem is one number with what the graph knows of it on the date.
type CheckItem struct {
	Given     string `json:"given"`
	Canonical string `json:"canonical,omitempty"` // empty: no number was read in it
	// Match says how it was found: edition (this very one), family (no year was
	// given: the newest in force is meant), other_edition (this year is not
	// recorded, others are), later (issued after the date), other_prefix (only
	// under another prefix), none.
	Match    string         `json:"match"`
	Edition  *CheckEdition  `json:"edition"`  // the one that is meant; null when none is
	Usable   *graph.Tri     `json:"usable"`   // of edition
	Editions []CheckEdition `json:"editions"` // every edition of the family on the date, newest first
	Hint     []Ref          `json:"hint"`     // the same number under another prefix: 您是否要找
}

// CheckEdition is one edition with its status on the date.
type CheckEdition struct {
	Ref
	Status       graph.Status `json:"status"`
	Issued       string       `json:"issued,omitempty"`
	Effective    string       `json:"effective,omitempty"`
	Withdrawn    string       `json:"withdrawn,omitempty"`
	ProduceUntil string       `json:"produce_until,omitempty"`
	SellUntil    string       `json:"sell_until,omitempty"`
	MayProduce   *bool        `json:"may_produce,omitempty"` // in transition only
	MaySell      *bool        `json:"may_sell,omitempty"`
	ReplacedBy   []Ref        `json:"replaced_by"`
	Paths        []Path       `json:"paths"` // to what replaces it
	Evidence     []*Cited     `json:"evidence"`
}

const maxCheckCodes = 1000

func checkQuestion() Question {
	return declare(Question{
		Name: "standards-check", Zh: "标准有效性核对", Method: "POST", Path: "/standards/check", Asks: []string{"B04", "B13"},
		Doc:   "Of a pasted list of standard or rule numbers: which are valid on a date, and what replaced the others",
		DocZh: "粘贴一列标准号或规则号，核对在某日是否有效、被什么代替",
	}, check)
}

func check(ctx context.Context, a *Asked, p CheckParams) (Check, error) {
	switch {
	case len(p.Codes) == 0:
		return Check{}, &graph.InvalidError{Field: "codes", Code: "required"}
	case len(p.Codes) > maxCheckCodes:
		return Check{}, &graph.InvalidError{Field: "codes", Code: "out_of_range", Value: strconv.Itoa(len(p.Codes)), Want: "1–" + strconv.Itoa(maxCheckCodes)}
	}
	if p.AsOf.Known() {
		a.View = a.View.At(p.AsOf)
	}
	c := checker{asked: a, facts: newFacts(a.View), byBase: map[string][]numberedNode{}}
	for _, given := range p.Codes {
		c.wanted = append(c.wanted, wantedCodes(given)...)
	}
	if err := c.load(ctx); err != nil {
		return Check{}, err
	}
	out := Check{Items: []CheckItem{}, Counts: map[string]int{}, Unknown: []string{}}
	for _, w := range c.wanted {
		item := c.item(w)
		if item.Usable != nil {
			out.Counts[item.Usable.String()]++
		} else {
			out.Counts["not_recorded"]++
			out.Unknown = append(out.Unknown, cmp.Or(item.Canonical, item.Given))
		}
		out.Items = append(out.Items, item)
	}
	if len(out.Unknown) > 0 {
		a.Warn("not_recorded", strconv.Itoa(len(out.Unknown)))
	}
	a.Warn("no_legal_advice", "")
	return out, nil
}

// wantedCode is one number as given and as read.
type wantedCode struct {
	given  string
	number graph.CodeNumber // nil: none was read
}

// wantedCodes reads the numbers in one text: the whole of it, else every one
// that stands in it, else none.
func wantedCodes(given string) []wantedCode {
	if n, ok := codeNumber(given); ok {
		return []wantedCode{{given, n}}
	}
	var out []wantedCode
	for _, found := range graph.FindCodes(given) {
		out = append(out, wantedCode{given, found.Code})
	}
	if len(out) == 0 {
		out = []wantedCode{{given: given}}
	}
	return out
}

// numberedNode is a standard or rule with its number, or where that is none
// the texts that it goes by; later when it is not in the view because it was
// issued after the date.
type numberedNode struct {
	id     graph.ID
	number graph.CodeNumber
	texts  []string
	later  bool
}

// checker finds the editions that a list of numbers means.
type checker struct {
	asked  *Asked
	facts  *facts
	wanted []wantedCode
	byBase map[string][]numberedNode // by number without year, T and Z
	free   []numberedNode            // numbers that are free text, and titles
}

// load scans the standards and rules once and keeps those that may be meant.
func (c *checker) load(ctx context.Context) error {
	bases, texts := map[string]bool{}, map[string]bool{}
	for _, w := range c.wanted {
		if w.number != nil {
			bases[w.number.Keys().Base] = true
		} else {
			texts[plain(w.given)] = true
		}
	}
	for _, kind := range []graph.NodeKind{graph.Standard, graph.Rule} {
		for n, err := range c.facts.view.At(graph.Unknown).OfKind(ctx, kind) {
			if err != nil {
				return err
			}
			c.offer(&n, bases, texts)
		}
	}
	var ids []graph.ID
	for _, list := range c.byBase {
		for _, n := range list {
			ids = append(ids, n.id)
		}
	}
	for _, n := range c.free {
		ids = append(ids, n.id)
	}
	slices.Sort(ids)
	if err := c.facts.loadNodes(ctx, ids); err != nil {
		return err
	}
	c.markLater()
	_, err := c.facts.closure(ctx, slices.DeleteFunc(ids, func(id graph.ID) bool { return c.facts.nodes[id] == nil }),
		inward(graph.Replaces), outward(graph.Implements))
	return err
}

// offer keeps a node that may be meant.
func (c *checker) offer(n *graph.Node, bases, texts map[string]bool) {
	own := []string{plain(codeOf(n)), plain(n.Name)}
	number, ok := codeNumber(codeOf(n))
	if ok && bases[number.Keys().Base] {
		c.byBase[number.Keys().Base] = append(c.byBase[number.Keys().Base], numberedNode{id: n.ID, number: number})
	}
	if slices.ContainsFunc(own, func(s string) bool { return s != "" && texts[s] }) {
		c.free = append(c.free, numberedNode{id: n.ID, number: number, texts: own})
	}
}

func (c *checker) markLater() {
	for _, list := range c.byBase {
		for i, n := range list {
			list[i].later = c.facts.nodes[n.id] == nil
		}
	}
	for i, n := range c.free {
		c.free[i].later = c.facts.nodes[n.id] == nil
	}
}

// item answers one number.
func (c *checker) item(w wantedCode) CheckItem {
	item := CheckItem{Given: w.given, Match: "none", Editions: []CheckEdition{}, Hint: []Ref{}}
	var family, exact []numberedNode
	if w.number == nil {
		for _, n := range c.free {
			if slices.Contains(n.texts, plain(w.given)) {
				family, exact = append(family, n), append(exact, n)
			}
		}
	} else {
		item.Canonical = w.number.String()
		for _, n := range c.byBase[w.number.Keys().Base] {
			switch {
			case n.number.Family() == w.number.Family():
				family = append(family, n)
				if w.number.Year() != 0 && fitsNumber(w.number, n.number) {
					exact = append(exact, n)
				}
			case !n.later:
				item.Hint = append(item.Hint, refOf(c.facts.nodes[n.id]))
			}
		}
	}
	item.Editions = c.editions(family)
	c.choose(&item, w, family, exact)
	slices.SortFunc(item.Hint, func(x, y Ref) int { return compareIDs(x.ID, y.ID) })
	return item
}

// choose says which edition is meant, and how it was found.
func (c *checker) choose(item *CheckItem, w wantedCode, family, exact []numberedNode) {
	later := func(list []numberedNode) bool {
		return len(list) > 0 && !slices.ContainsFunc(list, func(n numberedNode) bool { return !n.later })
	}
	undated := w.number != nil && w.number.Year() == 0
	switch {
	case later(exact), undated && later(family):
		item.Match = "later"
	case len(exact) > 0:
		item.Match = "edition"
		for i := range item.Editions {
			if item.Editions[i].ID == exact[0].id {
				item.Edition = &item.Editions[i]
			}
		}
	case undated && len(family) > 0:
		item.Match, item.Edition = "family", newestUsable(item.Editions)
	case len(family) > 0:
		item.Match = "other_edition"
	case len(item.Hint) > 0:
		item.Match = "other_prefix"
	}
	if item.Edition != nil {
		usable := item.Edition.Status.Usable()
		item.Usable = &usable
	}
}

// newestUsable returns the newest edition that may be relied on, else the
// newest one. Editions come newest first.
func newestUsable(editions []CheckEdition) *CheckEdition {
	for _, want := range []graph.Status{graph.StatusInForce, graph.StatusTransition} {
		for i := range editions {
			if editions[i].Status == want {
				return &editions[i]
			}
		}
	}
	if len(editions) == 0 {
		return nil
	}
	return &editions[0]
}

func (c *checker) editions(family []numberedNode) []CheckEdition {
	out := []CheckEdition{}
	years := map[graph.ID]int{}
	for _, n := range family {
		if !n.later {
			if n.number != nil {
				years[n.id] = n.number.Year()
			}
			out = append(out, c.edition(n.id))
		}
	}
	slices.SortFunc(out, func(x, y CheckEdition) int {
		return cmp.Or(cmp.Compare(years[y.ID], years[x.ID]), strings.Compare(y.Effective, x.Effective), cmp.Compare(x.ID, y.ID))
	})
	return out
}

func (c *checker) edition(id graph.ID) CheckEdition {
	e := c.facts.editionItem(c.asked, id)
	out := CheckEdition{
		Ref: e.Ref, Status: e.Status, Issued: e.Issued, Effective: e.Effective, Withdrawn: e.Withdrawn, ProduceUntil: e.ProduceUntil,
		SellUntil: e.SellUntil, MayProduce: e.MayProduce, MaySell: e.MaySell, ReplacedBy: e.ReplacedBy, Paths: []Path{}, Evidence: e.Evidence,
	}
	for _, r := range c.facts.into(id, graph.Replaces) {
		out.Paths = append(out.Paths, pathOf(id, r))
	}
	return out
}
