-- Open events whose limit has passed, the longest overdue first.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param now timestamptz: the instant "today" ends
-- param after_due timestamptz: only those due later, or at that instant with a higher number; none: from the start
-- param after_id bigint: that number
-- param most integer: page size
SELECT e.id, e.class_id, c.name AS class, e.title, e.address, e.reported_at, e.due_at, e.cell_key,
       floor(extract(epoch FROM %(now)s::timestamptz - e.due_at) / 86400)::integer AS days,
       ST_X(e.geom) AS lon, ST_Y(e.geom) AS lat
FROM event e
JOIN event_class c ON c.id = e.class_id
WHERE e.state = 'open' AND e.due_at < %(now)s AND e.cell_key >= %(lo)s AND e.cell_key < %(hi)s
  AND (%(after_due)s::timestamptz IS NULL OR (e.due_at, e.id) > (%(after_due)s, %(after_id)s))
ORDER BY e.due_at, e.id
LIMIT %(most)s;
