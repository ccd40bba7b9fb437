-- Areas of one tile: borders and names.
-- param z integer: zoom
-- param x integer: column
-- param y integer: row
-- param day date: the day
-- index: area_geom
SELECT COALESCE(ST_AsMVT(t, 'area', 4096, 'geom', 'id'), '') AS mvt
FROM (SELECT a.key AS id, a.code, a.name, a.level,
             ST_AsMVTGeom(ST_Transform(a.geom, 3857), e, 4096, 128, true) AS geom
      FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) e
      JOIN area a ON a.geom && ST_Transform(ST_Expand(e, (ST_XMax(e) - ST_XMin(e)) / 32), 4326)
      WHERE a.valid @> %(day)s::date AND (a.level <= 6 OR (a.level = 9 AND %(z)s >= 9) OR %(z)s >= 10)) t
WHERE geom IS NOT NULL;
