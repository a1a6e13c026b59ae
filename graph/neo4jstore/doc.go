// Package neo4jstore keeps the graph in Neo4j, as a native property graph that
// people can browse and query with their own Cypher.
//
// A node has the label Entity and the label of its kind, an edge the type of
// its kind. Their properties are the fields of the schema under their own
// names, and beside them id, name, aliases, state, visibility, owner, version,
// seq, merged_into, and
//
//	valid_from, valid_to  an ISO date; absent: no bound; "unknown": not recorded
//	evidence              all items as one JSON text
//	field_evidence        a field of the schema that bears one of these names
//
// What is not of the graph begins with an underscore: one :_Head with the
// number of the last entry, an :_Entry for each entry of the log, its text in
// :_Part nodes at the end of :_PART relationships. So counting Entity nodes
// and relationships other than _PART counts the graph.
//
// Four things are decided here and nowhere else:
//
//   - Append locks the head by writing to it, and compares after that. To
//     compare first is no compare-and-swap under read committed isolation
//     (append.go).
//   - A commit that ends in a broken connection may have happened. The driver
//     calls such an error retryable; it is not (append.go).
//   - Changes yields only entries that continue the ones before, whole: an
//     index may show entry 8 before entry 7, and an entry before its parts
//     (log.go).
//   - Every error of the driver becomes one of graph's in translate (errors.go).
//
// Statements are the files in cypher/, one each. Ids and values are parameters;
// labels and types come from the schema table, through splice (cypher.go).
package neo4jstore
