// Returns the edges of $ids that exist, of the kinds spliced in for KINDS, in any order. Untyped it would scan them all.
// $ids: list of ids.
MATCH (a)-[r:KINDS]->(b)
WHERE r.id IN $ids
RETURN r {.*} AS record, type(r) AS kind, a.id AS from, b.id AS to
