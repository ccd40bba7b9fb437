-- Dwellings of no building.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'dwelling_building', 'dwelling', d.id, '', d.cell_key, true, NULL::date, NULL::integer
FROM dwelling d WHERE d.cell_key >= %(lo)s AND d.cell_key < %(hi)s AND d.ended IS NULL AND d.merged_into IS NULL AND d.building_id IS NULL;
