package search

import "strings"

// askingCharacters make a word of one or two characters a question word, and
// askingWords are others.
const (
	askingCharacters = "谁哪吗呢么怎啥"
	askingWords      = " 如何 为何 何时 何地 何人 何种 任何 多少 几个 几种 几年 请问 是否 多久 多大 多长 多高 多远 能否 可否 请 问 吧 是什 有什 "
)

// asks tells whether a term only asks: it says nothing of what an answer is
// about.
func asks(term string) bool {
	return strings.ContainsAny(term, askingCharacters) || strings.Contains(askingWords, " "+term+" ")
}
