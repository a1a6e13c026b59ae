package answer

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"zhitu/graph"
)

// StatisticsParams asks how many problems there were, year by year.
type StatisticsParams struct {
	Chain graph.ID `query:"chain" kind:"Chain" zh:"产业链" doc:"only problems of this chain"`
	By    string   `query:"by" enum:"category,type,severity,chain" default:"category" zh:"分组" doc:"what the problems are grouped by; of types and chains a problem may have several"`
	From  string   `query:"from" zh:"起" doc:"first year, 2023 or a date in it; default two years before to"`
	To    string   `query:"to" zh:"止" doc:"last year; default that of as_of"`
}

// Statistics counts problems by year and group. A problem is counted from the
// day on which it was confirmed (or, where none is recorded, from which its
// record is valid) and never on dates that were made up for illustration:
// those have rows of their own. What has no date at all is counted apart.
type Statistics struct {
	By           string           `json:"by"`
	From         int              `json:"from"`
	To           int              `json:"to"`
	Items        []StatisticsRow  `json:"items"`  // one for each year and group
	Totals       []StatisticsRow  `json:"totals"` // one for each year; a problem of several groups once
	Change       []StatisticsDiff `json:"change"` // of count, from the first year to the last
	Undated      []GroupCount     `json:"undated"`
	Illustrative []StatisticsRow  `json:"illustrative"` // the same rows by illustrative dates alone
	Problems     int              `json:"problems"`     // looked at: dated, undated and illustrative
}

// StatisticsRow is one year of one group. Count is the problems that are
// recorded and valid at the end of the year (or on as_of in its year), the
// rejected left out; open those of them that are not solved; new those
// confirmed and solved those solved in the year.
type StatisticsRow struct {
	Year           int        `json:"year"`
	Group          string     `json:"group,omitempty"`
	Category       string     `json:"category,omitempty"` // group, where by is category
	Count          int        `json:"count"`
	Open           int        `json:"open"`
	New            int        `json:"new"`
	Solved         int        `json:"solved"`
	NewProblems    []graph.ID `json:"new_problems"`
	SolvedProblems []graph.ID `json:"solved_problems"`
}

// StatisticsDiff is how much the count of a group changed.
type StatisticsDiff struct {
	Group  string `json:"group"`
	Change int    `json:"change"`
}

// GroupCount is a group with a count.
type GroupCount struct {
	Group string `json:"group"`
	Count int    `json:"count"`
}

func statisticsQuestion() Question {
	return declare(Question{
		Name: "statistics", Zh: "问题统计", Path: "/statistics", Asks: []string{"P05"},
		Doc:   "How many problems there were by year and category, how many new, how many solved",
		DocZh: "按年份和类别统计质量问题：数量、新增、破解，没有日期的另计",
	}, statistics)
}

func statistics(ctx context.Context, a *Asked, p StatisticsParams) (Statistics, error) {
	from, to, err := yearsOf(p, a.View.AsOf())
	if err != nil {
		return Statistics{}, err
	}
	s, err := newStatistician(ctx, a, p)
	if err != nil {
		return Statistics{}, err
	}
	out := Statistics{By: p.By, From: from, To: to, Problems: len(s.problems)}
	dated := s.dated(false)
	out.Items, out.Totals = s.rows(false, from, to), s.totals(dated, from, to)
	out.Illustrative = s.rows(true, from, to)
	out.Change, out.Undated = s.change(out.Items, from, to), s.undated()
	if len(out.Illustrative) > 0 {
		a.Warn("illustrative", "")
	}
	if len(out.Undated) > 0 {
		a.Warn("dates_unknown", strconv.Itoa(s.undatedTotal()))
	}
	if len(dated) == 0 {
		a.Warn("not_recorded", "confirmed_on")
	}
	return out, nil
}

// yearsOf reads the years asked for.
func yearsOf(p StatisticsParams, asOf graph.Date) (from, to int, err error) {
	to = yearOf(asOf)
	if p.To != "" {
		if to, err = readYear("to", p.To); err != nil {
			return 0, 0, err
		}
	}
	from = to - 2
	if p.From != "" {
		if from, err = readYear("from", p.From); err != nil {
			return 0, 0, err
		}
	}
	if from > to || to-from > 100 {
		return 0, 0, &graph.InvalidError{Field: "from", Code: "out_of_range", Value: strconv.Itoa(from), Want: fmt.Sprintf("%d–%d", to-100, to)}
	}
	return from, to, nil
}

