-- One tile of shapes with counts that were worked out beforehand.
-- param z integer: zoom
-- param x integer: column
-- param y integer: row
-- param wkb bytea[]: lon/lat shapes
-- param ids bigint[]: their numbers
-- param codes text[]: their codes
-- param n bigint[]: their counts
-- param value double[]: their values
SELECT COALESCE(ST_AsMVT(t, 'heat', 4096, 'geom', 'id'), '') AS mvt
FROM (SELECT u.id, u.code, u.n, u.value,
             ST_AsMVTGeom(ST_Transform(ST_SetSRID(ST_GeomFromWKB(u.wkb), 4326), 3857), e, 4096, 64, true) AS geom
      FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) e,
           unnest(%(wkb)s::bytea[], %(ids)s::bigint[], %(codes)s::text[], %(n)s::bigint[], %(value)s::double precision[])
           AS u (wkb, id, code, n, value)) t
WHERE geom IS NOT NULL;
