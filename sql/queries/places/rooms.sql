-- Which dwellings are there, of those that the caller may see (rooms are found by equality only).
-- param buildings bigint[]: buildings
-- param units text[]: stairwell of each, null for any
-- param rooms text[]: room of each
-- index: dwelling_door
SELECT DISTINCT a.no
FROM unnest(%(buildings)s::bigint[], %(units)s::text[], %(rooms)s::text[]) WITH ORDINALITY AS a(building_id, unit_no, room, no)
JOIN dwelling d ON d.building_id = a.building_id AND app_no(d.room) = app_no(a.room)
               AND (a.unit_no IS NULL OR d.unit_no IS NULL OR app_no(d.unit_no) = app_no(a.unit_no));
