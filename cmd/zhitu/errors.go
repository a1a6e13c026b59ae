package main

import (
	"context"
	"errors"
	"strings"

	"zhitu/graph"
)

// lang returns the language that errors and tables are in: Chinese, unless the
// terminal is set to English.
func (p program) lang() graph.Lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := p.getenv(name); v != "" {
			if strings.HasPrefix(v, "en") {
				return graph.English
			}
			return graph.Chinese
		}
	}
	return graph.Chinese
}

// errorLines returns what to tell of err, one line for each mistake. What is
// written for users is told in their language; whatever else went wrong is told
// as it is, because whoever runs a command may see its causes.
func errorLines(lang graph.Lang, err error) []string {
	switch e := err.(type) {
	case *usageError:
		return errorLines(lang, e.err)
	case *graph.InvalidError:
		return []string{e.Message(lang)}
	case *replyError:
		return e.lines
	case interface{ Unwrap() []error }:
		if joined := e.Unwrap(); strings.Contains(err.Error(), "\n") || onlyInvalid(joined) {
			var lines []string
			for _, inner := range joined {
				lines = append(lines, errorLines(lang, inner)...)
			}
			return lines
		}
	}
	text := err.Error()
	if shown := graph.InvalidErrors(err); len(shown) > 0 {
		return invalidLines(lang, text, shown)
	}
	switch {
	case errors.Is(err, context.Canceled):
		text = graph.Message(lang, "cancelled", nil)
	case errors.Is(err, context.DeadlineExceeded):
		text = graph.Message(lang, "timeout", nil) + " (" + text + ")"
	}
	return []string{strings.ReplaceAll(text, "\n", "; ")}
}

func onlyInvalid(list []error) bool {
	for _, err := range list {
		if _, ok := err.(*graph.InvalidError); !ok {
			return false
		}
	}
	return true
}

// invalidLines puts what stands before the first InvalidError, such as a file
// and line, before the text of each.
func invalidLines(lang graph.Lang, text string, shown []*graph.InvalidError) []string {
	where, _, found := strings.Cut(text, shown[0].Error())
	if !found {
		where = ""
	}
	lines := make([]string, len(shown))
	for i, e := range shown {
		lines[i] = where + e.Message(lang)
	}
	return lines
}
