-- Table of this transaction: what the dwellings of an area are called by.
-- param lo bigint: first key
-- param hi bigint: key after the last
CREATE TEMP TABLE stage_room ON COMMIT DROP AS
SELECT app_room(building_id, unit_no, room, address) AS room, min(id) AS id
FROM dwelling
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND ended IS NULL
  AND app_room(building_id, unit_no, room, address) IS NOT NULL
GROUP BY 1;
