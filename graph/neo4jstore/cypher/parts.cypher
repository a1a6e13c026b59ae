// Returns the parts of a range of entries, in any order.
// $first, $last: numbers, both included.
MATCH (e:_Entry)
USING INDEX SEEK e:_Entry(seq)
WHERE e.seq >= $first AND e.seq <= $last
MATCH (e)-[:_PART]->(p:_Part)
RETURN e.seq AS seq, p.i AS i, p.data AS data
