-- Groups of residents on whose ground no building stands. A group without a shape says nothing of its ground.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'group_empty', 'resident_group', g.id, '', g.cell_key, false, NULL::date, g.households
FROM resident_group g
WHERE g.cell_key >= %(lo)s AND g.cell_key < %(hi)s AND g.ended IS NULL AND g.merged_into IS NULL AND ST_Dimension(g.geom) = 2
  AND NOT EXISTS (SELECT FROM building b WHERE ST_Intersects(g.geom, b.geom) AND b.ended IS NULL AND b.merged_into IS NULL
                  AND b.kind = 'building');
