-- Keys of everything that has, or ever had, its ground in a box (a centimetre is added): of cells, and of areas for what
-- is in no cell. Whatever lies in the box has one of these keys, or none (0).
-- param west double: degrees
-- param south double: degrees
-- param east double: degrees
-- param north double: degrees
-- index: cell_version_geom
SELECT v.cell_key AS key
FROM cell_version v
WHERE v.geom && ST_Expand(ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326), 1e-7)
  AND v.cell_key IS NOT NULL
UNION
SELECT a.key FROM area a
WHERE a.geom && ST_Expand(ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326), 1e-7);
