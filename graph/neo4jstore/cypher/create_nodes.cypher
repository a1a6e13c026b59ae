// Returns how many nodes of the kind spliced in for KIND were created.
// $rows: list of maps, the properties.
UNWIND $rows AS row
CREATE (n:Entity:KIND)
SET n = row
RETURN count(*) AS n
