-- Shapes of cells on a day.
-- param keys bigint[]: cells
-- param day date: the day
SELECT v.cell_key, ST_AsBinary(v.geom) AS wkb FROM cell_version v
WHERE v.cell_key = ANY(%(keys)s) AND v.valid @> %(day)s::date
ORDER BY v.cell_key;
