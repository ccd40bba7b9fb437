-- Keys that a box can hold: of cells, and of areas for what is in no cell.
-- param west double: degrees
-- param south double: degrees
-- param east double: degrees
-- param north double: degrees
-- param day date: the day
-- index: cell_version_geom
SELECT v.cell_key AS key
FROM cell_version v
WHERE v.geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326) AND v.valid @> %(day)s::date
UNION ALL
SELECT a.key FROM area a
WHERE a.geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326) AND a.valid @> %(day)s::date;
