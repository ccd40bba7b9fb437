-- The cell (or undivided area) at a point, and the areas above it.
-- param lon double: degrees
-- param lat double: degrees
-- param day date: the day
-- index: cell_version_geom
SELECT v.cell_key AS key, c.code, c.code_alt, c.name, 'cell' AS kind, v.area_m2
FROM cell_version v
JOIN cell c ON c.key = v.cell_key
WHERE v.geom && ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)
  AND ST_Intersects(v.geom, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)) AND v.valid @> %(day)s::date
UNION ALL
SELECT a.key, a.code, a.code_alt, a.name, 'area', a.area_m2
FROM area a
WHERE a.geom && ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)
  AND ST_Intersects(a.geom, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)) AND a.valid @> %(day)s::date
ORDER BY kind DESC, key;
