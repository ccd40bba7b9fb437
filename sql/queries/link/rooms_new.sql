-- The dwellings that this import has made.
-- needs: link/rooms
-- param batch_id bigint: the import
INSERT INTO stage_room (room, id)
SELECT app_room(building_id, unit_no, room, address), id FROM dwelling
WHERE batch_id = %(batch_id)s AND app_room(building_id, unit_no, room, address) IS NOT NULL;
