// Returns how many nodes got new properties in place of all they had.
// $rows: list of maps, the properties.
UNWIND $rows AS row
MATCH (n:Entity {id: row.id})
USING INDEX SEEK n:Entity(id)
SET n = row
RETURN count(*) AS n
