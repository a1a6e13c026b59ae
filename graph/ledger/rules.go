package ledger

import (
	"maps"
	"slices"
	"strings"

	"zhitu/graph"
)

// transitions are the steps that the status of a problem may take; a new one
// may begin anywhere.
var transitions = map[string][]string{
	"unverified":  {"confirmed", "rejected", "merged"},
	"confirmed":   {"in_progress", "merged"},
	"in_progress": {"solved", "confirmed"},
	"solved":      {"recurred"},
	"recurred":    {"in_progress"},
}

// endsFit tells whether both ends of e exist in the state so far, may be used,
// and are of kinds that e joins.
func (j *judge) endsFit(i int, e graph.Edge) bool {
	from, ok1 := j.end(i, "from", e.From)
	to, ok2 := j.end(i, "to", e.To)
	if !ok1 || !ok2 {
		return false
	}
	spec, _ := graph.EdgeSpecOf(e.Kind)
	if !spec.Joins(from.NodeKind, to.NodeKind) {
		j.failOp(i, "edge_kind", "ends", string(from.NodeKind)+" → "+string(to.NodeKind), endsText(spec), nil)
		return false
	}
	before, ok := j.base.EdgeHead(e.ID)
	moved := !ok || before.From != e.From || before.To != e.To
	if moved && len(j.batch.undoes) == 0 {
		j.refuseMerged(i, "from", from)
		j.refuseMerged(i, "to", to)
	}
	return true
}

// refuseMerged keeps new edges away from a node that has become another, and
// says which.
func (j *judge) refuseMerged(i int, field string, h graph.Head) {
	if h.State == graph.Merged {
		j.failOp(i, field, "merged_end", string(h.ID), string(h.MergedInto), graph.ErrConflict)
	}
}

// end finds one end of an edge. A node that only an open import has made, or has
// deleted, is as good as missing for others, but they may come again when it has
// closed.
func (j *judge) end(i int, field string, id graph.ID) (graph.Head, bool) {
	h, ok := j.edit.State().Head(id)
	switch {
	case j.madeElsewhere(id), !ok && j.heldElsewhere(key{false, id}):
		j.failOp(i, field, "import_open", string(id), "", graph.ErrConflict)
		return h, false
	case !ok:
		j.failOp(i, field, "no_such_node", string(id), "", nil)
	}
	return h, ok
}

func endsText(spec graph.EdgeSpec) string {
	pairs := make([]string, len(spec.Ends))
	for i, e := range spec.Ends {
		pairs[i] = string(e.From) + " → " + string(e.To)
	}
	return strings.Join(pairs, " | ")
}

// rules asks what can only be asked of the result of the whole batch.
func (j *judge) rules(changes []graph.Change) {
	j.gone = map[graph.ID]int{}
	late := j.batch.Import == "" || j.batch.Closing
	for _, c := range changes {
		k := keyOf(c)
		i, named := j.last[k]
		switch {
		case c.After.IsZero() && !k.edge:
			j.gone[k.id] = i
		case c.After.IsZero() || !named:
		case k.edge:
			j.edgeRules(i, *j.batch.ops[i].PutEdge)
		default:
			n := *j.batch.ops[i].PutNode
			j.steps(i, n, c.Before)
			if late {
				j.lateNodeRules(i, n, c.Before)
			}
		}
		if h, err := c.After.Head(); err == nil && late && named && h.Owner != "" && !j.isSystem(h) {
			if code := j.ownerFits(h.Owner); code != "" {
				j.failOp(i, "owner", code, string(h.Owner), owners, isOf(code))
			}
		}
	}
	j.deleteRules()
	if _, open := j.world.imports[j.batch.Import]; open && j.batch.Closing {
		j.closingRules()
	}
}

// owners is who can own, as an error says it.
const owners = "Chain | Firm | Organization"

// isOf returns what an error of this code stands for.
func isOf(code string) error {
	if code == "import_open" {
		return graph.ErrConflict
	}
	return graph.ErrInvalid
}

func (j *judge) isSystem(h graph.Head) bool {
	spec, ok := graph.NodeSpecOf(h.NodeKind)
	return ok && spec.System
}

// ownerFits returns the code of what is wrong with an owner: it must be a chain,
// a firm or an organization that exists.
func (j *judge) ownerFits(id graph.ID) string {
	h, ok := j.edit.State().Head(id)
	switch {
	case !ok || h.NodeKind != graph.Chain && h.NodeKind != graph.Firm && h.NodeKind != graph.OrganizationKind:
		return "owner_kind"
	case j.madeElsewhere(id):
		return "import_open"
	}
	return ""
}

// edgeRules are those of the other edges of its ends.
func (j *judge) edgeRules(i int, e graph.Edge) {
	if e.State == graph.Retired {
		return
	}
	spec, _ := graph.EdgeSpecOf(e.Kind)
	switch spec.Cardinality {
	case graph.ManyToOne:
		j.onlyOne(i, "from", e, e.From, graph.Out)
	case graph.OneToMany:
		j.onlyOne(i, "to", e, e.To, graph.In)
	}
	switch {
	case !spec.Acyclic:
	case j.edit.State().Reaches(e.To, e.From, e.Kind):
		j.failOp(i, "to", "cycle", string(e.To), "", graph.ErrConflict)
	case j.mayReach(e.To, e.From, e.Kind):
		j.failOp(i, "to", "import_open", string(e.To), "", graph.ErrConflict)
	}
}

