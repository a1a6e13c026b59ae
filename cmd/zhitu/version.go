package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"zhitu/graph"
)

// build is what a program knows of how it was made.
type build struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Changed bool   `json:"changed"` // built from a tree that was not committed
	Go      string `json:"go"`
	Schema  string `json:"schema"` // of the kinds, fields and vocabularies
}

func readBuild() (build, error) {
	b := build{Version: "unknown", Commit: "unknown", Go: runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		b.Version = info.Main.Version
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				b.Commit = s.Value
			case "vcs.modified":
				b.Changed = s.Value == "true"
			}
		}
	}
	table, err := json.Marshal([]any{graph.CommonFields(), graph.Nodes(), graph.Edges(), graph.Vocabularies()})
	if err != nil {
		return build{}, fmt.Errorf("schema table: %w", err)
	}
	sum := sha256.Sum256(table)
	b.Schema = hex.EncodeToString(sum[:6])
	return b, nil
}

func runVersion(_ context.Context, p program, args []string) error {
	cmd := mustFind("version")
	fs := p.newFlags(cmd)
	asJSON := fs.Bool("json", false, "输出 JSON for programs")
	args, err := p.parse(cmd, fs, args)
	if err != nil {
		return err
	}
	if err := noArguments(args); err != nil {
		return err
	}
	b, err := readBuild()
	if err != nil {
		return err
	}
	if *asJSON {
		return p.writeJSON(b)
	}
	changed := ""
	if b.Changed {
		changed = " (有未提交的改动 with changes not committed)"
	}
	fmt.Fprintf(p.stdout, "zhitu %s\n提交 commit %s%s\n%s\n模式 schema %s\n", b.Version, b.Commit, changed, b.Go, b.Schema)
	return nil
}

// writeJSON prints v for programs.
func (p program) writeJSON(v any) error {
	enc := json.NewEncoder(p.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
