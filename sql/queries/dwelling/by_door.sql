-- The dwelling that a door is, whichever list it came with.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param estate text: estate of its building
-- param building_no text: number of the building there
-- param street text: or the street
-- param housenumber text: and the number
-- param unit_no text: stairwell
-- param room text: room
-- param address text: or the whole address, where no building is known
WITH house AS (
    SELECT min(b.id) AS id FROM building b
    WHERE b.cell_key >= %(lo)s AND b.cell_key < %(hi)s AND b.kind = 'building' AND b.ended IS NULL
      AND app_door(%(estate)s, %(building_no)s, %(street)s, %(housenumber)s)
          IN (app_door(b.estate, b.building_no, NULL, NULL), app_door(NULL, NULL, b.street, b.housenumber)))
SELECT d.id FROM dwelling d, house h
WHERE d.cell_key >= %(lo)s AND d.cell_key < %(hi)s AND d.ended IS NULL AND d.building_id IS NOT DISTINCT FROM h.id
  AND app_room(d.building_id, d.unit_no, d.room, d.address) = app_room(h.id, %(unit_no)s, %(room)s, %(address)s)
ORDER BY d.id LIMIT 1;
