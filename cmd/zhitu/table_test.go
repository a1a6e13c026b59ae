package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWidthOfText(t *testing.T) {
	tests := []struct {
		name string
		text string
		want int
	}{
		{"nothing", "", 0},
		{"Latin", "GB/T 5330", 9},
		{"Chinese counts double", "镀锌层", 6},
		{"full-width digits count double", "１２", 4},
		{"a combining mark takes no room", "e\u0301", 1},
		{"a control character takes no room", "a\x1b", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := textWidth(tt.text); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		name    string
		text    string
		columns int
		want    []string
	}{
		{"short text stays", "适用", 10, []string{"适用"}},
		{"Chinese breaks anywhere", "连续镀锌的丝网不在范围内", 8, []string{"连续镀锌", "的丝网不", "在范围内"}},
		{"no line begins with a closing mark", "不适用，理由", 6, []string{"不适", "用，理", "由"}},
		{"a number stays whole", "见 GB/T 13912-2020 范围", 18, []string{"见 GB/T 13912-2020", "范围"}},
		{"a word longer than the column is cut", "abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"escape sequences are dropped", "a\x1b[31mb", 20, []string{"a[31mb"}},
		{"lines stay lines", "一\n二", 10, []string{"一", "二"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, wrap(tt.text, tt.columns)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTableFitsAndLosesNothing(t *testing.T) {
	tab := table{head: []string{"标准", "理由"}}
	reason := strings.Repeat("范围排除连续镀锌丝网", 6)
	tab.add("GB/T 13912-2020", reason)
	var b bytes.Buffer
	tab.write(&b, 2, 60)
	var joined strings.Builder
	for line := range strings.Lines(b.String()) {
		line = strings.TrimRight(line, "\n")
		if n := textWidth(line); n > 60 {
			t.Errorf("line of %d columns: %s", n, line)
		}
		joined.WriteString(strings.TrimSpace(line[min(len(line), 19):]))
	}
	if !strings.Contains(joined.String(), reason) {
		t.Errorf("the reason is cut:\n%s", b.String())
	}
}
