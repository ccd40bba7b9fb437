-- Posts on cells that end go on in the cell that took over most of their doors.
-- needs: post/heirs
-- param day date: first day of the new division
UPDATE post p SET cell_key = h.heir
FROM stage_heir h
WHERE p.cell_key = h.old AND p.target = 'cell' AND (p.ends IS NULL OR p.ends >= %(day)s) AND p.ended IS NULL;
