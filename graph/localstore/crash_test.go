package localstore_test

import (
	"os"
	"testing"

	"zhitu/graph/graphtest"
)

const crashDir = "ZHITU_TEST_CRASH_DIR"

// TestCrashChild is the process that TestNothingAcknowledgedIsLostByKill9
// kills; by itself it has nothing to do.
func TestCrashChild(t *testing.T) {
	dir := os.Getenv(crashDir)
	if dir == "" {
		return
	}
	t.Fatal(graphtest.WriteInChild(t.Context(), open(t, dir), os.Stdout))
}

func TestNothingAcknowledgedIsLostByKill9(t *testing.T) {
	dir := t.TempDir()
	var acked []string
	for range graphtest.Rounds(5, 1000) {
		acked = append(acked, graphtest.KillWriter(t, graphtest.Child(t, "TestCrashChild", crashDir+"="+dir))...)
		s := open(t, dir)
		graphtest.CheckAfterCrash(t, s, acked)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d acknowledged commands, none lost, none twice", len(acked))
}
