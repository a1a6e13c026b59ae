// Returns a page of edges of the kind spliced in for KIND by id.
// $after: id. $limit: integer.
MATCH (a)-[r:KIND]->(b)
USING INDEX SEEK r:KIND(id)
WHERE r.id > $after
RETURN r {.*} AS record, type(r) AS kind, a.id AS from, b.id AS to
ORDER BY r.id
LIMIT $limit
