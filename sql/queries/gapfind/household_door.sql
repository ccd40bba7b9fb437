-- Households without a dwelling.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'household_door', 'household', h.id, '', h.cell_key, true, NULL::date, NULL::integer
FROM household h WHERE h.cell_key >= %(lo)s AND h.cell_key < %(hi)s AND h.ended IS NULL AND h.merged_into IS NULL AND h.dwelling_id IS NULL;
