-- Visits of the last month that were too far from what they were to: not confirmed.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param today date: the day that counts as today
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'visit_far', 'visit', v.id, '', v.cell_key, v.personal, v.day, round(v.far_m)::integer
FROM visit v
WHERE v.cell_key >= %(lo)s AND v.cell_key < %(hi)s AND v.unconfirmed AND v.day > %(today)s::date - 31 AND v.day <= %(today)s
  AND v.ended IS NULL AND v.merged_into IS NULL;
