// Returns how many edges of the kind spliced in for KIND were deleted.
// $rows: list of ids.
UNWIND $rows AS id
MATCH ()-[r:KIND {id: id}]->()
USING INDEX SEEK r:KIND(id)
DELETE r
RETURN count(*) AS n
