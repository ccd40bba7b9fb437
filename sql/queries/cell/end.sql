-- Cells of an area that the new division does not have.
-- needs: cell/stage
-- param area_code text: the area
-- param day date: day after their last
UPDATE cell c SET ended = %(day)s
WHERE c.area_code = %(area_code)s AND c.ended IS NULL
  AND NOT EXISTS (SELECT FROM stage_identity s WHERE s.cell_key = c.key);
