// Package bench measures how well search ranks, on folders of judged queries.
//
// A folder is a set: corpus.jsonl.gz and queries.jsonl.gz of {id, text}, and
// qrels.tsv.gz of query, document and grade. Every set is indexed and asked on
// the path that production takes, with one configuration and one rule: the
// first line, if it has at most 60 characters, is the name, the rest the text.
//
// Real sets are faulty, and the faults stay in: a document id that stands on
// several lines is indexed line by line and its ranking is collapsed to the
// first hit, judgements are a set, a repeated query is asked once, and queries
// without judgements are left out and counted.
package bench
