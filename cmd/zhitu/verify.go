package main

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"time"

	"zhitu/graph"
	"zhitu/graph/ledger"
	"zhitu/search"
)

// finding is one thing that verify looked at.
type finding struct {
	What   string `json:"what"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

func runVerify(ctx context.Context, p program, args []string) error {
	cmd := mustFind("verify")
	fs := p.newFlags(cmd)
	finish := configFlags(fs, p.getenv, "data")
	asJSON := fs.Bool("json", false, "输出 JSON for programs")
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
	findings, err := p.verify(ctx, c)
	if err != nil {
		return p.held(ctx, c, err)
	}
	if *asJSON {
		if err := p.writeJSON(findings); err != nil {
			return err
		}
	}
	bad := 0
	for _, f := range findings {
		mark := "好 ok  "
		if !f.OK {
			mark = "错 BAD "
			bad++
		}
		if !*asJSON {
			fmt.Fprintf(p.stdout, "%s %s: %s\n", mark, f.What, f.Detail)
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d 项未通过 checks failed", bad)
	}
	return nil
}

// verify looks at the store first; the rest makes sense only over one that can
// be read.
func (p program) verify(ctx context.Context, c config) ([]finding, error) {
	g, err := openStore(ctx, c, lockWait)
	if err != nil {
		return nil, err
	}
	r := replay{seed: maphash.MakeSeed(), state: map[recordKey]uint64{}}
	findings := []finding{r.log(ctx, g.store), r.records(ctx, g.store), r.schemaFinding()}
	for _, f := range findings[:2] {
		if !f.OK {
			return findings, g.Close()
		}
	}
	if g.ledger, err = ledger.Open(ctx, g.store, ledger.Options{}); err != nil {
		return findings, errors.Join(err, g.Close())
	}
	findings = append(findings, importFinding(g.ledger), indexFinding(ctx, g, c))
	return findings, g.Close()
}

type recordKey struct {
	edge bool
	id   graph.ID
}

// replay is the state that the log gives, as a hash of each record.
type replay struct {
	seed    maphash.Seed
	state   map[recordKey]uint64
	entries int
	invalid []string // records that the schema table of this program refuses
}

func (r *replay) hash(rec graph.Record) uint64 { return maphash.String(r.seed, rec.Encoded()) }

// log reads every entry, holds each to the state that those before it left,
// and so gets the state at the head.
func (r *replay) log(ctx context.Context, store graph.Store) finding {
	f := finding{What: "变更日志 log"}
	head, _, err := store.Head(ctx)
	if err != nil {
		f.Detail = err.Error()
		return f
	}
	commands := map[string]graph.Seq{}
	for e, err := range entriesTo(ctx, store, head) {
		switch {
		case err != nil:
			f.Detail = err.Error()
			return f
		case e.Seq != graph.Seq(r.entries+1):
			f.Detail = fmt.Sprintf("entry %d stands where %d should", e.Seq, r.entries+1)
			return f
		case commands[e.Command] != 0:
			f.Detail = fmt.Sprintf("entries %d and %d bear the same command", commands[e.Command], e.Seq)
			return f
		}
		commands[e.Command] = e.Seq
		r.entries++
		for _, c := range e.Changes {
			if err := r.apply(c); err != nil {
				f.Detail = fmt.Sprintf("entry %d: %v", e.Seq, err)
				return f
			}
		}
	}
	f.OK = graph.Seq(r.entries) == head
	f.Detail = fmt.Sprintf("%d 条，连续 entries without a gap", r.entries)
	if !f.OK {
		f.Detail = fmt.Sprintf("%d entries, the head says %d", r.entries, head)
	}
	return f
}

func (r *replay) apply(c graph.Change) error {
	k := recordKey{c.IsEdge(), c.ID()}
	have, there := r.state[k]
	switch {
	case there == c.Before.IsZero():
		return fmt.Errorf("record %s: existed before: %t, the log says otherwise", k.id, there)
	case there && have != r.hash(c.Before):
		return fmt.Errorf("record %s is not what the entry found", k.id)
	case c.After.IsZero():
		delete(r.state, k)
	default:
		r.state[k] = r.hash(c.After)
	}
	return nil
}

// records reads every record, which checks what the store keeps beside it, and
// compares it with what the log gives.
func (r *replay) records(ctx context.Context, store graph.Store) finding {
	f := finding{What: "记录 records"}
	seen := 0
	for rec, err := range store.Scan(ctx) {
		if err != nil {
			f.Detail = err.Error()
			return f
		}
		k := recordKey{rec.IsEdge(), rec.ID()}
		want, there := r.state[k]
		switch {
		case !there:
			f.Detail = fmt.Sprintf("%s is in the store and not in the log", k.id)
			return f
		case want != r.hash(rec):
			f.Detail = fmt.Sprintf("%s is not what the log gives", k.id)
			return f
		}
		seen++
		r.validate(rec)
	}
	f.OK = seen == len(r.state)
	f.Detail = fmt.Sprintf("%d 条，与日志重放逐条一致 equal to the replay of the log", seen)
	if !f.OK {
		f.Detail = fmt.Sprintf("%d in the store, %d by the log", seen, len(r.state))
	}
	return f
}

func (r *replay) validate(rec graph.Record) {
	var err error
	if rec.IsEdge() {
		var e graph.Edge
		if e, err = rec.Edge(); err == nil {
			err = e.Validate()
		}
	} else {
		var n graph.Node
		if n, err = rec.Node(); err == nil {
			err = n.Validate()
		}
	}
	if err != nil {
		r.invalid = append(r.invalid, fmt.Sprintf("%s: %v", rec.ID(), err))
	}
}

func (r *replay) schemaFinding() finding {
	f := finding{What: "模式表 schema", OK: len(r.invalid) == 0, Detail: "每条记录都合模式 every record fits"}
	if !f.OK {
		f.Detail = fmt.Sprintf("%d records do not fit, first %s", len(r.invalid), r.invalid[0])
	}
	return f
}

// importFinding tells of unfinished imports: no damage, and worth knowing.
func importFinding(l *ledger.Ledger) finding {
	f := finding{What: "未完成的导入 open imports", OK: true, Detail: "没有 none"}
	if open := l.OpenImports(); len(open) > 0 {
		f.Detail = fmt.Sprintf("%d；以同一文件再导入即续上，其记录暂不可见 to be resumed by importing the same again, hidden until then: %s", len(open), open[0].ID)
	}
	return f
}

const indexPatience = 5 * time.Minute

// indexFinding opens the index, lets it catch up, and holds every document of
// it to the graph.
func indexFinding(ctx context.Context, g *opened, c config) finding {
	f := finding{What: "全文索引 index"}
	x, err := g.openIndex(ctx, c, search.Options{})
	if err != nil {
		f.Detail = err.Error()
		return f
	}
	defer x.Close()
	s := g.ledger.Snapshot()
	if err := caughtUp(ctx, x, s.Seq()); err != nil {
		f.Detail = err.Error()
		return f
	}
	if err := x.Verify(ctx); err != nil {
		f.Detail = err.Error()
		return f
	}
	status := x.Status()
	f.OK = true
	f.Detail = fmt.Sprintf("%d 篇，与图逐条一致 documents, equal to the graph at seq %d", status.Documents, status.Seq)
	if status.Rebuilds > 0 {
		f.Detail += fmt.Sprintf("（已重建 rebuilt: %s）", status.Why)
	}
	return f
}

// caughtUp waits until seq is searchable.
func caughtUp(ctx context.Context, x *search.Index, seq graph.Seq) error {
	ctx, cancel := context.WithTimeout(ctx, indexPatience)
	defer cancel()
	for {
		if now := x.WaitFor(ctx, seq); now >= seq && x.Status().Serving {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("the index is at %d and does not reach %d: %w", x.Status().Seq, seq, err)
		}
	}
}
