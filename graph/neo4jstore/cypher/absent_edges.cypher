// Returns how many of the ids are of no edge of the kind spliced in for KIND.
// $rows: list of ids.
UNWIND $rows AS id
OPTIONAL MATCH ()-[r:KIND {id: id}]->()
USING INDEX SEEK r:KIND(id)
WITH r WHERE r IS NULL
RETURN count(*) AS n
