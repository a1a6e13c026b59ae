package seed

import (
	"strings"
	"testing"
)

func TestNoCellBeginsAFormulaAndEachReadsBack(t *testing.T) {
	for _, s := range []string{"", "镀锌", "=1+1", "+86", "-5", "@sum", "\tx", "＝A1", "－3", "'=x", "''=x", "'abc", "'", "−1"} {
		cell := neutralCell(s)
		if cell != "" && strings.ContainsAny(firstRune(cell), formulaSigns) {
			t.Errorf("%q stands as %q", s, cell)
		}
		if back := originalCell(cell); back != s {
			t.Errorf("%q reads back as %q", s, back)
		}
	}
}

func FuzzCells(f *testing.F) {
	f.Add("=HYPERLINK(\"x\")")
	f.Fuzz(func(t *testing.T, s string) {
		cell := neutralCell(s)
		if cell != "" && strings.ContainsAny(firstRune(cell), formulaSigns) || originalCell(cell) != s {
			t.Errorf("%q stands as %q and reads back as %q", s, cell, originalCell(cell))
		}
	})
}
