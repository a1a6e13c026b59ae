// Returns entries without their parts, by number.
// $after: number. $limit: integer.
MATCH (e:_Entry)
USING INDEX SEEK e:_Entry(seq)
WHERE e.seq > $after
RETURN e {.*} AS entry
ORDER BY e.seq
LIMIT $limit
