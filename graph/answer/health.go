package answer

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhitu/graph"
)

// HealthParams asks which data need work.
type HealthParams struct {
	Since      string `query:"since" zh:"自" doc:"only records changed after this sequence number, or recorded on or after this day"`
	StaleYears int    `query:"stale_years" default:"5" min:"1" max:"100" zh:"超期年数" doc:"evidence older than that is stale"`
	Limit      int    `query:"limit" default:"200" min:"1" max:"10000" zh:"上限" doc:"records in each list at most; shares are of all"`
}

// Health is about records as such, of any validity, retired and merged ones
// left out: since counts by when they were recorded, not by when they hold.
type Health struct {
	Since       *graph.Seq   `json:"since"` // records changed after it; null: all
	StaleBefore graph.Date   `json:"stale_before"`
	Unreviewed  []HealthItem `json:"unreviewed"`
	Conflicting []Conflict   `json:"conflicting"`
	Stale       []HealthItem `json:"stale"`
	Unsourced   []HealthItem `json:"unsourced"` // no item of evidence names a source
	Inferred    []HealthItem `json:"inferred"`  // nothing but inference, or an analyst's own knowledge
	Shares      HealthShares `json:"shares"`
}

// HealthItem is one record, newest change first.
type HealthItem struct {
	HealthRecord
	Reason   string   `json:"reason,omitempty"` // inferred: note, derived, analyst
	Newest   string   `json:"newest_evidence,omitempty"`
	Evidence []*Cited `json:"evidence"`
}

// HealthRecord names a node or an edge.
type HealthRecord struct {
	Record   string         `json:"record"` // node or edge
	ID       graph.ID       `json:"id"`
	Kind     graph.NodeKind `json:"kind,omitempty"`
	Name     string         `json:"name,omitempty"`
	Code     string         `json:"code,omitempty"`
	EdgeKind graph.EdgeKind `json:"edge_kind,omitempty"`
	From     *Ref           `json:"from,omitempty"`
	To       *Ref           `json:"to,omitempty"`
	State    graph.State    `json:"state"`
	Seq      graph.Seq      `json:"seq"`
}

// Conflict is one field for which the records give different values.
type Conflict struct {
	HealthRecord
	// Type is evidence (items of one field disagree), verdict (two judgements of
	// one standard or rule on one problem, product and process do), prefix (a
	// standard is recorded as mandatory against its number, or the other way
	// round) or status (a certificate is recorded as valid past its last day).
	Type     string          `json:"type"`
	Field    string          `json:"field"`
	Values   []ConflictValue `json:"values"`
	Evidence []*Cited        `json:"evidence"`
}

// ConflictValue is one of the values with what stands behind it.
type ConflictValue struct {
	Value    string   `json:"value"`
	Shown    bool     `json:"shown"`          // the record has this one
	Edge     graph.ID `json:"edge,omitempty"` // of verdict: which judgement says so
	Evidence []*Cited `json:"evidence"`
}

// HealthShares counts each list whole, whatever limit shows of it.
type HealthShares struct {
	Records     int         `json:"records"` // looked at
	Nodes       int         `json:"nodes"`
	Edges       int         `json:"edges"`
	Unreviewed  HealthShare `json:"unreviewed"`
	Conflicting HealthShare `json:"conflicting"`
	Stale       HealthShare `json:"stale"`
	Unsourced   HealthShare `json:"unsourced"`
	Inferred    HealthShare `json:"inferred"`
}

// HealthShare is a count and its part of the records looked at.
type HealthShare struct {
	Count int     `json:"count"`
	Share float64 `json:"share"`
}

func healthQuestion() Question {
	return declare(Question{
		Name: "health", Zh: "数据健康", Path: "/health", Asks: []string{"E08", "P11"},
		Doc:   "Which records are not reviewed, contradict one another, are stale, without source or only inferred",
		DocZh: "哪些数据还没复核、互相矛盾、超期、没有来源或只有推断，各占多少",
	}, health)
}

