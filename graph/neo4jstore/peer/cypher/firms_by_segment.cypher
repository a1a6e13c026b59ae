// How many firms operate in each segment: id, n.
MATCH (s:Segment)<-[:OPERATES_IN]-(f:Firm)
RETURN s.id AS id, count(f) AS n
ORDER BY id
