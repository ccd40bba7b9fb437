-- Spot checks of visits of some days by officer: how many were found as the list says, and otherwise.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param start date: first day
-- param stop date: day after the last
SELECT officer_id AS key, count(*) AS checked, count(*) FILTER (WHERE result = 'same') AS agreed
FROM spotcheck_item
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND visit_day >= %(start)s AND visit_day < %(stop)s
  AND result IN ('same', 'different') AND officer_id IS NOT NULL
GROUP BY officer_id;
