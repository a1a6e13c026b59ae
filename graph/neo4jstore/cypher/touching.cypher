// Returns the edges of the kinds spliced in for KINDS that touch any of $ids, once each, in any order.
// $ids: list of ids. $limit: integer.
UNWIND $ids AS id
MATCH (n:Entity {id: id})-[r:KINDS]-()
USING INDEX SEEK n:Entity(id)
WITH DISTINCT r LIMIT $limit
RETURN r {.*} AS record, type(r) AS kind, startNode(r).id AS from, endNode(r).id AS to
