-- The places nearest to a point.
-- param lon float8: degrees
-- param lat float8: degrees
-- param levels text[]: levels that count
-- param most integer: so many
-- index: place_geom
SELECT level, label, name, road, number, ST_Distance(geom::geography, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography) AS metres,
       ST_X(geom) AS lon, ST_Y(geom) AS lat
FROM place
WHERE level = ANY(%(levels)s)
  AND geom && ST_Expand(ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), 0.01)
ORDER BY geom <-> ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)
LIMIT %(most)s;
