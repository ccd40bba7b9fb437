-- People by cell in some ranges of keys today.
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT p.cell_key AS key, count(*) AS n
FROM person p
LEFT JOIN code k ON k.list = 'residence' AND k.code = p.residence
WHERE p.cell_key >= %(lo)s AND p.cell_key < %(hi)s AND p.merged_into IS NULL
  AND COALESCE(p.ended, 'infinity') > app_today() AND COALESCE(k.counts, true)
GROUP BY 1;
