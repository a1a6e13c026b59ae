// Returns how many of the ids are of no node.
// $rows: list of ids.
UNWIND $rows AS id
OPTIONAL MATCH (n:Entity {id: id})
USING INDEX SEEK n:Entity(id)
WITH n WHERE n IS NULL
RETURN count(*) AS n
