// Package search finds nodes of the graph by words: Chinese, English, codes,
// pinyin.
//
// The index is a projection. It never takes part in a write: a follower reads
// the change log, applies the next numbers and saves the last one inside the
// same Bleve batch as the documents, so that index and number cannot part.
// When in doubt (missing, damaged, of another schema, ahead of the store) the
// index is rebuilt beside the old one and swapped while searches go on.
//
// Bleve keeps the inverted lists; everything that decides an order is ours. A
// search reads the postings of its terms from a Bleve reader and adds up
// textbook BM25 with true average lengths, multiplied by how much of the query
// a document covers. What filters, facets and sorting need of a document is
// its card, a stored field that is held in memory for every segment, so that
// 100,000 hits are counted in milliseconds. A generation is one Bleve reader with its cards and
// its sequence number: each search sees exactly one.
//
// The index holds only what everybody may see, because N, document frequencies
// and average lengths leak. Hits are still confirmed against the caller's View.
package search
