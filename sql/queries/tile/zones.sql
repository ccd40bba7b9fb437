-- Duty zones of one tile with whoever is in charge of them, and one point for each name.
-- param z integer: zoom
-- param x integer: column
-- param y integer: row
-- param day date: the day
-- index: zone_geom
WITH q AS (
    SELECT z.id, z.name, z.class, z.operator, z.geom, e AS env,
           c.held, c.officers
    FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) e
    JOIN zone z ON z.geom && ST_Transform(ST_Expand(e, (ST_XMax(e) - ST_XMin(e)) / 32), 4326)
    CROSS JOIN LATERAL (SELECT count(*) > 0 AS held, string_agg(DISTINCT o.name, '、') AS officers
                        FROM post p JOIN officer o ON o.id = p.officer_id
                        WHERE p.zone_id = z.id AND p.starts <= %(day)s AND (p.ends IS NULL OR p.ends >= %(day)s)
                          AND p.ended IS NULL AND p.merged_into IS NULL AND o.ended IS NULL) c
    WHERE z.merged_into IS NULL AND COALESCE(z.ended, 'infinity') > %(day)s
)
SELECT (SELECT COALESCE(ST_AsMVT(t, 'zone', 4096, 'geom', 'id'), '')
        FROM (SELECT id, name, class, operator, held, officers, ST_AsMVTGeom(ST_Transform(geom, 3857), env, 4096, 128, true) AS geom
              FROM q) t WHERE geom IS NOT NULL)
    || (SELECT COALESCE(ST_AsMVT(t, 'zone_name', 4096, 'geom'), '')
        FROM (SELECT name, held, ST_AsMVTGeom(ST_Transform(ST_PointOnSurface(geom), 3857), env, 4096, 0, true) AS geom
              FROM q) t WHERE geom IS NOT NULL)
    AS mvt;
