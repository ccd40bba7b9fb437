-- Take the changes out of the delta table, summed.
WITH gone AS (DELETE FROM rollup_delta RETURNING cell_key, class_id, month, n)
INSERT INTO rollup AS r (cell_key, class_id, month, n)
SELECT cell_key, class_id, month, sum(n) FROM gone GROUP BY 1, 2, 3 HAVING sum(n) <> 0
ORDER BY 1, 2, 3
ON CONFLICT (cell_key, class_id, month) DO UPDATE SET n = r.n + excluded.n;
