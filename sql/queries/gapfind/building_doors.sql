-- Buildings with households of which no dwelling is registered.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'building_doors', 'building', b.id, '', b.cell_key, false, NULL::date, b.households
FROM building b
WHERE b.cell_key >= %(lo)s AND b.cell_key < %(hi)s AND b.ended IS NULL AND b.merged_into IS NULL AND b.kind = 'building' AND b.households > 0
  AND NOT EXISTS (SELECT FROM dwelling d WHERE d.building_id = b.id AND d.ended IS NULL AND d.merged_into IS NULL);
