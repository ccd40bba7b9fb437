-- The cell at a point, a neighbour within a metre of it, and the areas around it.
-- param lon double: degrees
-- param lat double: degrees
-- param day date: the day
-- index: cell_version_geom
SELECT v.cell_key AS key, c.code, c.code_alt, c.name, CASE v.kind WHEN 'basic' THEN 'cell' ELSE v.kind END AS kind, v.area_m2,
       ST_Intersects(v.geom, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)) AS inside
FROM cell_version v
JOIN cell c ON c.key = v.cell_key
WHERE v.geom && ST_Expand(ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), 0.00005) AND v.valid @> %(day)s::date
  AND ST_DWithin(v.geom::geography, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography, 1)
UNION ALL
SELECT a.key, a.code, a.code_alt, a.name, 'area', a.area_m2, true
FROM area a
WHERE a.geom && ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)
  AND ST_Intersects(a.geom, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)) AND a.valid @> %(day)s::date
ORDER BY inside DESC, key;
