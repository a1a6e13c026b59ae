// Returns a page of the nodes of the kind spliced in for KIND by id.
// $after: id. $limit: integer.
MATCH (n:KIND)
USING INDEX SEEK n:KIND(id)
WHERE n.id > $after
RETURN n {.*} AS record, labels(n) AS labels
ORDER BY n.id
LIMIT $limit
