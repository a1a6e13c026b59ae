package main

import (
	"os"
	"syscall"
)

// datasync makes what was written to f durable, with no more of its metadata
// than that needs: the floor under every durable commit.
func datasync(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }
