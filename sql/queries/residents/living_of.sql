-- People of some cells today.
-- param keys bigint[]: cells
SELECT p.cell_key AS key, count(*) AS n
FROM person p
LEFT JOIN code k ON k.list = 'residence' AND k.code = p.residence
WHERE p.cell_key = ANY(%(keys)s) AND p.merged_into IS NULL
  AND COALESCE(p.ended, 'infinity') > app_today() AND COALESCE(k.counts, true)
GROUP BY 1;
