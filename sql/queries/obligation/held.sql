-- Posts that can be in charge.
-- needs: obligation/stage_held
-- param of_cell text[]: kinds of post in charge of a cell, the first before the others
-- param of_area text[]: kinds of post in charge of an area
INSERT INTO stage_held
SELECT p.id, p.cell_key, p.cover, p.starts, s.stops, k.place
FROM post p
JOIN officer o ON o.id = p.officer_id
CROSS JOIN LATERAL (SELECT LEAST(COALESCE(p.ends + 1, 'infinity'), COALESCE(p.ended, 'infinity'),
                                 COALESCE(o.ended, 'infinity')) AS stops) s
CROSS JOIN LATERAL (SELECT array_position(CASE p.target WHEN 'cell' THEN %(of_cell)s::text[] ELSE %(of_area)s::text[] END,
                                          p.kind) AS place) k
WHERE p.target IN ('cell', 'area') AND p.merged_into IS NULL AND k.place IS NOT NULL AND s.stops > p.starts;
