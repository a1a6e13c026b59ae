package seed

import (
	"errors"
	"fmt"
	"io/fs"

	"zhitu/graph"
)

// Options choose what Ops makes. The zero Options leave the invented firms out.
type Options struct {
	// Illustrative adds the invented firms with their supplies, certificates,
	// reports, projects and dates of problems, each marked as such.
	Illustrative bool
}

// Ops returns the shipped data as operations, nodes before edges, and what was
// made of them. The same options always give the same operations.
func Ops(opts Options) ([]graph.Op, Report, error) {
	return opsOf(Data(), opts)
}

func opsOf(data fs.FS, opts Options) ([]graph.Op, Report, error) {
	f, err := readFiles(data)
	if err != nil {
		return nil, Report{}, err
	}
	b := newBuilder(f)
	b.sources()
	b.programmes()
	b.regions()
	b.schemeNodes()
	b.standardNodes()
	b.ruleNodes()
	b.conflictsOfNotes()
	for _, name := range dossierNames() {
		b.chain(name)
	}
	for _, name := range dossierNames() {
		b.problems(name)
	}
	b.organizations()
	b.standardEdges()
	b.ruleEdges()
	for _, name := range dossierNames() {
		b.judgements(name)
		b.measures(name)
	}
	b.catalogueRows()
	b.pilots()
	if opts.Illustrative {
		b.firmRows()
	}
	b.leftOut(opts)
	ops, err := b.ops()
	if err != nil {
		return nil, Report{}, err
	}
	if err := check(ops); err != nil {
		return nil, Report{}, err
	}
	b.report.count(ops)
	return ops, b.report, nil
}

// check holds every operation to the schema and every edge to its ends: what
// leaves this package is accepted by the ledger or it does not leave.
func check(ops []graph.Op) error {
	kinds := map[graph.ID]graph.NodeKind{}
	var errs []error
	for _, op := range ops {
		if n := op.PutNode; n != nil {
			kinds[n.ID] = n.Kind
			if err := n.Validate(); err != nil {
				errs = append(errs, fmt.Errorf("seed: node %s: %w", n.ID, err))
			}
			continue
		}
		e := op.PutEdge
		if err := e.Validate(); err != nil {
			errs = append(errs, fmt.Errorf("seed: edge %s %s %s: %w", e.From, e.Kind, e.To, err))
		}
		spec, _ := graph.EdgeSpecOf(e.Kind)
		if !spec.Joins(kinds[e.From], kinds[e.To]) {
			errs = append(errs, fmt.Errorf("seed: %s joins %s (%s) and %s (%s)", e.Kind, e.From, kinds[e.From], e.To, kinds[e.To]))
		}
	}
	return errors.Join(errs...)
}
