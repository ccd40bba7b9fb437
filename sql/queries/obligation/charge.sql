-- Table of this transaction: who is in charge of a cell or an area from when to when (the first day after it). Somebody
-- who stands in comes before the holder, then the order of the kinds, then the lower number.
-- param of_cell text[]: kinds of post in charge of a cell, the first before the others
-- param of_area text[]: kinds of post in charge of an area
CREATE TEMP TABLE stage_charge ON COMMIT DROP AS
WITH held AS (
    SELECT p.id, p.cell_key, p.cover, p.starts,
           LEAST(COALESCE(p.ends + 1, 'infinity'), COALESCE(p.ended, 'infinity'), COALESCE(o.ended, 'infinity')) AS stops,
           array_position(CASE p.target WHEN 'cell' THEN %(of_cell)s::text[] ELSE %(of_area)s::text[] END, p.kind) AS place
    FROM post p JOIN officer o ON o.id = p.officer_id
    WHERE p.target IN ('cell', 'area') AND p.merged_into IS NULL),
cut AS (
    SELECT cell_key, starts AS day FROM held WHERE place IS NOT NULL
    UNION SELECT cell_key, stops FROM held WHERE place IS NOT NULL),
span AS (SELECT cell_key, day, lead(day) OVER (PARTITION BY cell_key ORDER BY day) AS next FROM cut)
SELECT DISTINCT ON (s.cell_key, s.day) s.cell_key, s.day AS starts, s.next AS stops, h.id AS post_id
FROM span s JOIN held h ON h.cell_key = s.cell_key AND h.starts <= s.day AND h.stops > s.day AND h.place IS NOT NULL
WHERE s.next IS NOT NULL
ORDER BY s.cell_key, s.day, h.cover DESC, h.place, h.id;
