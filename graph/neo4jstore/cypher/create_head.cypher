// Returns the head, made now if there is none, with the schema version it was made by.
// $epoch: string. $schema: integer.
MERGE (h:_Head {name: 'main'})
ON CREATE SET h.seq = 0, h.epoch = $epoch, h.schema = $schema
RETURN h.seq AS seq, h.epoch AS epoch, h.schema AS schema
