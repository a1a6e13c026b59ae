// Package localstore keeps the graph in one bbolt file: the default store,
// with nothing to install.
//
// It is dumb on purpose. Five buckets hold nodes, edges, the log, the command
// ids and a row of facts about the whole; there are no adjacency lists,
// because questions are answered by the snapshot, which reads everything once
// at start and follows the log from then on.
//
// bbolt promises that a committed transaction survives a crash. It promises
// nothing about damage: it checks its two meta pages and takes every other
// byte of the file for granted, answers with wrong values when one has
// changed, and takes the process down when the file is shorter than it says.
// So this package adds what is missing:
//
//   - every value ends in a CRC-32C over its key and itself, verified whenever
//     it is read (value.go);
//   - a scan checks that keys rise and that there are as many records as the
//     meta row counts, and the log that its numbers have no gap, because a
//     damaged page can also lose records without changing one (scan.go, log.go);
//   - both meta pages must be whole (metapage.go): bbolt would fall back to the
//     older one without a word, and lose the newest commit;
//   - the pages must fit together: bbolt believes what a page says of its length
//     and its children, and would read in circles or free half the file
//     (pages.go). That walk reads the file from end to end, in order, which is
//     also the quickest way to have it in memory for the scan that follows;
//   - a marker beside the file says that there once was one, because bbolt
//     turns an empty file into an empty graph (files.go);
//   - page faults become errors (guard.go).
package localstore
