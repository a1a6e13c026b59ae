// One statement per paragraph, run one by one at each start. KIND stands for
// each node kind in the paragraph that names it, TYPE for each edge kind; name is the
// kind in lower case.
CREATE CONSTRAINT entity_id IF NOT EXISTS FOR (n:Entity) REQUIRE n.id IS UNIQUE;

CREATE CONSTRAINT entry_seq IF NOT EXISTS FOR (e:_Entry) REQUIRE e.seq IS UNIQUE;

CREATE CONSTRAINT entry_command IF NOT EXISTS FOR (e:_Entry) REQUIRE e.command IS UNIQUE;

CREATE CONSTRAINT head_name IF NOT EXISTS FOR (h:_Head) REQUIRE h.name IS UNIQUE;

CREATE INDEX name_id IF NOT EXISTS FOR (n:KIND) ON (n.id);

CREATE CONSTRAINT name_id IF NOT EXISTS FOR ()-[r:TYPE]-() REQUIRE r.id IS UNIQUE;
