-- The geometry of a record.
-- param id bigint: number
SELECT ST_AsBinary({geometry}) AS wkb FROM {table} e WHERE e.id = %(id)s;
