package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"

	"zhitu/graph"
	"zhitu/graph/ledger"
	"zhitu/graph/snapshot"
	"zhitu/seed"
)

func runExport(ctx context.Context, p program, args []string) error {
	cmd := mustFind("export")
	fs := p.newFlags(cmd)
	finish := configFlags(fs, p.getenv, "data")
	file := fs.String("o", "", "`FILE` 写到文件 write to a new file (default: stdout)")
	var want part
	fs.Func("kind", "`A,B` 只要这些类型的节点及其间的边 only nodes of these kinds, and the edges between them", want.takeKinds)
	fs.Func("chain", "`ID` 只要这条产业链的 only what belongs to this chain (sw or chain:sw)", want.takeChain)
	args, err := p.parse(cmd, fs, args)
	if err != nil {
		return err
	}
	c, err := finish()
	if err != nil {
		return err
	}
	if err := noArguments(args); err != nil {
		return err
	}
	g, err := openGraph(ctx, c, lockWait, ledger.Options{})
	if err != nil {
		return p.held(ctx, c, err)
	}
	defer g.Close()
	write := func(w io.Writer) error {
		if want.all() {
			_, err := writePackage(ctx, w, g.store)
			return err
		}
		return want.write(ctx, w, g.ledger.Snapshot())
	}
	if *file == "" {
		return write(p.stdout)
	}
	if _, err := os.Lstat(*file); err == nil {
		return fmt.Errorf("%s 已存在，不覆盖 exists and is not overwritten", *file)
	}
	return writeWhole(*file, write)
}

// part says which records an export holds. The zero part is all of them, and
// then the export is a package with the log.
type part struct {
	kinds []graph.NodeKind
	chain graph.ID
}

func (w *part) all() bool { return len(w.kinds) == 0 && w.chain == "" }

func (w *part) takeKinds(v string) error {
	for _, name := range strings.Split(v, ",") {
		spec, ok := graph.NodeSpecOf(graph.NodeKind(strings.TrimSpace(name)))
		if !ok {
			var known []string
			for _, s := range graph.Nodes() {
				known = append(known, string(s.Kind))
			}
			return fmt.Errorf("no such kind: %s; known are %s", name, strings.Join(known, ", "))
		}
		w.kinds = append(w.kinds, spec.Kind)
	}
	return nil
}

func (w *part) takeChain(v string) error {
	if !strings.Contains(v, ":") {
		v = "chain:" + v
	}
	w.chain = graph.ID(strings.ToLower(v))
	return nil
}

// chainKinds are the edges that lead from a chain to what belongs to it, each
// followed the way that is named.
var chainKinds = []struct {
	kind graph.EdgeKind
	dir  graph.Direction
}{
	{graph.HasSegment, graph.Out},
	{graph.HasProcess, graph.Out},
	{graph.AppliesTo, graph.In},
	{graph.HasRole, graph.In},
	{graph.OperatesIn, graph.In},
	{graph.OccursAt, graph.In},
	{graph.MadeIn, graph.In},
	{graph.Addresses, graph.In},
	{graph.Covers, graph.In},
	{graph.Concerns, graph.Out},
	{graph.ResolvedIn, graph.Out},
	{graph.Targets, graph.In},
	{graph.Funds, graph.In},
	{graph.Offers, graph.Out},
	{graph.ObservedFor, graph.In},
}

// belonging returns the nodes of a chain: what chainKinds lead to, one after
// another as often as something new is met, but never on from a standard, a
// rule or an organization, which belong to many chains.
func belonging(ctx context.Context, s *snapshot.Snapshot, chain graph.ID) (map[graph.ID]bool, error) {
	if n, ok := s.Node(chain); !ok || n.Kind != graph.Chain {
		return nil, fmt.Errorf("chain %s: %w", chain, graph.ErrNotFound)
	}
	met := map[graph.ID]bool{chain: true}
	for frontier := []graph.ID{chain}; len(frontier) > 0; {
		var next []graph.ID
		for _, follow := range chainKinds {
			for e, err := range s.Touching(ctx, frontier, graph.EdgeFilter{Kinds: []graph.EdgeKind{follow.kind}, Direction: follow.dir}) {
				if err != nil {
					return nil, err
				}
				other := e.To
				if follow.dir == graph.In {
					other = e.From
				}
				if h, ok := s.Head(other); ok && !met[other] && h.NodeKind != graph.Chain {
					met[other] = true
					if !shared(h.NodeKind) {
						next = append(next, other)
					}
				}
			}
		}
		frontier = next
	}
	return met, nil
}

// shared tells whether a node of kind k belongs to many chains.
func shared(k graph.NodeKind) bool {
	return slices.Contains([]graph.NodeKind{
		graph.Standard, graph.Rule, graph.OrganizationKind, graph.Region, graph.Source, graph.Programme, graph.Scheme,
		graph.Policy, graph.Characteristic, graph.Bundle,
	}, k)
}

// write writes the records of the part, and with them the sources that their
// evidence names, so that the file can be imported as it is.
func (w *part) write(ctx context.Context, out io.Writer, s *snapshot.Snapshot) error {
	var chain map[graph.ID]bool
	if w.chain != "" {
		var err error
		if chain, err = belonging(ctx, s, w.chain); err != nil {
			return err
		}
	}
	in := func(h graph.Head) bool {
		return (chain == nil || chain[h.ID]) && (len(w.kinds) == 0 || slices.Contains(w.kinds, h.NodeKind))
	}
	return seed.WriteNDJSON(out, withEnds(s, in))
}

// withEnds yields the nodes that in admits, then the edges both ends of which
// it admits.
func withEnds(s *snapshot.Snapshot, in func(graph.Head) bool) iter.Seq2[graph.Record, error] {
	return func(yield func(graph.Record, error) bool) {
		for r := range s.All() {
			h, err := r.Head()
			if err != nil {
				yield(r, err)
				return
			}
			admitted := !h.IsEdge && in(h)
			if h.IsEdge {
				from, okFrom := s.Head(h.From)
				to, okTo := s.Head(h.To)
				admitted = okFrom && okTo && in(from) && in(to)
			}
			if admitted && !yield(r, nil) {
				return
			}
		}
	}
}
