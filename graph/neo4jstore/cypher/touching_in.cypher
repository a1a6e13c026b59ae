// Returns the edges of the kinds spliced in for KINDS that arrive at any of $ids, once each, in any order.
// $ids: list of ids. $limit: integer.
UNWIND $ids AS id
MATCH (b:Entity {id: id})<-[r:KINDS]-(a)
USING INDEX SEEK b:Entity(id)
WITH DISTINCT r, a, b LIMIT $limit
RETURN r {.*} AS record, type(r) AS kind, a.id AS from, b.id AS to
