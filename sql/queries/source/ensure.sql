-- The list `name` of an area, made when it is new.
-- param cell_key bigint: key of the area the list belongs to
-- param kind text: kind of record in it
-- param name text: name of the list
INSERT INTO source (cell_key, kind, name) VALUES (%(cell_key)s, %(kind)s, %(name)s)
ON CONFLICT (cell_key, kind, name) DO UPDATE SET name = excluded.name
RETURNING id;
