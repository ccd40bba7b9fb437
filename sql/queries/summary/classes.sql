-- What happened in one unit in some days, by class.
-- param key bigint: cell or area
-- param start date: first day
-- param stop date: day after the last
-- param now timestamptz: the instant "today" ends
-- index: event_key
SELECT e.class_id, c.name, c.name_en, count(*) AS n, count(*) FILTER (WHERE e.state = 'open') AS open,
       count(*) FILTER (WHERE e.state = 'open' AND e.due_at < %(now)s) AS overdue
FROM event e
JOIN event_class c ON c.id = e.class_id
WHERE e.cell_key = %(key)s AND e.day >= %(start)s AND e.day < %(stop)s
GROUP BY e.class_id, c.name, c.name_en
ORDER BY n DESC, c.name;
