-- Units that touch a tile: cells, or areas of one level above them when the zoom is low.
-- param z integer: zoom
-- param x integer: column
-- param y integer: row
-- param day date: the day
-- param level integer: 0 for cells and undivided areas, otherwise the digits of the areas' codes
SELECT v.cell_key AS key, c.code, v.area_m2, ST_AsBinary(v.geom) AS wkb
FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) e
JOIN cell_version v ON v.geom && ST_Transform(e, 4326)
JOIN cell c ON c.key = v.cell_key
WHERE %(level)s = 0 AND v.kind = 'basic' AND v.valid @> %(day)s::date
UNION ALL
SELECT a.key, a.code, a.area_m2, ST_AsBinary(a.geom)
FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) e
JOIN area a ON a.geom && ST_Transform(e, 4326)
WHERE a.valid @> %(day)s::date AND CASE WHEN %(level)s = 0 THEN
        NOT EXISTS (SELECT FROM area c WHERE c.parent_key = a.key AND c.valid @> %(day)s::date)
        AND NOT EXISTS (SELECT FROM division d WHERE d.purpose = 'basic' AND d.status = 'published'
                        AND d.valid @> %(day)s::date AND d.keys @> a.keys)
      ELSE a.level = %(level)s END;
