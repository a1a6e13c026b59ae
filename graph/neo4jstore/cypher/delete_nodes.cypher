// Returns how many nodes were deleted. Not DETACH: an edge that the entry does not know makes the commit fail.
// $rows: list of ids.
UNWIND $rows AS id
MATCH (n:Entity {id: id})
USING INDEX SEEK n:Entity(id)
DELETE n
RETURN count(*) AS n
