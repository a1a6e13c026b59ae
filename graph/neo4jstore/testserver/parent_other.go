//go:build !linux

package testserver

import "syscall"

// dieWithParent is a promise that only Linux can keep.
func dieWithParent() *syscall.SysProcAttr { return nil }
