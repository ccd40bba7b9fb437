-- Which of these dwellings buildings have: row numbers of the lists, beginning with 1.
-- param buildings bigint[]: building of each
-- param units text[]: stairwell of each
-- param rooms text[]: room of each
SELECT DISTINCT d.ord
FROM unnest(%(buildings)s::bigint[], %(units)s::text[], %(rooms)s::text[]) WITH ORDINALITY AS d (b, u, r, ord)
JOIN dwelling x ON x.building_id = d.b AND x.ended IS NULL
    AND app_room(x.building_id, x.unit_no, x.room, NULL) = app_room(d.b, d.u, d.r, NULL)
ORDER BY d.ord;
