package testserver

import "syscall"

// dieWithParent has the kernel end the server when the test process is killed,
// by its own time-out for one, and cannot do it itself.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
