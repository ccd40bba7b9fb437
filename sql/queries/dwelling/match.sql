-- Rows of the file that the list has already, or that another list has brought in as the same door, and whether their
-- content differs.
-- needs: stage, link/rooms
-- param source_id bigint: the list
INSERT INTO stage_known (row_no, id, changed)
SELECT DISTINCT ON (e.id) s.row_no, e.id,
       ROW (e.unit_no, e.room, e.address, e.floor, e.area_m2, e.use, e.use_from, e.use_to, e.date_precision, e.building_id, e.geom, e.located_by)
       IS DISTINCT FROM
       ROW (s.unit_no, s.room, s.address, s.floor, s.area_m2, s.use, s.use_from, s.use_to, s.date_precision, s.building_id,
            ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326), s.located_by)
FROM stage_dwelling s
LEFT JOIN dwelling own ON own.source_id = %(source_id)s AND own.source_key = s.source_key
LEFT JOIN stage_room k ON k.room = app_room(s.building_id, s.unit_no, s.room, s.address)
JOIN dwelling e ON e.id = COALESCE(own.id, k.id)
ORDER BY e.id, (own.id IS NOT NULL) DESC, s.row_no;
