package localstore

import (
	"runtime/debug"
)

// guarded runs fn, which touches mapped pages, and turns a panic into damage.
// bbolt panics on pages that contradict themselves, and reading past the end
// of a file that was cut is a fault of the memory, which kills the process
// unless this goroutine has asked for a panic instead.
func guarded(fn func() error) (err error, panicked bool) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err, panicked = damaged("reading it: %v", p), true
		}
	}()
	return fn(), false
}
