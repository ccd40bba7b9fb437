-- Buildings with dwellings, in cells with an officer, that nobody has been to: neither to the building nor to a door in it.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param today date: the day that counts as today
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'building_missed', 'building', b.id, '', b.cell_key, false, NULL::date, b.households
FROM building b
WHERE b.cell_key >= %(lo)s AND b.cell_key < %(hi)s AND b.ended IS NULL AND b.merged_into IS NULL AND EXISTS (SELECT FROM dwelling d WHERE d.building_id = b.id AND d.ended IS NULL)
  AND EXISTS (SELECT FROM post p WHERE p.cell_key = b.cell_key AND p.target = 'cell' AND p.ended IS NULL
              AND p.starts <= %(today)s AND (p.ends IS NULL OR p.ends >= %(today)s))
  AND NOT EXISTS (SELECT FROM visit v WHERE v.target = 'building' AND v.target_id = b.id AND v.ended IS NULL)
  AND NOT EXISTS (SELECT FROM dwelling d JOIN visit v ON v.target = 'dwelling' AND v.target_id = d.id AND v.ended IS NULL
                  WHERE d.building_id = b.id)
  AND NOT EXISTS (SELECT FROM dwelling d JOIN household h ON h.dwelling_id = d.id
                  JOIN visit v ON v.target = 'household' AND v.target_id = h.id AND v.ended IS NULL WHERE d.building_id = b.id)
  AND NOT EXISTS (SELECT FROM dwelling d JOIN person p ON p.dwelling_id = d.id
                  JOIN visit v ON v.target = 'person' AND v.target_id = p.id AND v.ended IS NULL WHERE d.building_id = b.id);
