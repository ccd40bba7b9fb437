-- Buildings with households that stand on the ground of no group of residents, where the groups of a community have shapes.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'building_group', 'building', b.id, '', b.cell_key, false, NULL::date, b.households
FROM building b
WHERE b.cell_key >= %(lo)s AND b.cell_key < %(hi)s AND b.ended IS NULL AND b.merged_into IS NULL AND b.kind = 'building'
  AND b.geom IS NOT NULL
  AND EXISTS (SELECT FROM resident_group g WHERE g.cell_key / 8192 = b.cell_key / 8192 AND g.ended IS NULL
              AND g.merged_into IS NULL AND ST_Dimension(g.geom) = 2)
  AND EXISTS (SELECT FROM dwelling d JOIN household h ON h.dwelling_id = d.id AND h.ended IS NULL
              WHERE d.building_id = b.id AND d.ended IS NULL)
  AND NOT EXISTS (SELECT FROM resident_group g WHERE ST_Intersects(g.geom, b.geom) AND ST_Dimension(g.geom) = 2
                  AND g.ended IS NULL AND g.merged_into IS NULL);
