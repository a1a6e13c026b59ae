// Returns how many parts of entries were created; every entry has at least one.
// $rows: list of {p, parts}, p the properties of the entry, parts its text in pieces.
UNWIND $rows AS row
CREATE (e:_Entry)
SET e = row.p
WITH e, row
UNWIND range(0, size(row.parts) - 1) AS i
CREATE (e)-[:_PART]->(:_Part {i: i, data: row.parts[i]})
RETURN count(*) AS n
