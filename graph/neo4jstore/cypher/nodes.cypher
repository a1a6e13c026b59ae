// Returns the nodes of $ids that exist, in any order.
// $ids: list of ids.
MATCH (n:Entity)
USING INDEX SEEK n:Entity(id)
WHERE n.id IN $ids
RETURN n {.*} AS record, labels(n) AS labels