func health(ctx context.Context, a *Asked, p HealthParams) (Health, error) {
	since, err := a.since(ctx, p.Since)
	if err != nil {
		return Health{}, err
	}
	y, m, d := dateParts(a.View.AsOf())
	e := examiner{
		asked: a, view: a.View.Records(), since: since, before: graph.DateOf(y-p.StaleYears, m, d), limit: p.Limit, dates: map[graph.ID]string{},
	}
	if err := e.examine(ctx); err != nil {
		return Health{}, err
	}
	out := Health{
		StaleBefore: e.before, Unreviewed: e.items(&e.unreviewed), Stale: e.items(&e.stale),
		Unsourced: e.items(&e.unsourced), Inferred: e.items(&e.inferred), Conflicting: e.conflictItems(),
	}
	if since != everSince {
		out.Since = &since
	}
	share := func(n int) HealthShare { return HealthShare{n, fraction(n, e.nodes+e.edges)} }
	out.Shares = HealthShares{
		Records: e.nodes + e.edges, Nodes: e.nodes, Edges: e.edges, Unreviewed: share(e.unreviewed.count),
		Conflicting: share(e.conflicts.count), Stale: share(e.stale.count), Unsourced: share(e.unsourced.count), Inferred: share(e.inferred.count),
	}
	if e.nodes+e.edges == 0 {
		a.Warn("nothing_matched", p.Since)
	}
	return out, e.name(ctx, &out)
}

// everSince is before every record, those without a number included: an
// overlay's have none.
const everSince graph.Seq = -1

