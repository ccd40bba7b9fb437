-- Events a cell in whole months: folded counts and the changes since.
-- param keys bigint[]: cells
-- param classes smallint[]: classes
-- param start date: first month
-- param stop date: month after the last
-- index: rollup_pkey
SELECT cell_key AS key, sum(n) AS n
FROM (SELECT cell_key, n FROM rollup
      WHERE cell_key = ANY(%(keys)s) AND class_id = ANY(%(classes)s) AND month >= %(start)s AND month < %(stop)s
      UNION ALL
      SELECT cell_key, n FROM rollup_delta
      WHERE cell_key = ANY(%(keys)s) AND class_id = ANY(%(classes)s) AND month >= %(start)s AND month < %(stop)s) x
GROUP BY cell_key
HAVING sum(n) <> 0;
