-- Areas of one tile: borders, and one point for each name (a polygon would be named in every tile that it touches).
-- param z integer: zoom
-- param x integer: column
-- param y integer: row
-- param day date: the day
-- index: area_geom
WITH a AS (
    SELECT a.key, a.code, a.name, a.level, a.geom, e AS env
    FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) e
    JOIN area a ON a.geom && ST_Transform(ST_Expand(e, (ST_XMax(e) - ST_XMin(e)) / 32), 4326)
    WHERE a.valid @> %(day)s::date AND (a.level <= 6 OR (a.level = 9 AND %(z)s >= 9) OR %(z)s >= 10)
)
SELECT (SELECT COALESCE(ST_AsMVT(t, 'area', 4096, 'geom', 'id'), '')
        FROM (SELECT key AS id, code, name, level, ST_AsMVTGeom(ST_Transform(geom, 3857), env, 4096, 128, true) AS geom
              FROM a) t WHERE geom IS NOT NULL)
    || (SELECT COALESCE(ST_AsMVT(t, 'area_name', 4096, 'geom'), '')
        FROM (SELECT code, name, level,
                     ST_AsMVTGeom(ST_Transform(ST_PointOnSurface(geom), 3857), env, 4096, 0, true) AS geom
              FROM a) t WHERE geom IS NOT NULL)
    AS mvt;
