package main

import (
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// waitForLine reads the files that a pattern names again and again, for at most
// half a minute, until one holds a line like pattern.
func waitForLine(ts *testscript.TestScript, name, pattern string) {
	re, err := regexp.Compile("(?m)" + pattern)
	ts.Check(err)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	end := time.After(30 * time.Second)
	for {
		files, err := filepath.Glob(name)
		ts.Check(err)
		for _, file := range files {
			if b, err := os.ReadFile(file); err == nil && re.Match(b) {
				return
			}
		}
		select {
		case <-tick.C:
		case <-end:
			ts.Fatalf("%s never held a line like %s", name, pattern)
		}
	}
}
