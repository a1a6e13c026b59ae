// The ids of the first 50 nodes that edges of the kinds spliced in for KINDS lead to: id.
// $id: string.
MATCH (s:Entity {id: $id})-[:KINDS]->(n) WHERE n <> s
WITH DISTINCT n.id AS id
RETURN id ORDER BY id LIMIT 50