// since reads a sequence number, or a day as the last number before it.
func (a *Asked) since(ctx context.Context, text string) (graph.Seq, error) {
	if text == "" {
		return everSince, nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n >= 0 {
		return graph.Seq(n), nil
	}
	day, err := graph.ParseDate(text)
	if err != nil {
		return 0, &graph.InvalidError{Field: "since", Code: "date_format", Value: text, Want: "0… | YYYY-MM-DD"}
	}
	then, err := a.past(ctx, day.AddDays(-1))
	if err != nil {
		return 0, err
	}
	return then.Seq(), nil
}

func dateParts(d graph.Date) (year int, month time.Month, day int) {
	text := d.String()
	if !d.Known() {
		return 1, 1, 1
	}
	y, _ := strconv.Atoi(text[:4])
	m, _ := strconv.Atoi(text[5:7])
	dd, _ := strconv.Atoi(text[8:])
	return y, time.Month(m), dd
}

// examiner looks at every record once.
type examiner struct {
	asked  *Asked
	view   *graph.View
	since  graph.Seq
	before graph.Date
	limit  int
	dates  map[graph.ID]string // of sources

	nodes, edges                           int
	unreviewed, stale, unsourced, inferred worst[found]
	conflicts                              worst[conflict]
	judged                                 map[string][]*graph.Edge // of one from, by what they judge
}

// found is a record with why it is listed.
type found struct {
	record   HealthRecord
	reason   string
	newest   string
	evidence []graph.Evidence
}

// worst keeps the first limit of what is added, by newest change and then id,
// and counts all.
type worst[T interface{ place() (graph.Seq, string) }] struct {
	count int
	kept  []T
}

func (w *worst[T]) add(item T, limit int) {
	w.count++
	w.kept = append(w.kept, item)
	if len(w.kept) >= 2*limit+64 {
		w.settle(limit)
	}
}

func (w *worst[T]) settle(limit int) {
	slices.SortStableFunc(w.kept, func(x, y T) int {
		xs, xid := x.place()
		ys, yid := y.place()
		return cmp.Or(cmp.Compare(ys, xs), cmp.Compare(xid, yid))
	})
	w.kept = w.kept[:min(limit, len(w.kept))]
}

func (f found) place() (graph.Seq, string) {
	return f.record.Seq, f.record.Record + string(f.record.ID)
}
func (c conflict) place() (graph.Seq, string) {
	return c.record.Seq, c.record.Record + string(c.record.ID) + c.field
}

// examine walks over the records: sources first, for their dates, then every
// kind, and of each node the edges out.
func (e *examiner) examine(ctx context.Context) error {
	for n, err := range e.view.OfKind(ctx, graph.Source) {
		if err != nil {
			return err
		}
		e.dates[n.ID] = n.Fields.Text("date")
	}
	for _, spec := range graph.Nodes() {
		if spec.System {
			continue
		}
		var ids []graph.ID
		for n, err := range e.view.OfKind(ctx, spec.Kind) {
			if err != nil {
				return err
			}
			ids = append(ids, n.ID)
			if n.Seq > e.since && n.State != graph.Retired && n.State != graph.Merged {
				e.node(&n)
			}
		}
		for chunk := range slices.Chunk(ids, 1000) {
			edges, err := e.view.Touching(ctx, chunk, graph.EdgeFilter{Direction: graph.Out})
			if err != nil {
				return err
			}
			e.chunk(edges)
		}
	}
	return nil
}

func (e *examiner) chunk(edges []graph.Edge) {
	e.judged = map[string][]*graph.Edge{}
	for i := range edges {
		edge := &edges[i]
		if edge.State == graph.Retired {
			continue
		}
		if edge.Kind == graph.Addresses || edge.Kind == graph.Covers {
			key := strings.Join([]string{
				string(edge.Kind), string(edge.From), string(edge.To), edge.Fields.Text("clause"),
				edge.Fields.Text("applicability_product"), edge.Fields.Text("applicability_process"),
			}, "\x00")
			e.judged[key] = append(e.judged[key], edge)
		}
		if edge.Seq > e.since {
			e.edge(edge)
		}
	}
	e.verdicts()
}

func (e *examiner) node(n *graph.Node) {
	e.nodes++
	e.asked.use(n)
	record := HealthRecord{Record: "node", ID: n.ID, Kind: n.Kind, Name: n.Name, Code: codeOf(n), State: n.State, Seq: n.Seq}
	e.record(record, n.Fields, n.Evidence, n.Kind == graph.Source)
	spec, _ := graph.NodeSpecOf(n.Kind)
	e.fieldConflicts(record, n.Fields, n.Evidence, spec.Field)
	e.nodeConflicts(n, record)
}

func (e *examiner) edge(edge *graph.Edge) {
	e.edges++
	record := recordOf(edge)
	e.record(record, edge.Fields, edge.Evidence, false)
	spec, _ := graph.EdgeSpecOf(edge.Kind)
	e.fieldConflicts(record, edge.Fields, edge.Evidence, spec.Field)
}

func recordOf(e *graph.Edge) HealthRecord {
	return HealthRecord{
		Record: "edge", ID: e.ID, EdgeKind: e.Kind, From: &Ref{ID: e.From}, To: &Ref{ID: e.To}, State: e.State, Seq: e.Seq,
	}
}

// record puts one record into the lists that it belongs to. A source is what
// others rest on, and needs none itself.
func (e *examiner) record(r HealthRecord, fields graph.Fields, evidence []graph.Evidence, source bool) {
	item := found{record: r, evidence: evidence, newest: e.newest(evidence)}
	if r.State == graph.Draft {
		e.unreviewed.add(item, e.limit)
	}
	if source {
		return
	}
	if span, err := graph.ParseSpan(item.newest); err == nil && span.Known() && span.Last < e.before {
		e.stale.add(item, e.limit)
	}
	if !slices.ContainsFunc(evidence, func(v graph.Evidence) bool { return v.Source != "" }) {
		e.unsourced.add(item, e.limit)
	}
	if item.reason = inferredBy(fields, evidence); item.reason != "" {
		e.inferred.add(item, e.limit)
	}
}

// newest returns the date of the newest item: that of its source, or where
// none is named or dated, when it was collected.
func (e *examiner) newest(evidence []graph.Evidence) string {
	newest := ""
	for _, v := range evidence {
		newest = max(newest, cmp.Or(e.dates[v.Source], v.CollectedAt))
	}
	return newest
}

// inferredBy tells why a record is only inferred: it says so, it was computed,
// or an analyst knew it and nothing above level 0 supports it.
func inferredBy(fields graph.Fields, evidence []graph.Evidence) string {
	best := 0
	for _, v := range evidence {
		best = max(best, v.Level)
	}
	switch {
	case fields.Text("inferred") != "":
		return "note"
	case fields.Flag("derived"):
		return "derived"
	case fields.Text("verified") == "analyst" && best == 0:
		return "analyst"
	}
	return ""
}

// items renders the records of one list.
func (e *examiner) items(list *worst[found]) []HealthItem {
	list.settle(e.limit)
	if list.count > len(list.kept) {
		e.asked.Truncate("limit")
	}
	out := []HealthItem{}
	for _, f := range list.kept {
		out = append(out, HealthItem{HealthRecord: f.record, Reason: f.reason, Newest: f.newest, Evidence: e.asked.cite(f.evidence)})
	}
	return out
}

// name fills in the names of the ends of the edges that are shown.
func (e *examiner) name(ctx context.Context, out *Health) error {
	var refs []*Ref
	add := func(r HealthRecord) {
		if r.From != nil {
			refs = append(refs, r.From, r.To)
		}
	}
	for _, list := range [][]HealthItem{out.Unreviewed, out.Stale, out.Unsourced, out.Inferred} {
		for _, item := range list {
			add(item.HealthRecord)
		}
	}
	for _, c := range out.Conflicting {
		add(c.HealthRecord)
	}
	f := newFacts(e.view)
	var ids []graph.ID
	for _, r := range refs {
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	if err := f.loadNodes(ctx, slices.Compact(ids)); err != nil {
		return err
	}
	for _, r := range refs {
		if n := f.nodes[r.ID]; n != nil {
			*r = refOf(n)
		}
	}
	return nil
}
