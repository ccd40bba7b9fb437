-- The base map of one tile: landuse, water, road, rail, barrier, building, poi and label (one point for the name of a
-- polygon) as layers of one MVT. What a zoom does not show is said in /tiles/index.json; nothing is cut silently.
-- param z integer: zoom
-- param x integer: column
-- param y integer: row
-- index: base_feature_geom
WITH box AS (
    SELECT e AS env, ST_Transform(ST_Expand(e, (ST_XMax(e) - ST_XMin(e)) / 32), 4326) AS deg
    FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) e
), f AS (
    SELECT b.layer, b.kind, b.name, ST_AsMVTGeom(ST_Transform(b.geom, 3857), box.env, 4096, 128, true) AS geom
    FROM box
    JOIN base_feature b ON b.geom && box.deg
    WHERE NOT b.tunnel AND CASE b.layer
        WHEN 'water' THEN true
        WHEN 'landuse' THEN %(z)s >= 11
        WHEN 'rail' THEN %(z)s >= 10
        WHEN 'road' THEN b.kind = 'major' OR (b.kind = 'minor' AND %(z)s >= 13) OR %(z)s >= 15
        WHEN 'barrier' THEN %(z)s >= 17
        ELSE %(z)s >= 16 AND b.name IS NOT NULL END
), b AS (
    SELECT b.name, COALESCE(b.building_no || '幢', b.housenumber) AS number, b.floors,
           ST_AsMVTGeom(ST_Transform(b.shape, 3857), box.env, 4096, 64, true) AS geom
    FROM box
    JOIN building b ON b.shape && box.deg
    WHERE %(z)s >= 14
)
SELECT (SELECT COALESCE(ST_AsMVT(t, 'landuse'), '') FROM (SELECT kind, name, geom FROM f WHERE layer = 'landuse' AND geom IS NOT NULL) t)
    || (SELECT COALESCE(ST_AsMVT(t, 'water'), '') FROM (SELECT kind, name, geom FROM f WHERE layer = 'water' AND geom IS NOT NULL) t)
    || (SELECT COALESCE(ST_AsMVT(t, 'road'), '') FROM (SELECT kind, name, geom FROM f WHERE layer = 'road' AND geom IS NOT NULL) t)
    || (SELECT COALESCE(ST_AsMVT(t, 'rail'), '') FROM (SELECT kind, name, geom FROM f WHERE layer = 'rail' AND geom IS NOT NULL) t)
    || (SELECT COALESCE(ST_AsMVT(t, 'barrier'), '') FROM (SELECT kind, geom FROM f WHERE layer = 'barrier' AND geom IS NOT NULL) t)
    || (SELECT COALESCE(ST_AsMVT(t, 'building'), '') FROM (SELECT name, number, floors, geom FROM b WHERE geom IS NOT NULL) t)
    || (SELECT COALESCE(ST_AsMVT(t, 'poi'), '') FROM (SELECT kind, name, geom FROM f WHERE layer = 'poi' AND geom IS NOT NULL) t)
    || (SELECT COALESCE(ST_AsMVT(t, 'label'), '')
        FROM (SELECT b.layer, b.name, ST_AsMVTGeom(ST_Transform(ST_PointOnSurface(b.geom), 3857), box.env, 4096, 0, true) AS geom
              FROM box JOIN base_feature b ON b.geom && box.deg
              WHERE b.layer IN ('landuse', 'water') AND b.name IS NOT NULL AND GeometryType(b.geom) <> 'POINT'
                AND %(z)s >= 13) t WHERE geom IS NOT NULL)
    AS mvt;
