package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"zhitu/graph/snapshot"
)

// bench is one run of the benchmark.
type bench struct {
	p       program
	config  config
	dir     string // for its graphs; removed at the end
	shared  string // folder that holds data/chain_kg; empty: the parts that need it say so
	nodes   int
	edges   int
	warmup  time.Duration // of Neo4j, before it is measured
	results []result
	load    string // of the machine, when the run began

	graph    *csr // the skewed graph of parts a and b
	snapshot *snapshot.Snapshot
	memory   int64
}

// result is one figure beside its floor.
type result struct {
	Part      string  `json:"part"`
	What      string  `json:"what"`
	Unit      string  `json:"unit"`
	Ours      float64 `json:"ours"`
	FloorName string  `json:"floor_name,omitempty"`
	Floor     float64 `json:"floor,omitempty"`
	Ratio     float64 `json:"ratio,omitempty"` // ours / floor
	Goal      string  `json:"goal,omitempty"`
	Met       string  `json:"met,omitempty"` // yes, no, inconclusive
	Note      string  `json:"note,omitempty"`
}

func verdict(met, inconclusive bool) string {
	switch {
	case inconclusive:
		return "inconclusive"
	case met:
		return "yes"
	}
	return "no"
}

// environment is what figures are worth nothing without.
type environment struct {
	Build    build  `json:"build"`
	Cores    int    `json:"gomaxprocs"`
	MemLimit int64  `json:"gomemlimit"`
	OS       string `json:"os"`
	Date     string `json:"date"`
	Nodes    int    `json:"nodes"`
	Edges    int    `json:"edges"`
	Neo4j    string `json:"neo4j,omitempty"`
	Load     string `json:"load"` // of the machine: before, after; above its cores, others were at work
}

// machineLoad returns how many processes wanted a core in the last minute.
func machineLoad() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "not known"
	}
	one, _, _ := strings.Cut(string(b), " ")
	return one
}

var benchParts = []struct {
	name string
	help string
	run  func(*bench, context.Context) error
}{
	{"a", "open to ready, and memory", (*bench).benchOpen},
	{"b", "k-hop walks", (*bench).benchWalks},
	{"c", "durable commits", (*bench).benchCommits},
	{"d", "embedded beside Neo4j", (*bench).benchNeo4j},
	{"e", "import of chain_kg", (*bench).benchImport},
	{"f", "solutions on the seed", (*bench).benchSolutions},
}

func runBench(ctx context.Context, p program, args []string) (err error) {
	cmd := mustFind("bench")
	fs := p.newFlags(cmd)
	finish := configFlags(fs, p.getenv)
	b := &bench{p: p, shared: p.getenv("ZHITU_SHARED")}
	var names []string
	for _, part := range benchParts {
		names = append(names, part.name+" "+part.help)
	}
	parts := fs.String("part", "a,b,c,d,e,f", "`A,B` 只测这些 only these parts: "+strings.Join(names, "; "))
	fs.IntVar(&b.nodes, "nodes", 1_000_000, "`N` a、b 两项图的节点数 nodes of the graph of parts a and b")
	fs.IntVar(&b.edges, "edges", 5_000_000, "`N` 边数 its edges")
	fs.DurationVar(&b.warmup, "warmup", time.Minute, "`DURATION` Neo4j 预热 how long Neo4j is warmed up")
	asJSON := fs.Bool("json", false, "输出 JSON for programs")
	args, err = p.parse(cmd, fs, args)
	if err != nil {
		return err
	}
	if b.config, err = finish(); err != nil {
		return err
	}
	if err := errors.Join(noArguments(args), b.check(*parts)); err != nil {
		return err
	}
	if b.dir, err = os.MkdirTemp("", "zhitu-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	b.load = machineLoad()
	for _, part := range benchParts {
		if !slices.Contains(strings.Split(*parts, ","), part.name) {
			continue
		}
		b.say("part %s: %s", part.name, part.help)
		if err := part.run(b, ctx); err != nil {
			return fmt.Errorf("part %s: %w", part.name, err)
		}
	}
	return b.report(*asJSON)
}

// check refuses parts that there are not, and b without the graph of a.
func (b *bench) check(parts string) error {
	list := strings.Split(parts, ",")
	for _, name := range list {
		known := false
		for _, part := range benchParts {
			known = known || part.name == name
		}
		if !known {
			return usagef("-part: %s: want a, b, c, d, e or f", name)
		}
	}
	if slices.Contains(list, "b") && !slices.Contains(list, "a") {
		return usagef("-part: b walks the graph that a fills: ask for a,b")
	}
	if b.nodes < 1000 || b.edges < b.nodes {
		return usagef("-nodes, -edges: want at least 1000 nodes and as many edges")
	}
	return nil
}

func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.p.stderr, "%s  %s\n", time.Now().Format(time.TimeOnly), fmt.Sprintf(format, args...))
}

func (b *bench) add(r result) {
	b.results = append(b.results, r)
	b.say("  %s: %.4g %s%s", r.What, r.Ours, r.Unit, beside(r))
}

func beside(r result) string {
	if r.FloorName == "" {
		return ""
	}
	return fmt.Sprintf(", %s %.4g, ratio %.3g", r.FloorName, r.Floor, r.Ratio)
}

// notRun says in the results that a part did not run, and why.
func (b *bench) notRun(part, what, why string) {
	b.results = append(b.results, result{Part: part, What: what + ": NOT RUN", Note: why})
	b.say("  NOT RUN: %s: %s", what, why)
}

func (b *bench) report(asJSON bool) error {
	bld, err := readBuild()
	if err != nil {
		return err
	}
	env := environment{
		Build: bld, Cores: runtime.GOMAXPROCS(0), MemLimit: debug.SetMemoryLimit(-1), OS: runtime.GOOS + "/" + runtime.GOARCH,
		Date: time.Now().UTC().Format(time.DateOnly), Nodes: b.nodes, Edges: b.edges, Neo4j: b.config.Neo4jURI,
		Load: b.load + ", " + machineLoad(),
	}
	if asJSON {
		return b.p.writeJSON(map[string]any{"environment": env, "results": b.results})
	}
	t := table{head: []string{"part", "what", "ours", "floor", "ratio", "goal", "met", "note"}}
	for _, r := range b.results {
		ours, floor, ratio := "", "", ""
		if r.Unit != "" {
			ours = fmt.Sprintf("%.4g %s", r.Ours, r.Unit)
		}
		if r.FloorName != "" {
			floor, ratio = fmt.Sprintf("%.4g (%s)", r.Floor, r.FloorName), fmt.Sprintf("%.3g", r.Ratio)
		}
		t.add(r.Part, r.What, ours, floor, ratio, r.Goal, r.Met, r.Note)
	}
	pr := b.p.printer(b.p.lang())
	pr.linef("%s, %s, GOMAXPROCS %d, %s, load of the machine %s", env.Build.Go, env.OS, env.Cores, env.Date, env.Load)
	pr.table(t)
	return pr.flush(b.p.stdout)
}
