-- Subcells of some cells that the new ones do not go on with.
-- needs: subcell/stage
-- param keys bigint[]: the cells
-- param day date: day after their last
UPDATE subcell s SET ended = %(day)s
WHERE s.cell_key = ANY(%(keys)s) AND s.ended IS NULL
  AND NOT EXISTS (SELECT FROM stage_member t WHERE t.known_id = s.id);
