-- Cells of retired divisions that the new division does not have.
-- needs: cell/stage
-- param divisions bigint[]: the divisions that it takes the place of
-- param day date: day after their last
UPDATE cell c SET ended = %(day)s
WHERE c.key IN (SELECT cell_key FROM cell_version WHERE division_id = ANY(%(divisions)s)) AND c.ended IS NULL
  AND NOT EXISTS (SELECT FROM stage_identity s WHERE s.cell_key = c.key);
