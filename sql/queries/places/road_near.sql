-- The named road nearest to a point, by its line and not by its crossings; of the eight that are nearest in degrees.
-- param lon float8: degrees
-- param lat float8: degrees
-- index: base_feature_geom
WITH p AS (SELECT ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) AS point),
near AS (
    SELECT b.name, b.geom, p.point FROM base_feature b CROSS JOIN p
    WHERE b.layer = 'road' AND b.name IS NOT NULL AND b.geom && ST_Expand(p.point, 0.01)
    ORDER BY b.geom <-> p.point
    LIMIT 8)
SELECT 'road' AS level, name AS label, name, name AS road, '' AS number,
       ST_Distance(geom::geography, point::geography) AS metres,
       ST_X(ST_ClosestPoint(geom, point)) AS lon, ST_Y(ST_ClosestPoint(geom, point)) AS lat
FROM near
ORDER BY metres
LIMIT 1;
