-- Doors of some buildings, as far as they are the caller's duty.
-- param buildings bigint[]: the buildings
SELECT building_id AS id, unit_no, room FROM dwelling
WHERE building_id = ANY(%(buildings)s) AND ended IS NULL AND merged_into IS NULL
ORDER BY building_id, unit_no, length(room), room;
