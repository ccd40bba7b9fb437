-- Rows of the file that are new.
-- param source_id bigint: the list
-- param source_crs text: coordinate system the file was read in
-- param batch_id bigint: the import
INSERT INTO event (class_id, title, description, address, channel, state,
    status_text, reported_at, day, due_at, due_given, closed_at,
    area_given, geom, cell_key, cell_alt, assign_status, h3,
    located_by, accuracy_m, source_id, source_key, source_crs, batch_id)
SELECT s.class_id, s.title, s.description, s.address, s.channel, s.state,
       s.status_text, s.reported_at, s.day, s.due_at, s.due_given, s.closed_at,
       s.area_given, ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326), s.cell_key, s.cell_alt, s.assign_status, s.h3,
       s.located_by, s.accuracy_m, %(source_id)s, s.source_key, %(source_crs)s, %(batch_id)s
FROM stage_event s
WHERE NOT EXISTS (SELECT FROM stage_known k WHERE k.row_no = s.row_no)
ORDER BY s.cell_key, s.source_key;
