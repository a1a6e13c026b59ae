package answer

import (
	"fmt"
	"slices"
	"strings"

	"zhitu/graph"
)

// conflict is one contradiction before it is rendered.
type conflict struct {
	record HealthRecord
	kind   string
	field  string
	values []conflictValue
}

type conflictValue struct {
	value    string
	shown    bool
	edge     graph.ID
	evidence []graph.Evidence
}

// fieldConflicts finds the fields for which evidence gives another value than
// the record has, or than other evidence gives. Of a list every value may be
// true, and a year does not contradict a day in it.
func (e *examiner) fieldConflicts(r HealthRecord, fields graph.Fields, evidence []graph.Evidence, spec func(string) (graph.FieldSpec, bool)) {
	values := map[string][]conflictValue{}
	var order []string
	for _, v := range evidence {
		fs, ok := spec(v.Field)
		if !ok || v.Value == "" || strings.HasSuffix(string(fs.Type), "_list") {
			continue
		}
		list, seen := values[v.Field]
		if !seen {
			order = append(order, v.Field)
			if own, has := fields[v.Field]; has {
				list = []conflictValue{{value: fmt.Sprint(own), shown: true, evidence: unsaid(evidence)}}
			}
		}
		values[v.Field] = withValue(list, v, fs.Type == graph.DateText)
	}
	slices.Sort(order)
	for _, field := range order {
		if len(values[field]) > 1 {
			e.conflicts.add(conflict{record: r, kind: "evidence", field: field, values: values[field]}, e.limit)
		}
	}
}

// unsaid returns the evidence that speaks for a record as a whole: it stands
// behind the value that is shown, when no item says so for the field.
func unsaid(evidence []graph.Evidence) []graph.Evidence {
	return slices.DeleteFunc(slices.Clone(evidence), func(v graph.Evidence) bool { return v.Field != "" })
}

// withValue adds what one item of evidence says to the values of its field.
func withValue(list []conflictValue, v graph.Evidence, date bool) []conflictValue {
	for i := range list {
		if sameValue(list[i].value, v.Value, date) {
			list[i].evidence = append(slices.Clone(list[i].evidence), v)
			return list
		}
	}
	return append(list, conflictValue{value: v.Value, evidence: []graph.Evidence{v}})
}

// sameValue compares two values; of two dates, one may be the other with less
// said.
func sameValue(a, b string, date bool) bool {
	if a == b || !date {
		return a == b
	}
	x, errX := graph.ParseSpan(a)
	y, errY := graph.ParseSpan(b)
	if errX != nil || errY != nil {
		return false
	}
	return x.First <= y.First && y.Last <= x.Last || y.First <= x.First && x.Last <= y.Last
}

// nodeConflicts finds what a record says against itself.
func (e *examiner) nodeConflicts(n *graph.Node, r HealthRecord) {
	switch n.Kind {
	case graph.Standard:
		code, ok := graph.ParseCode(n.Fields.Text("code"))
		own, has := n.Fields["mandatory"].(bool)
		if !ok || !has {
			return
		}
		if mandatory, known := code.Mandatory(); known && mandatory != own {
			e.conflicts.add(conflict{record: r, kind: "prefix", field: "mandatory", values: []conflictValue{
				{value: fmt.Sprint(own), shown: true, evidence: n.Evidence}, {value: fmt.Sprint(mandatory) + " (" + code.String() + ")"},
			}}, e.limit)
		}
	case graph.Certificate:
		// ends_on is the first day on which it is valid no longer.
		ends := n.Fields.Span("ends_on")
		if n.Fields.Text("certificate_status") == "valid" && ends.Known() && ends.Reached(e.view.AsOf()) == graph.Yes {
			e.conflicts.add(conflict{record: r, kind: "status", field: "certificate_status", values: []conflictValue{
				{value: "valid", shown: true, evidence: n.Evidence}, {value: "expired (ends_on " + n.Fields.Text("ends_on") + ")"},
			}}, e.limit)
		}
	}
}

// verdicts finds judgements of one thing on one thing that differ. It is said
// of the newest of them.
func (e *examiner) verdicts() {
	for _, edges := range e.judged {
		slices.SortFunc(edges, func(x, y *graph.Edge) int {
			if x.Seq != y.Seq {
				return int(y.Seq - x.Seq)
			}
			return compareIDs(x.ID, y.ID)
		})
		if len(edges) < 2 || edges[0].Seq <= e.since {
			continue
		}
		for _, field := range []string{"applicability_verdict", "strength"} {
			var values []conflictValue
			for _, edge := range edges {
				values = append(values, conflictValue{value: edge.Fields.Text(field), edge: edge.ID, evidence: edge.Evidence, shown: true})
			}
			if slices.ContainsFunc(values, func(v conflictValue) bool { return v.value != values[0].value }) {
				e.conflicts.add(conflict{record: recordOf(edges[0]), kind: "verdict", field: field, values: values}, e.limit)
			}
		}
	}
}

// conflictItems renders the conflicts.
func (e *examiner) conflictItems() []Conflict {
	e.conflicts.settle(e.limit)
	if e.conflicts.count > len(e.conflicts.kept) {
		e.asked.Truncate("limit")
	}
	out := []Conflict{}
	for _, c := range e.conflicts.kept {
		item := Conflict{HealthRecord: c.record, Type: c.kind, Field: c.field, Values: []ConflictValue{}, Evidence: []*Cited{}}
		for _, v := range c.values {
			cited := e.asked.cite(v.evidence)
			item.Values = append(item.Values, ConflictValue{Value: v.value, Shown: v.shown, Edge: v.edge, Evidence: cited})
			item.Evidence = append(item.Evidence, cited...)
		}
		out = append(out, item)
	}
	return out
}
