-- Duty zones that nobody has a post on, in communities where somebody has one on a zone.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param today date: the day that counts as today
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'zone_nobody', 'zone', z.id, '', z.cell_key, false, NULL::date, NULL::integer
FROM zone z
WHERE z.cell_key >= %(lo)s AND z.cell_key < %(hi)s AND z.ended IS NULL AND z.merged_into IS NULL
  AND EXISTS (SELECT FROM post p WHERE p.target = 'zone' AND p.ended IS NULL AND p.cell_key / 8192 = z.cell_key / 8192)
  AND NOT EXISTS (SELECT FROM post p WHERE p.zone_id = z.id AND p.ended IS NULL
                  AND p.starts <= %(today)s AND (p.ends IS NULL OR p.ends >= %(today)s));
