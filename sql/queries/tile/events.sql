-- Events of one tile, summed over squares of 1/64 of its side: every event counts once, whatever the zoom. A square with
-- one event carries its number. Most events are found by their key, those outside every area by their place; "+ 0" keeps
-- the planner from looking up every key once a class.
-- param z integer: zoom
-- param x integer: column
-- param y integer: row
-- param keys bigint[]: keys of the ground in the tile (unit/keys_near)
-- param outside boolean: also what lies outside every area
-- param classes smallint[]: classes
-- param start date: first day
-- param stop date: day after the last
-- param now timestamptz: the instant "today" ends
-- param late boolean: only open events whose limit has passed
-- index: event_key
SELECT COALESCE(ST_AsMVT(t, 'event'), '') AS mvt
FROM (SELECT count(*) AS n, count(*) FILTER (WHERE p.late) AS late, count(*) FILTER (WHERE p.state = 'open') AS open,
             CASE WHEN count(*) = 1 THEN min(p.id) END AS event_id,
             CASE WHEN count(*) = 1 THEN min(p.class_id) END AS class_id,
             ST_AsMVTGeom(ST_SetSRID(ST_MakePoint(avg(p.mx), avg(p.my)), 3857), e.env, 4096, 256, true) AS geom
      FROM (SELECT env, (ST_XMax(env) - ST_XMin(env)) / 64 AS side
            FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) env) e
      JOIN LATERAL (SELECT v.id, v.class_id, v.state, v.state = 'open' AND v.due_at < %(now)s AS late,
                           ST_X(v.geom) * 111319.49079327358 AS mx,
                           ln(tan(pi() / 4 + radians(ST_Y(v.geom)) / 2)) * 6378137 AS my
                    FROM event v
                    WHERE v.class_id + 0 = ANY(%(classes)s) AND v.day >= %(start)s AND v.day < %(stop)s
                      AND v.geom && ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4326)
                      AND (v.cell_key = ANY(%(keys)s)
                           OR %(outside)s AND v.cell_key = 0
                              AND v.geom && ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4326))) p ON true
      WHERE (NOT %(late)s OR p.late)
        AND p.mx >= ST_XMin(e.env) AND p.mx < ST_XMax(e.env) AND p.my >= ST_YMin(e.env) AND p.my < ST_YMax(e.env)
      GROUP BY e.env, floor((p.mx - ST_XMin(e.env)) / e.side), floor((p.my - ST_YMin(e.env)) / e.side)) t
WHERE geom IS NOT NULL;
