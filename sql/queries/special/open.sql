-- Open events of a special cell, the most pressing first.
-- param keys bigint[]: basic cells that it has ground of
-- param wkb bytea: its shape
-- param most integer: how many
-- index: event_key
SELECT e.id, c.name AS class, c.name_en AS class_en, e.title, e.address, e.reported_at, e.due_at,
       ST_X(e.geom) AS lon, ST_Y(e.geom) AS lat
FROM event e
JOIN event_class c ON c.id = e.class_id
WHERE e.cell_key = ANY(%(keys)s) AND e.state = 'open' AND ST_Covers(ST_SetSRID(ST_GeomFromWKB(%(wkb)s), 4326), e.geom)
ORDER BY e.due_at NULLS LAST, e.id
LIMIT %(most)s;
