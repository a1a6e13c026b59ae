// Returns how many nodes of the kind spliced in for OLD became nodes of the kind spliced in for KIND.
// $rows: list of maps, the properties.
UNWIND $rows AS row
MATCH (n:Entity {id: row.id})
USING INDEX SEEK n:Entity(id)
REMOVE n:OLD
SET n:KIND, n = row
RETURN count(*) AS n
