-- One event with everything it has.
-- param id bigint: number
SELECT e.id, e.class_id, c.code AS class_code, c.name AS class, c.name_en AS class_en, e.title, e.description, e.address,
       e.channel, e.state, e.status_text, e.reported_at, e.day, e.due_at, e.due_given, e.closed_at, e.area_given,
       e.cell_key, e.cell_alt, e.assign_status, e.located_by, e.accuracy_m, e.source_crs, s.name AS source, e.source_key,
       e.batch_id, ST_X(e.geom) AS lon, ST_Y(e.geom) AS lat
FROM event e
JOIN event_class c ON c.id = e.class_id
LEFT JOIN source s ON s.id = e.source_id
WHERE e.id = %(id)s;
