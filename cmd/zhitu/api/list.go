package api

import (
	"context"
	"iter"
	"slices"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"zhitu/graph"
	"zhitu/search"
)

// nodesAsked narrows the list of nodes. Without a state, records that are
// retired or merged are left out, as search does.
type nodesAsked struct {
	pinned
	paging
	Kind   []string   `query:"kind" kinds:"node"`
	Chain  graph.ID   `query:"chain" kind:"Chain"`
	Region string     `query:"region"`
	State  []string   `query:"state" vocab:"state"`
	Q      string     `query:"q"`
	AsOf   graph.Date `query:"as_of"`
}

func (a *API) listNodes(ctx context.Context, req nodesAsked) (page[graph.Node], error) {
	v, err := a.records(ctx, req.Seq)
	if err != nil {
		return page[graph.Node]{}, err
	}
	keep, err := nodeFilter(ctx, v, req)
	if err != nil {
		return page[graph.Node]{}, err
	}
	kinds := kindsFor(ctx, req.Kind)
	key := func(n graph.Node) string { return string(n.ID) }
	return collect(req.paging, req.list(), key, func(yield func(graph.Node, error) bool) {
		for n, err := range nodesOfKinds(ctx, v, kinds) {
			if (err != nil || keep(n)) && !yield(n, err) {
				return
			}
		}
	})
}

// kindsFor returns the kinds of a list: those that were asked for, else every
// kind that is not the system's. Its own kinds are for administrators.
func kindsFor(ctx context.Context, asked []string) []string {
	system := func(k string) bool { return isSystem(graph.NodeKind(k)) }
	switch {
	case len(asked) == 0:
		return slices.DeleteFunc(nodeKinds(), system)
	case identityOf(ctx).Caller.Everything:
		return asked
	}
	return slices.DeleteFunc(slices.Clone(asked), system)
}

// list names the list that req pages through.
func (r nodesAsked) list() string {
	return strings.Join([]string{
		"nodes", strings.Join(r.Kind, ","), string(r.Chain), r.Region, strings.Join(r.State, ","), r.Q, r.AsOf.String(), seqText(r.Seq),
	}, "\x00")
}

func seqText(seq *graph.Seq) string {
	if seq == nil {
		return ""
	}
	return sortable(*seq)
}

// collect returns the page of p out of a sequence that is ordered by key; it
// reads on to the end only when the total is asked for.
func collect[T any](p paging, list string, key func(T) string, items iter.Seq2[T, error]) (page[T], error) {
	after, err := p.after(list)
	if err != nil {
		return page[T]{}, err
	}
	out := page[T]{Items: []T{}}
	total := 0
	for item, err := range items {
		if err != nil {
			return page[T]{}, err
		}
		total++
		if key(item) <= after {
			continue
		}
		switch {
		case len(out.Items) < p.Size:
			out.Items = append(out.Items, item)
		case out.NextPageToken == "":
			out.NextPageToken, err = cursor{Key: key(out.Items[p.Size-1]), List: digestOf(list)}.encode()
			if err != nil {
				return page[T]{}, err
			}
		}
		if out.NextPageToken != "" && !p.IncludeTotal {
			break
		}
	}
	if p.IncludeTotal {
		out.Total = &total
	}
	return out, nil
}

// nodesOfKinds yields the nodes of several kinds by id.
func nodesOfKinds(ctx context.Context, v *graph.View, kinds []string) iter.Seq2[graph.Node, error] {
	type head struct {
		node graph.Node
		next func() (graph.Node, error, bool)
	}
	return func(yield func(graph.Node, error) bool) {
		var heads []head
		advance := func(h head) error {
			n, err, ok := h.next()
			if err == nil && ok {
				h.node = n
				heads = append(heads, h)
			}
			return err
		}
		for _, k := range slices.Compact(slices.Sorted(slices.Values(kinds))) {
			next, stop := iter.Pull2(v.OfKind(ctx, graph.NodeKind(k)))
			defer stop()
			if err := advance(head{next: next}); err != nil {
				yield(graph.Node{}, err)
				return
			}
		}
		for len(heads) > 0 {
			least := 0
			for i := range heads {
				if heads[i].node.ID < heads[least].node.ID {
					least = i
				}
			}
			h := heads[least]
			heads = slices.Delete(heads, least, least+1)
			if !yield(h.node, nil) {
				return
			}
			if err := advance(h); err != nil {
				yield(graph.Node{}, err)
				return
			}
		}
	}
}

// nodeFilter returns what decides whether a node is in the list.
func nodeFilter(ctx context.Context, v *graph.View, req nodesAsked) (func(graph.Node) bool, error) {
	states := statesOf(req.State)
	var members map[graph.ID]bool
	if req.Chain != "" {
		chain, err := v.Node(ctx, req.Chain)
		if err != nil {
			return nil, err
		}
		if chain.Kind != graph.Chain {
			return nil, &graph.InvalidError{Field: "chain", Code: "wrong_kind", Value: string(chain.Kind), Want: string(graph.Chain)}
		}
		if members, err = search.Members(ctx, v, req.Chain); err != nil {
			return nil, err
		}
	}
	var inRegion func(graph.Node) bool
	if req.Region != "" {
		var err error
		if inRegion, err = regionFilter(ctx, v, req.Region); err != nil {
			return nil, err
		}
	}
	q := folded(req.Q)
	return func(n graph.Node) bool {
		return slices.Contains(states, n.State) && validOn(n.Head(), req.AsOf) && (members == nil || members[n.ID]) &&
			(inRegion == nil || inRegion(n)) && (q == "" || mentions(n, q))
	}, nil
}

