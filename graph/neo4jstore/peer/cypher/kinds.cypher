// How many nodes have the label spliced in for KIND: n.
MATCH (n:KIND)
RETURN count(n) AS n
