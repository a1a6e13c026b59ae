package main

import (
	"os"
	"regexp"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// waitForLine reads a file again and again, for at most half a minute, until
// pattern is found.
func waitForLine(ts *testscript.TestScript, name, pattern string) {
	re, err := regexp.Compile("(?m)" + pattern)
	ts.Check(err)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	end := time.After(30 * time.Second)
	for {
		if b, err := os.ReadFile(name); err == nil && re.Match(b) {
			return
		}
		select {
		case <-tick.C:
		case <-end:
			ts.Fatalf("%s never held a line like %s", name, pattern)
		}
	}
}
