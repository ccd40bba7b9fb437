-- Events a hexagon over a whole range of keys.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param classes smallint[]: classes
-- param start date: first day
-- param stop date: day after the last
-- param clear bigint: bits that stay
-- param fill bigint: bits that are set
-- index: event_class_day or event_key
SELECT (h3 & %(clear)s::bigint) | %(fill)s::bigint AS key, count(*) AS n
FROM event
WHERE class_id = ANY(%(classes)s) AND day >= %(start)s AND day < %(stop)s
  AND cell_key >= %(lo)s AND cell_key < %(hi)s AND h3 IS NOT NULL
GROUP BY 1;
