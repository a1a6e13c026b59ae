// Package seed is the data that zhitu ships, and how any data gets in and out.
//
// The data (data/, what it rests on in data/SOURCES.md) are the nine pilot
// chains as people wrote them down: one dossier a chain, beside them the
// standards, rules, organizations and sources that the dossiers name. Ops
// turns them into operations on the graph. It is a pure function: the same
// files give the same operations with the same ids, so loading them twice
// changes nothing, and a corrected row changes one record.
//
// Nothing is dropped on the way. Files are decoded strictly, a name that leads
// nowhere is an error, what two dossiers disagree on stays beside each other
// as evidence, and the Report says what was made of each list and why a file
// was left alone.
//
// The same package reads and writes the two line formats: an import file (one
// record or operation a line, ndjson.go) and the package of a whole graph with
// its log (package.go), from which a backup is restored byte for byte.
package seed