// onlyOne refuses e beside another edge of its kind at node id, unless the two
// are certainly valid at different times: where a bound is not recorded nobody
// can say so.
func (j *judge) onlyOne(i int, field string, e graph.Edge, id graph.ID, dir graph.Direction) {
	f := graph.EdgeFilter{Kinds: []graph.EdgeKind{e.Kind}, Direction: dir}
	beside := func(h graph.Head) bool { return h.ID != e.ID && h.State != graph.Retired && !apart(h, e.Head()) }
	for r := range j.edit.State().Incident(id, f) {
		if h, err := r.Head(); err == nil && beside(h) {
			j.failOp(i, field, "cardinality", string(h.ID), "", graph.ErrConflict)
			return
		}
	}
	for h := range j.mayComeBack(id, f) {
		if beside(h) {
			j.failOp(i, field, "import_open", string(h.ID), "", graph.ErrConflict)
			return
		}
	}
}

// apart tells whether two records are certainly never valid on one day.
func apart(a, b graph.Head) bool {
	ends := func(a, b graph.Head) bool {
		return a.ValidTo.Known() && b.ValidFrom.Known() && a.ValidTo <= b.ValidFrom
	}
	return ends(a, b) || ends(b, a)
}

// steps refuses a change of the status of a problem that is not a step.
func (j *judge) steps(i int, n graph.Node, before graph.Record) {
	if n.Kind != graph.Problem || before.IsZero() || len(j.batch.undoes) > 0 {
		return
	}
	was := statusOf(before)
	is := n.Fields.Text("problem_status")
	if was == "" || was == is || slices.Contains(transitions[was], is) {
		return
	}
	j.failOp(i, "fields/problem_status", "status_step", was+" → "+is, strings.Join(transitions[was], " | "), graph.ErrConflict)
}

func statusOf(r graph.Record) string {
	n, err := r.Node()
	if err != nil {
		return ""
	}
	return n.Fields.Text("problem_status")
}

// lateNodeRules need nodes and edges that may come later in an import.
func (j *judge) lateNodeRules(i int, n graph.Node, before graph.Record) {
	if n.State == graph.Merged {
		if why, want := j.mergeFits(n.Head()); why != "" {
			j.failOp(i, "merged_into", why, string(n.MergedInto), want, graph.ErrConflict)
		}
	}
	if n.Kind != graph.Problem || n.Fields.Text("problem_status") != "confirmed" || len(j.batch.undoes) > 0 {
		return
	}
	if (before.IsZero() || statusOf(before) != "confirmed") && !j.occurs(n.ID) {
		j.failOp(i, "fields/problem_status", "confirmed_needs_occurs_at", "", string(graph.OccursAt), nil)
	}
}

// mergeFits returns the code of what is wrong with where h is merged into.
func (j *judge) mergeFits(h graph.Head) (code, want string) {
	into, ok := j.edit.State().Head(h.MergedInto)
	switch {
	case !ok:
		return "no_such_node", ""
	case into.ID == h.ID || into.State == graph.Merged:
		return "merged_into_merged", string(into.MergedInto)
	case into.NodeKind != h.NodeKind:
		return "merged_into_kind", string(h.NodeKind)
	case j.madeElsewhere(into.ID):
		return "import_open", ""
	}
	return "", ""
}

// occurs tells whether a problem occurs somewhere.
func (j *judge) occurs(id graph.ID) bool {
	f := graph.EdgeFilter{Kinds: []graph.EdgeKind{graph.OccursAt}, Direction: graph.Out}
	for r := range j.edit.State().Incident(id, f) {
		if h, err := r.Head(); err == nil && h.State != graph.Retired {
			return true
		}
	}
	return false
}

// deleteRules keep what points at a node by id and not by an edge.
func (j *judge) deleteRules() {
	if len(j.gone) == 0 {
		return
	}
	s := j.edit.State()
	for _, id := range slices.Sorted(maps.Keys(j.gone)) {
		if s.Owned(id) > 0 {
			j.failOp(j.gone[id], "", "owns_records", string(id), "", graph.ErrConflict)
		}
	}
	for _, h := range s.MergedInto(j.isGone) {
		j.failOp(j.gone[h.MergedInto], "", "merged_target", string(h.ID), "", graph.ErrConflict)
	}
}

func (j *judge) isGone(id graph.ID) bool {
	_, ok := j.gone[id]
	return ok
}

// closingRules asks of the records of earlier batches of the import what could
// not be asked when they came.
func (j *judge) closingRules() {
	s := j.edit.State()
	own := func(h graph.Head) bool { return j.world.imports.entry(h.Seq) == j.batch.Import }
	for _, id := range s.Owners() {
		if code := j.ownerFits(id); code != "" {
			j.fail("nodes/"+string(id), code, string(id), owners, isOf(code))
		}
	}
	for _, h := range s.MergedInto(func(graph.ID) bool { return true }) {
		if !own(h) {
			continue
		}
		if why, want := j.mergeFits(h); why != "" {
			j.fail("nodes/"+string(h.ID)+"/merged_into", why, string(h.MergedInto), want, graph.ErrConflict)
		}
	}
	for r := range s.RecordsOfKind(graph.Problem) {
		h, err := r.Head()
		if err != nil || !own(h) || statusOf(r) != "confirmed" || j.occurs(h.ID) {
			continue
		}
		if before := (key{false, h.ID}).in(j.world.published); before.IsZero() || statusOf(before) != "confirmed" {
			j.fail("nodes/"+string(h.ID)+"/fields/problem_status", "confirmed_needs_occurs_at", "", string(graph.OccursAt), graph.ErrInvalid)
		}
	}
}
