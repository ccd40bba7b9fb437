-- Buildings of one tile with people behind their doors, as far as they are the caller's duty; counts are exact.
-- param z integer: zoom
-- param x integer: column
-- param y integer: row
-- param keys bigint[]: keys of the ground in the tile (unit/keys_near)
SELECT COALESCE(ST_AsMVT(t, 'door'), '') AS mvt
FROM (SELECT b.id AS building_id, p.people, p.doors,
             ST_AsMVTGeom(ST_Transform(b.geom, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS geom
      FROM (SELECT d.building_id, count(*) AS people, count(DISTINCT d.id) AS doors
            FROM person q
            JOIN dwelling d ON d.id = q.dwelling_id
            WHERE q.cell_key = ANY(%(keys)s) AND q.merged_into IS NULL AND COALESCE(q.ended, 'infinity') > app_today()
            GROUP BY d.building_id) p
      JOIN building b ON b.id = p.building_id
      WHERE b.geom && ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4326)) t
WHERE geom IS NOT NULL;
