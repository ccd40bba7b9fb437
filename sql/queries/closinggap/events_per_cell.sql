-- Which cells have any event in some days.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param start date: first day
-- param stop date: day after the last
SELECT cell_key AS key, count(*) AS n FROM event
WHERE day >= %(start)s AND day < %(stop)s AND cell_key >= %(lo)s AND cell_key < %(hi)s
GROUP BY cell_key;