func readYear(field, text string) (int, error) {
	span, err := graph.ParseSpan(text)
	if err != nil {
		return 0, &graph.InvalidError{Field: field, Code: "date_text", Value: text, Want: "YYYY | YYYY-MM | YYYY-MM-DD"}
	}
	return yearOf(span.First), nil
}

func yearOf(d graph.Date) int {
	year, _ := strconv.Atoi(d.String()[:4])
	return year
}

// statistician knows when each problem began, was solved, and which groups it
// is in.
type statistician struct {
	asOf     graph.Date
	facts    *facts
	by       string
	problems []graph.ID
}

// newStatistician reads the problems of every date: one that has ended since
// was there in the years before.
func newStatistician(ctx context.Context, a *Asked, p StatisticsParams) (*statistician, error) {
	s := &statistician{asOf: a.View.AsOf(), facts: newFacts(a.View.At(graph.Unknown)), by: p.By}
	if p.Chain != "" {
		if _, err := a.node(ctx, p.Chain, graph.Chain); err != nil {
			return nil, err
		}
	}
	ids, err := s.facts.problemsOf(ctx, probe(s.facts.view), p.Chain)
	if err != nil {
		return nil, err
	}
	if err := s.facts.loadNodes(ctx, ids); err != nil {
		return nil, err
	}
	for _, id := range ids {
		n := s.facts.nodes[id]
		if n.ValidFrom.Known() && n.ValidFrom > s.asOf {
			continue // not part of the graph yet
		}
		a.use(n)
		s.problems = append(s.problems, id)
	}
	return s, s.facts.loadPlaces(ctx, s.problems)
}

// groups returns the groups that a problem is in.
func (s *statistician) groups(id graph.ID) []string {
	n := s.facts.nodes[id]
	var groups []string
	switch s.by {
	case "type":
		groups = slices.Clone(n.Fields.Texts("types"))
	case "severity":
		if v := n.Fields.Int("severity"); v > 0 {
			groups = []string{strconv.FormatInt(v, 10)}
		}
	case "chain":
		for _, c := range s.facts.chains(id) {
			groups = append(groups, string(c))
		}
	default:
		if c := n.Fields.Text("category"); c != "" {
			groups = []string{c}
		}
	}
	if len(groups) == 0 {
		groups = []string{"not_recorded"}
	}
	return groups
}

// began returns when a problem began to count; unknown where nothing says so.
func (s *statistician) began(id graph.ID) graph.Span {
	n := s.facts.nodes[id]
	var first graph.Span
	for _, text := range n.Fields.Texts("confirmed_on") {
		if span, err := graph.ParseSpan(text); err == nil && span.Known() && (!first.Known() || span.First < first.First) {
			first = span
		}
	}
	if !first.Known() && n.ValidFrom.Known() {
		first = graph.Span{First: n.ValidFrom, Last: n.ValidFrom}
	}
	return first
}

// dated returns the problems that have a beginning: by real dates, or by
// illustrative ones.
func (s *statistician) dated(illustrative bool) []graph.ID {
	return slices.DeleteFunc(slices.Clone(s.problems), func(id graph.ID) bool {
		return !s.began(id).Known() || s.facts.nodes[id].Fields.Flag("dates_illustrative") != illustrative
	})
}

func (s *statistician) undated() []GroupCount {
	count := map[string]int{}
	for _, id := range s.problems {
		if !s.began(id).Known() {
			for _, g := range s.groups(id) {
				count[g]++
			}
		}
	}
	out := []GroupCount{}
	for _, g := range s.order(count) {
		out = append(out, GroupCount{g, count[g]})
	}
	return out
}

func (s *statistician) undatedTotal() int {
	n := 0
	for _, id := range s.problems {
		if !s.began(id).Known() {
			n++
		}
	}
	return n
}

