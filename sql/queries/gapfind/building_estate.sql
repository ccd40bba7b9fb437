-- Buildings whose estate is not among the estates of a community that has any.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'building_estate', 'building', b.id, '', b.cell_key, false, NULL::date, b.households
FROM building b
WHERE b.cell_key >= %(lo)s AND b.cell_key < %(hi)s AND b.ended IS NULL AND b.merged_into IS NULL AND b.estate IS NOT NULL AND b.kind = 'building'
  AND EXISTS (SELECT FROM estate e WHERE e.cell_key / 8192 = b.cell_key / 8192)
  AND NOT EXISTS (SELECT FROM estate e WHERE e.name = b.estate AND e.cell_key / 8192 = b.cell_key / 8192 AND e.ended IS NULL);
