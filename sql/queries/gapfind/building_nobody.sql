-- Buildings with households and no warden, in communities that have wardens.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param today date: the day that counts as today
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'building_nobody', 'building', b.id, '', b.cell_key, false, NULL::date, b.households
FROM building b
WHERE b.cell_key >= %(lo)s AND b.cell_key < %(hi)s AND b.ended IS NULL AND b.merged_into IS NULL AND b.kind = 'building' AND b.households > 0
  AND EXISTS (SELECT FROM post p JOIN building c ON c.id = p.building_id WHERE p.target IN ('building', 'unit')
              AND p.ended IS NULL AND c.cell_key / 8192 = b.cell_key / 8192)
  AND NOT EXISTS (SELECT FROM post p WHERE p.building_id = b.id AND p.target IN ('building', 'unit') AND p.ended IS NULL
                  AND p.starts <= %(today)s AND (p.ends IS NULL OR p.ends >= %(today)s));
