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
SELECT d.id FROM dwelling d
LEFT JOIN building b ON b.id = d.building_id
WHERE d.cell_key >= %(lo)s AND d.cell_key < %(hi)s AND d.ended IS NULL
  AND app_room(d.building_id, d.unit_no, d.room, d.address) = app_room(
      CASE WHEN app_door(%(estate)s, %(building_no)s, %(street)s, %(housenumber)s)
           IN (app_door(b.estate, b.building_no, NULL, NULL), app_door(NULL, NULL, b.street, b.housenumber)) THEN d.building_id END,
      %(unit_no)s, %(room)s, %(address)s)
ORDER BY d.id LIMIT 1;
