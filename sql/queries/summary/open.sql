-- Open events of one unit, the most pressing first.
-- param key bigint: cell or area
-- param most integer: how many
-- index: event_key
SELECT e.id, c.name AS class, c.name_en AS class_en, e.title, e.address, e.reported_at, e.due_at,
       ST_X(e.geom) AS lon, ST_Y(e.geom) AS lat
FROM event e
JOIN event_class c ON c.id = e.class_id
WHERE e.cell_key = %(key)s AND e.state = 'open'
ORDER BY e.due_at NULLS LAST, e.id
LIMIT %(most)s;
