// Returns how many edges of the kind spliced in for KIND were created: fewer than rows when an end is missing.
// $rows: list of {from, to, p}, p the properties.
UNWIND $rows AS row
MATCH (a:Entity {id: row.from})
USING INDEX SEEK a:Entity(id)
MATCH (b:Entity {id: row.to})
USING INDEX SEEK b:Entity(id)
CREATE (a)-[r:KIND]->(b)
SET r = row.p
RETURN count(*) AS n
