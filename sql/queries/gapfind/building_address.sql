-- Buildings that people live in and that have neither number nor address.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'building_address', 'building', b.id, '', b.cell_key, false, NULL::date, b.households
FROM building b
WHERE b.cell_key >= %(lo)s AND b.cell_key < %(hi)s AND b.ended IS NULL AND b.merged_into IS NULL AND b.kind = 'building' AND b.address IS NULL AND b.housenumber IS NULL AND b.building_no IS NULL
  AND (b.households > 0 OR EXISTS (SELECT FROM dwelling d WHERE d.building_id = b.id));
