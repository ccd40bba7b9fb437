-- Find the dwelling that each row names.
-- needs: stage, link/rooms
UPDATE {stage} s SET dwelling_id = k.id
FROM stage_room k
WHERE s.dwelling_id IS NULL AND k.room = app_room(s.building_id, s.unit_no, s.room, s.address);
