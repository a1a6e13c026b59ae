package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// newFlags returns an empty flag set for a command whose usage lists its
// flags under one line of help in both languages.
func (p program) newFlags(cmd command) *flag.FlagSet {
	fs := flag.NewFlagSet(cmd.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	return fs
}

// parse reads flags and arguments in any order: `upstream ID -depth 2` and
// `upstream -depth 2 ID` are the same. What stands after a lone -- is an
// argument whatever it looks like.
func (p program) parse(cmd command, fs *flag.FlagSet, args []string) (positional []string, err error) {
	for {
		err := fs.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			p.showUsage(cmd, fs)
			return nil, &usageError{err: err, shown: true}
		}
		if err != nil {
			return nil, usagef("%w", err)
		}
		rest := fs.Args()
		// Parse drops a lone -- and stops there: what follows is all arguments.
		if parsed := args[:len(args)-len(rest)]; len(parsed) > 0 && parsed[len(parsed)-1] == "--" {
			return append(positional, rest...), nil
		}
		if len(rest) == 0 {
			return positional, nil
		}
		positional, args = append(positional, rest[0]), rest[1:]
	}
}

// showUsage prints what the command does and its flags. It goes to stdout:
// whoever asks for help wants to page through it.
func (p program) showUsage(cmd command, fs *flag.FlagSet) {
	fmt.Fprintf(p.stdout, "zhitu %s\n  %s\n  %s\n", strings.TrimSpace(cmd.name+" "+cmd.args), cmd.zh, cmd.en)
	first := true
	fs.VisitAll(func(f *flag.Flag) {
		if first {
			fmt.Fprintln(p.stdout)
			first = false
		}
		kind, usage := flag.UnquoteUsage(f)
		usage = strings.TrimPrefix(usage, kind+" ") // named in the first column
		line := "  -" + f.Name
		if kind != "" {
			line += " " + kind
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" {
			usage += fmt.Sprintf(" (默认 default %s)", f.DefValue)
		}
		fmt.Fprintln(p.stdout, padRight(line, 25)+"  "+usage)
	})
}

// noArguments refuses arguments that nobody would read.
func noArguments(args []string) error {
	if len(args) > 0 {
		return usagef("多余的参数 unexpected argument %q", args[0])
	}
	return nil
}
