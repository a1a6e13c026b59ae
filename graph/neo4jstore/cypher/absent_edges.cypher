// Returns how many of the ids are of no edge of the kinds spliced in for KINDS.
// $rows: list of ids.
UNWIND $rows AS id
OPTIONAL MATCH ()-[r:KINDS {id: id}]->()
WITH r WHERE r IS NULL
RETURN count(*) AS n
