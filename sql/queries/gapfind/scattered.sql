-- Buildings with households that belong to no estate and no subcell.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'scattered', 'building', b.id, '', b.cell_key, false, NULL::date, b.households
FROM building b
WHERE b.cell_key >= %(lo)s AND b.cell_key < %(hi)s AND b.ended IS NULL AND b.merged_into IS NULL AND b.estate IS NULL AND b.kind = 'building'
  AND EXISTS (SELECT FROM dwelling d JOIN household h ON h.dwelling_id = d.id AND h.ended IS NULL
              WHERE d.building_id = b.id AND d.ended IS NULL)
  AND NOT EXISTS (SELECT FROM subcell_member m WHERE m.building_id = b.id);
