-- Cells of one tile, and one point for each name: of the divisions in force, or of one division (a draft, for a look
-- before publishing).
-- param z integer: zoom
-- param x integer: column
-- param y integer: row
-- param day date: the day
-- param division_id bigint: only this division; none: those in force
-- index: cell_version_geom
WITH v AS (
    SELECT COALESCE(v.cell_key, v.ordinal) AS id, COALESCE(c.code, '') AS code,
           COALESCE(c.name, v.name, v.ordinal::text) AS name, v.load, v.kind, v.geom, e AS env
    FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) e
    JOIN cell_version v ON v.geom && ST_Transform(ST_Expand(e, (ST_XMax(e) - ST_XMin(e)) / 64), 4326)
    LEFT JOIN cell c ON c.key = v.cell_key
    WHERE CASE WHEN %(division_id)s::bigint IS NULL THEN v.valid @> %(day)s::date
               ELSE v.division_id = %(division_id)s END
)
SELECT (SELECT COALESCE(ST_AsMVT(t, 'cell', 4096, 'geom', 'id'), '')
        FROM (SELECT id, code, name, load, ST_AsMVTGeom(ST_Transform(geom, 3857), env, 4096, 64, true) AS geom
              FROM v WHERE kind = 'basic' OR %(division_id)s IS NOT NULL) t WHERE geom IS NOT NULL)
    || (SELECT COALESCE(ST_AsMVT(t, 'special', 4096, 'geom', 'id'), '')
        FROM (SELECT id, code, name, kind, ST_AsMVTGeom(ST_Transform(geom, 3857), env, 4096, 64, true) AS geom
              FROM v WHERE kind <> 'basic') t WHERE geom IS NOT NULL)
    || (SELECT COALESCE(ST_AsMVT(t, 'cell_name', 4096, 'geom'), '')
        FROM (SELECT code, name, kind,
                     ST_AsMVTGeom(ST_Transform(ST_PointOnSurface(geom), 3857), env, 4096, 0, true) AS geom
              FROM v WHERE %(z)s >= 13) t WHERE geom IS NOT NULL)
    AS mvt;
