package main

import (
	"os"
	"syscall"
	"time"
)

// datasync makes what was written to f durable, with no more of its metadata
// than that needs: the floor under every durable commit.
func datasync(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }

// cpuTime returns the processor time that this process has used: what a wall
// clock on a busy machine does not tell.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
