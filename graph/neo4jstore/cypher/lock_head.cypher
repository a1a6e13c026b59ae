// Returns the head as this transaction leaves it. SET takes the lock: only what is read after it may be compared.
// $n: how many entries are appended.
MATCH (h:_Head {name: 'main'})
USING INDEX SEEK h:_Head(name)
SET h.seq = h.seq + $n
RETURN h.seq AS seq, h.epoch AS epoch
