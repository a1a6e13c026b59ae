// Package snapshot holds the graph in memory at one sequence number: whole
// records, and who is joined to whom. A Snapshot is immutable and shared; any
// number of goroutines read one without a lock while the ledger makes the next.
//
// # How it lies in memory
//
// A node or an edge has a slot, a small number that never leaves the package.
// Slots are cut into pages of 64. A page holds the encoded records of its slots
// in one string, what filters need of them in columns and, for nodes, the lists
// of edges out and in. So there are few objects for the garbage collector to
// look at, a page lies together, and nothing has to be repacked: whoever
// changes a record or a list writes its page anew, and the old page goes when
// the last snapshot that shows it does.
//
// An item of a list is one word: edge kind, neighbour, edge, and whether the
// edge is part of every view ("free": public, not retired, no bound of its
// validity known). A walk reads only lists and a bit per node; it looks at the
// columns of an edge only when it is not free, and into a record only for its
// owner.
//
// # Order
//
// What a caller sees is ordered by public id (graph.Reader), never by slot. A
// scan gives records in the order of ids, so the slots of the base, which come
// from one, are in that order, and comparing two of them compares two numbers.
// Later records get later slots and are compared by their ids. When there are
// as many later slots as there were in the base, or as many dead ones as live,
// Apply numbers all of them anew (compact.go), so that the cost of a record
// stays the same on average and an old process is as fast as a young one.
//
// A slot belongs to one id as long as it lives: what is deleted leaves its
// slot dead, with its id in it, and comes back to it.
//
// # How it changes
//
// An Edit is a snapshot that is being made of another: it copies the pages
// that it touches, the first time, and then changes them in place. Apply, With
// and the ledger's judgement are built on it. Pages hang in two levels of
// pointers, so that an edit copies a few kilobytes of them and not the whole.
package snapshot
