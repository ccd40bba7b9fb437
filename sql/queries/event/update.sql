-- Rows of the file whose content changed.
-- param source_crs text: coordinate system the file was read in
-- param batch_id bigint: the import
UPDATE event e SET
    class_id = s.class_id, title = s.title, description = s.description,
    address = s.address, channel = s.channel, state = s.state,
    status_text = s.status_text, reported_at = s.reported_at, day = s.day,
    due_at = s.due_at, due_given = s.due_given, closed_at = s.closed_at,
    area_given = s.area_given, geom = ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326), cell_key = s.cell_key,
    cell_alt = s.cell_alt, assign_status = s.assign_status, h3 = s.h3,
    located_by = s.located_by, accuracy_m = s.accuracy_m, source_crs = %(source_crs)s,
    batch_id = %(batch_id)s
FROM stage_event s
JOIN stage_known k ON k.row_no = s.row_no AND k.changed
WHERE e.id = k.id;
