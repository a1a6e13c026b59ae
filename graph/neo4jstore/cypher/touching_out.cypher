// Returns the edges of the kinds spliced in for KINDS that leave any of $ids, once each, in any order.
// $ids: list of ids. $limit: integer.
UNWIND $ids AS id
MATCH (a:Entity {id: id})-[r:KINDS]->(b)
USING INDEX SEEK a:Entity(id)
WITH DISTINCT r, a, b LIMIT $limit
RETURN r {.*} AS record, type(r) AS kind, a.id AS from, b.id AS to