func statesOf(names []string) []graph.State {
	if len(names) == 0 {
		return []graph.State{graph.Draft, graph.Reviewed}
	}
	var states []graph.State
	for _, s := range []graph.State{graph.Draft, graph.Reviewed, graph.Retired, graph.Merged} {
		if slices.Contains(names, s.String()) {
			states = append(states, s)
		}
	}
	return states
}

// validOn tells whether a record is valid, or perhaps valid, on a date; on the
// unknown date every record is.
func validOn(h graph.Head, d graph.Date) bool {
	return d == graph.Unknown || graph.Validity{From: h.ValidFrom, To: h.ValidTo}.At(d) != graph.No
}

// folded brings text into a form in which width, case and normal form do not
// matter.
func folded(s string) string { return cases.Fold().String(norm.NFKC.String(strings.TrimSpace(s))) }

// mentions tells whether the id, the name or an alias of n contains q.
func mentions(n graph.Node, q string) bool {
	if strings.Contains(string(n.ID), q) || strings.Contains(folded(n.Name), q) {
		return true
	}
	return slices.ContainsFunc(n.Aliases, func(alias string) bool { return strings.Contains(folded(alias), q) })
}

// regionFilter returns what tells whether a node lies in the region code or one
// below it: by its own fields or by where its LOCATED_IN edges lead.
func regionFilter(ctx context.Context, v *graph.View, code string) (func(graph.Node) bool, error) {
	within := regionPrefix(code)
	located := map[graph.ID]bool{}
	for n, err := range v.OfKind(ctx, graph.Region) {
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(n.Fields.Text("code"), within) {
			continue
		}
		located[n.ID] = true
		edges, err := v.Touching(ctx, []graph.ID{n.ID}, graph.EdgeFilter{Kinds: []graph.EdgeKind{graph.LocatedIn}, Direction: graph.In})
		if err != nil {
			return nil, err
		}
		for _, e := range edges {
			located[e.From] = true
		}
	}
	return func(n graph.Node) bool {
		if located[n.ID] || n.Fields.Text("region") != "" && strings.HasPrefix(n.Fields.Text("region"), within) {
			return true
		}
		return slices.ContainsFunc(n.Fields.Texts("regions"), func(c string) bool { return strings.HasPrefix(c, within) })
	}, nil
}

// regionPrefix cuts a code to what all codes below it begin with: 440000 is a
// province, 440300 a city in it, 440304 a county of that.
func regionPrefix(code string) string {
	if len(code) != 6 {
		return code
	}
	if strings.HasSuffix(code, "0000") {
		return code[:2]
	}
	return strings.TrimSuffix(code, "00")
}

// edgesAsked asks for the edges at one node.
type edgesAsked struct {
	pinned
	paging
	ID        graph.ID   `path:"id"`
	Direction string     `query:"direction" enum:"in,out,both" default:"both"`
	EdgeKind  []string   `query:"edge_kind" kinds:"edge"`
	State     []string   `query:"state" vocab:"state"`
	AsOf      graph.Date `query:"as_of"`
}

func (a *API) nodeEdges(ctx context.Context, req edgesAsked) (page[graph.Edge], error) {
	v, err := a.records(ctx, req.Seq)
	if err != nil {
		return page[graph.Edge]{}, err
	}
	if _, err := ordinaryNode(ctx, v, req.ID); err != nil {
		return page[graph.Edge]{}, err
	}
	f := graph.EdgeFilter{Direction: map[string]graph.Direction{"in": graph.In, "out": graph.Out}[req.Direction]}
	for _, k := range req.EdgeKind {
		f.Kinds = append(f.Kinds, graph.EdgeKind(k))
	}
	edges, err := v.Touching(ctx, []graph.ID{req.ID}, f)
	if err != nil {
		return page[graph.Edge]{}, err
	}
	states := statesOf(req.State)
	edges = slices.DeleteFunc(edges, func(e graph.Edge) bool {
		return !slices.Contains(states, e.State) || !validOn(e.Head(), req.AsOf)
	})
	// Touching orders by kind, from, to and id; so does this key.
	key := func(e graph.Edge) string {
		return strings.Join([]string{string(e.Kind), string(e.From), string(e.To), string(e.ID)}, "\x00")
	}
	slices.SortFunc(edges, func(x, y graph.Edge) int { return strings.Compare(key(x), key(y)) })
	list := strings.Join([]string{
		"edges", string(req.ID), req.Direction, strings.Join(req.EdgeKind, ","), strings.Join(req.State, ","), req.AsOf.String(), seqText(req.Seq),
	}, "\x00")
	return cut(req.paging, list, edges, key)
}
