-- Gaps of a range that are none any more.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
DELETE FROM gap g
WHERE g.cell_key >= %(lo)s AND g.cell_key < %(hi)s
  AND NOT EXISTS (SELECT FROM stage_gap s WHERE s.kind = g.kind AND s.target = g.target AND s.target_id = g.target_id
                  AND s.rule = g.rule);
