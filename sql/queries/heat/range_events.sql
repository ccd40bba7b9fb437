-- Events a cell in any days over a whole range of keys.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param classes smallint[]: classes
-- param start date: first day
-- param stop date: day after the last
-- index: event_class_day or event_key
SELECT cell_key AS key, count(*) AS n
FROM event
WHERE class_id = ANY(%(classes)s) AND day >= %(start)s AND day < %(stop)s
  AND cell_key >= %(lo)s AND cell_key < %(hi)s
GROUP BY cell_key;
