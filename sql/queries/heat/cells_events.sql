-- Events a cell in any days.
-- param keys bigint[]: cells
-- param classes smallint[]: classes
-- param start date: first day
-- param stop date: day after the last
-- index: event_class_day or event_key
SELECT cell_key AS key, count(*) AS n
FROM event
WHERE cell_key = ANY(%(keys)s) AND class_id = ANY(%(classes)s) AND day >= %(start)s AND day < %(stop)s
GROUP BY cell_key;
