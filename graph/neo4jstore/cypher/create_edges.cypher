// Returns how many edges of the kind spliced in for KIND were created: fewer than rows when an end is missing.
// $rows: list of {from, to, p}, p the properties.
UNWIND $rows AS row
MATCH (a:Entity {id: row.from})
MATCH (b:Entity {id: row.to})
CREATE (a)-[r:KIND]->(b)
SET r = row.p
RETURN count(*) AS n
