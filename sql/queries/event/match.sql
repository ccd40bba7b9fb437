-- Rows of the file that the list has already, and whether their content differs.
-- param source_id bigint: the list
INSERT INTO stage_known (row_no, id, changed)
SELECT s.row_no, e.id,
       ROW (e.class_id, e.title, e.description, e.address, e.channel, e.state,
            e.status_text, e.reported_at, e.day, e.due_at, e.due_given, e.closed_at,
            e.area_given, e.geom, e.located_by)
       IS DISTINCT FROM
       ROW (s.class_id, s.title, s.description, s.address, s.channel, s.state,
            s.status_text, s.reported_at, s.day, s.due_at, s.due_given, s.closed_at,
            s.area_given, ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326), s.located_by)
FROM stage_event s
JOIN event e ON e.source_id = %(source_id)s AND e.source_key = s.source_key;
