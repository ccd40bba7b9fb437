-- Events a hexagon in some cells; the parent of an H3 index is bit arithmetic (domain.heat.parent_masks).
-- param keys bigint[]: cells
-- param classes smallint[]: classes
-- param start date: first day
-- param stop date: day after the last
-- param clear bigint: bits that stay
-- param fill bigint: bits that are set
-- index: event_class_day or event_key
SELECT (h3 & %(clear)s::bigint) | %(fill)s::bigint AS key, count(*) AS n
FROM event
WHERE cell_key = ANY(%(keys)s) AND class_id = ANY(%(classes)s) AND day >= %(start)s AND day < %(stop)s
  AND h3 IS NOT NULL
GROUP BY 1;
