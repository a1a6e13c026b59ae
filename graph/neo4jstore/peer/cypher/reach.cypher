// How many nodes lie within DEPTH hops along the kinds spliced in for KINDS, the start left out: n.
// $id: string.
MATCH (s:Entity {id: $id})-[:KINDS*1..DEPTH]->(n) WHERE n <> s
RETURN count(DISTINCT n) AS n
