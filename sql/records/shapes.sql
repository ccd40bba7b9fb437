-- The geometry of records.
-- param ids bigint[]: numbers
SELECT e.id, ST_AsBinary({geometry}) AS wkb FROM {table} e WHERE e.id = ANY (%(ids)s);
