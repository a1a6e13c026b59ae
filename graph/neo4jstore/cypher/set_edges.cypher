// Returns how many edges of the kind spliced in for KIND got new properties in place of all they had.
// $rows: list of maps, the properties.
UNWIND $rows AS row
MATCH ()-[r:KIND {id: row.id}]->()
USING INDEX SEEK r:KIND(id)
SET r = row
RETURN count(*) AS n
