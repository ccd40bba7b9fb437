-- Which of these stairwells buildings have: row numbers of the lists, beginning with 1.
-- param buildings bigint[]: building of each
-- param units text[]: its number
SELECT DISTINCT d.ord
FROM unnest(%(buildings)s::bigint[], %(units)s::text[]) WITH ORDINALITY AS d (b, u, ord)
JOIN unit x ON x.building_id = d.b AND x.ended IS NULL AND app_no(x.unit_no) = app_no(d.u)
ORDER BY d.ord;
