-- Minutes of patrol that are asked for in cells on a day.
-- param cells bigint[]: cells
-- param day date: the day
SELECT o.cell_key, max(r.amount) AS minutes
FROM obligation o JOIN rule r ON r.id = o.rule_id
WHERE o.cell_key = ANY(%(cells)s) AND r.target = 'cell' AND r.measure = 'minutes' AND o.target_id = o.cell_key
  AND o.opens <= %(day)s AND o.due >= %(day)s
GROUP BY o.cell_key;
