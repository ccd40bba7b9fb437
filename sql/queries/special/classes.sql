-- What happened in a special cell in some days, by class: events lie in it by geometry.
-- param keys bigint[]: basic cells that it has ground of
-- param wkb bytea: its shape
-- param start date: first day
-- param stop date: day after the last
-- param now timestamptz: the instant "today" ends
-- index: event_key
SELECT e.class_id, c.name, c.name_en, count(*) AS n, count(*) FILTER (WHERE e.state = 'open') AS open,
       count(*) FILTER (WHERE e.state = 'open' AND e.due_at < %(now)s) AS overdue
FROM event e
JOIN event_class c ON c.id = e.class_id
WHERE e.cell_key = ANY(%(keys)s) AND e.day >= %(start)s AND e.day < %(stop)s
  AND ST_Covers(ST_SetSRID(ST_GeomFromWKB(%(wkb)s), 4326), e.geom)
GROUP BY e.class_id, c.name, c.name_en
ORDER BY n DESC, c.name;
