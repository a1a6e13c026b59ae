// Returns the number of the last entry and the epoch; no row in a database that is not ours.
// No parameters.
MATCH (h:_Head {name: 'main'})
USING INDEX SEEK h:_Head(name)
RETURN h.seq AS seq, h.epoch AS epoch
