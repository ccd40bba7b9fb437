-- Cells that a division of before brings back under their own keys.
-- needs: cell/stage
UPDATE cell c SET ended = NULL FROM stage_identity s WHERE s.cell_key = c.key AND NOT s.is_new AND c.ended IS NOT NULL;