// order returns the groups in the order of their vocabulary, the unrecorded
// last.
func (s *statistician) order(groups map[string]int) []string {
	var out []string
	for g := range groups {
		out = append(out, g)
	}
	vocabulary := map[string]string{"category": "category", "type": "problem_type", "severity": "severity"}
	v, _ := graph.VocabularyOf(vocabulary[s.by])
	rank := func(g string) int {
		if i := slices.Index(v.Codes(), g); i >= 0 {
			return i
		}
		return len(v.Terms) + asInt(g == "not_recorded")
	}
	slices.SortFunc(out, func(x, y string) int { return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(x, y)) })
	return out
}

// rows counts by year and group, zeros included.
func (s *statistician) rows(illustrative bool, from, to int) []StatisticsRow {
	problems := s.dated(illustrative)
	in := map[string][]graph.ID{}
	count := map[string]int{}
	for _, id := range s.problems { // a group of which nothing is dated has its zeros too
		for _, g := range s.groups(id) {
			count[g]++
		}
	}
	for _, id := range problems {
		for _, g := range s.groups(id) {
			in[g] = append(in[g], id)
		}
	}
	out := []StatisticsRow{}
	if len(problems) == 0 && illustrative {
		return out
	}
	for year := from; year <= to; year++ {
		for _, g := range s.order(count) {
			row := s.row(in[g], year)
			row.Group = g
			if s.by == "category" {
				row.Category = g
			}
			out = append(out, row)
		}
	}
	return out
}

func (s *statistician) totals(problems []graph.ID, from, to int) []StatisticsRow {
	out := []StatisticsRow{}
	for year := from; year <= to; year++ {
		out = append(out, s.row(problems, year))
	}
	return out
}

// row counts one year, or what of it has passed by as_of.
func (s *statistician) row(problems []graph.ID, year int) StatisticsRow {
	row := StatisticsRow{Year: year, NewProblems: []graph.ID{}, SolvedProblems: []graph.ID{}}
	first, last := graph.DateOf(year, 1, 1), graph.DateOf(year, 12, 31)
	end := min(last, s.asOf)
	if end < first {
		return row
	}
	within := func(span graph.Span) bool {
		return span.Known() && span.First >= first && span.First <= last && span.Reached(end) == graph.Yes
	}
	for _, id := range problems {
		began := s.began(id)
		if within(began) {
			row.New++
			row.NewProblems = append(row.NewProblems, id)
		}
		if s.solvedWithin(id, within) {
			row.Solved++
			row.SolvedProblems = append(row.SolvedProblems, id)
		}
		n := s.facts.nodes[id]
		valid := graph.Validity{From: n.ValidFrom, To: n.ValidTo}.At(end) != graph.No
		status := s.status(id, end)
		if valid && began.Reached(end) == graph.Yes && status != "rejected" {
			row.Count++
			row.Open += asInt(status != "solved")
		}
	}
	return row
}

func (s *statistician) solvedWithin(id graph.ID, within func(graph.Span) bool) bool {
	return slices.ContainsFunc(s.facts.nodes[id].Fields.Texts("solved_on"), func(text string) bool {
		span, err := graph.ParseSpan(text)
		return err == nil && within(span)
	})
}

// status is what the dates of a problem say of it on a day: the latest step;
// before the first, confirmed.
func (s *statistician) status(id graph.ID, d graph.Date) string {
	n := *s.facts.nodes[id]
	own := graph.Fields{}
	for _, step := range []string{"confirmed_on", "rejected_on", "in_progress_on", "solved_on", "recurred_on"} {
		if dates, ok := n.Fields[step]; ok {
			own[step] = dates
		}
	}
	n.Fields = own
	return problemStatus(&n, d)
}

// change is the count of the last year less that of the first.
func (s *statistician) change(rows []StatisticsRow, from, to int) []StatisticsDiff {
	diff, seen := map[string]int{}, map[string]int{}
	for _, r := range rows {
		seen[r.Group]++
		if r.Year == to {
			diff[r.Group] += r.Count
		}
		if r.Year == from {
			diff[r.Group] -= r.Count
		}
	}
	out := []StatisticsDiff{}
	for _, g := range s.order(seen) {
		out = append(out, StatisticsDiff{g, diff[g]})
	}
	return out
}
