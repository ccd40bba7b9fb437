-- Divided communities that nobody has a post on.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param today date: the day that counts as today
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'area_nobody', 'area', a.key, '', a.key, false, NULL::date, NULL::integer
FROM area a
WHERE a.key >= %(lo)s AND a.key < %(hi)s AND a.level = 12 AND a.valid @> %(today)s::date
  AND EXISTS (SELECT FROM cell c WHERE c.key > a.key AND c.key < a.key + 8192 AND c.ended IS NULL)
  AND NOT EXISTS (SELECT FROM post p JOIN officer o ON o.id = p.officer_id
                  WHERE p.cell_key = a.key AND p.target = 'area' AND p.ended IS NULL AND p.merged_into IS NULL
                    AND p.starts <= %(today)s AND (p.ends IS NULL OR p.ends >= %(today)s)
                    AND COALESCE(o.ended, 'infinity') > %(today)s);
