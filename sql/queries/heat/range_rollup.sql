-- Events a cell in whole months over a whole range of keys.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param classes smallint[]: classes
-- param start date: first month
-- param stop date: month after the last
-- index: rollup_pkey
SELECT cell_key AS key, sum(n) AS n
FROM (SELECT cell_key, n FROM rollup
      WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND class_id = ANY(%(classes)s)
        AND month >= %(start)s AND month < %(stop)s
      UNION ALL
      SELECT cell_key, n FROM rollup_delta
      WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND class_id = ANY(%(classes)s)
        AND month >= %(start)s AND month < %(stop)s) x
GROUP BY cell_key
HAVING sum(n) <> 0;
