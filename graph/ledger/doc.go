// Package ledger is the only way to change the graph: every judgement about a
// write is made here, once, over any store.
//
// # One writer
//
// Callers of Apply put their batch into a bounded queue; one goroutine takes
// what waits there, up to 64 batches, without waiting for more. It judges each
// on the newest snapshot as the batches before it leave it, so that one that is
// refused is refused alone, and gives the entries of the others to the store in
// one Append. Then, in this order: readers get the new snapshot, followers of
// the log are woken, callers are answered.
//
// Append compares the head of the store with the one that was judged against.
// If another process has written in between, the ledger catches up with the log
// and judges again. If the outcome of an Append is unknown, the log knows it: an
// entry with a caller's command id was that caller's. Not to find it proves
// nothing, because it may still be on its way; but to append again at the same
// head cannot do harm, because the head lets only one of the two in.
//
// # Commands
//
// A batch bears a command id, its own or one made here, and the id stays in its
// entry for ever. The same command again changes nothing and is answered as the
// first time was. Ids of the newest entries are in memory; an older one makes
// the store refuse the batch at a head that has not moved, and is then looked
// up in the log.
//
// # Imports
//
// An import is a run of batches under one id, because a batch is limited. Its
// entries enter the log as they come, between those of others, but readers see
// nothing of it before the entry that closes it. So there are two snapshots:
// the newest, which holds all that the log holds and against which everything is
// judged, and the published one, which lacks the records of open imports. While
// none is open they are the same. While one is, other entries are applied to
// both, and its own to the newest alone; when it closes, they meet again.
//
// That works because an open import owns what it has touched: another batch
// that touches one of its records, or needs a node that only it has made, is
// refused until it closes (code import_open). Entries of an import and entries
// of others therefore never depend on one another, and one can be left out.
//
// A crash leaves an import open. Each entry says since which number an import is
// open (graph.Entry.OpenSince), so the next start finds it by reading the last
// entry, and hides its records again until it is resumed, by importing under
// the same id, or undone. Those who follow the log are not told of entries
// beyond the beginning of the oldest open import: the log is followed in order,
// and what must not be seen yet is in the way.
//
// Rules that need the whole of an import (an owner, the node that another is
// merged into, where a confirmed problem occurs) are asked when it closes.
package ledger
