// One record as a map: record.
// $id: string.
MATCH (n:Entity {id: $id})
RETURN n {.*} AS record
