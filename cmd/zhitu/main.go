// Command zhitu 质图 keeps a quality problem graph of industry chains and
// answers questions over it. Without arguments it serves the page and the API;
// every question of the registry is also a command.
//
// This package is the only place where the parts meet: it reads the
// configuration, opens the store, seeds a new graph, starts the search
// follower and the server, and stops them in the opposite order. What the
// parts do stands in graph, search, seed and cmd/zhitu/api.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// The exit codes, as the command line of the API document names them.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// program is what a command needs of the process that it runs in.
type program struct {
	getenv func(string) string
	stdout io.Writer
	stderr io.Writer
}

// command is one row of the command table.
type command struct {
	name string
	args string // what stands after the name in a usage line
	zh   string
	en   string
	run  func(ctx context.Context, p program, args []string) error
}

// usageError is a mistake of whoever typed the command: exit code 2. shown is
// true when it was none, but the wish for help, which was given.
type usageError struct {
	err   error
	shown bool
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error {
	return &usageError{err: fmt.Errorf(format, args...)}
}

// run runs one command line and returns its exit code.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	p := program{getenv: getenv, stdout: stdout, stderr: stderr}
	name := "serve"
	if len(args) > 0 && args[0] != "" && args[0][0] != '-' {
		name, args = args[0], args[1:]
	} else if len(args) > 0 && (args[0] == "-h" || args[0] == "-help" || args[0] == "--help") {
		name, args = "help", args[1:]
	}
	cmd, ok := findCommand(name)
	if !ok {
		fmt.Fprintf(stderr, "zhitu: 没有这个命令 unknown command %q\n", name)
		if near := nearestCommand(name); near != "" {
			fmt.Fprintf(stderr, "       是不是 did you mean: zhitu %s\n", near)
		}
		fmt.Fprintln(stderr, "       zhitu help 列出全部命令 lists all commands")
		return exitUsage
	}
	return p.exitCode(cmd, cmd.run(ctx, p, args))
}

// exitCode reports err, one line for each mistake, and returns the exit code.
func (p program) exitCode(cmd command, err error) int {
	usage, isUsage := errors.AsType[*usageError](err)
	switch {
	case err == nil:
		return exitDone
	case isUsage && usage.shown:
		return exitDone // help was asked for, and given
	}
	for _, line := range errorLines(p.lang(), err) {
		fmt.Fprintf(p.stderr, "zhitu %s: %s\n", cmd.name, line)
	}
	if isUsage {
		return exitUsage
	}
	return exitFailed
}
