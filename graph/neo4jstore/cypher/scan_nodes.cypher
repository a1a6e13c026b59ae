// Returns a page of nodes by id. "AS record" keeps n.id the node's: the map's could not come from the index.
// $after: id. $limit: integer.
MATCH (n:Entity)
USING INDEX SEEK n:Entity(id)
WHERE n.id > $after
RETURN n {.*} AS record, labels(n) AS labels
ORDER BY n.id
LIMIT $limit
