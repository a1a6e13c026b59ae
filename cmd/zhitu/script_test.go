package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets a transcript start the program that is tested: the test binary
// run under the name zhitu.
func TestMain(m *testing.M) {
	testscript.Main(withServer{m}, map[string]func(){"zhitu": main})
}

// TestScript plays the terminal transcripts of testdata/script: what a user
// types, and what must and must not be read then. `go test -run Script
// -update` rewrites the files that a transcript compares with.
func TestScript(t *testing.T) {
	update := os.Getenv("ZHITU_UPDATE_SCRIPTS") == "1"
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("COLUMNS", "120")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"eventually": eventually, "flip": flip},
	})
}

// eventually FILE PATTERN waits until a file that a command in the background
// writes holds a line that matches.
func eventually(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: eventually file pattern")
	}
	waitForLine(ts, ts.MkAbs(args[0]), args[1])
}

// flip FILE TEXT changes one bit of TEXT wherever FILE holds it, as a bad disk
// does.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: flip file text")
	}
	name := ts.MkAbs(args[0])
	b, err := os.ReadFile(name)
	ts.Check(err)
	count := bytes.Count(b, []byte(args[1]))
	if count == 0 {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	changed := []byte(args[1])
	changed[0] ^= 1
	b = bytes.ReplaceAll(b, []byte(args[1]), changed)
	ts.Check(os.WriteFile(name, b, 0o600))
}
