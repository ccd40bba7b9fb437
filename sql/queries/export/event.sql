-- Events of a range for an export.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: not used here
SELECT e.source_key, c.code AS class_code, c.name AS class, e.title, e.description, e.address, e.channel, e.state,
       e.status_text, e.reported_at, e.due_at, e.closed_at, e.area_given, ST_X(e.geom) AS longitude,
       ST_Y(e.geom) AS latitude, e.cell_key, e.cell_alt, e.assign_status, e.located_by, e.accuracy_m,
       ST_AsBinary(e.geom) AS wkb
FROM event e JOIN event_class c ON c.id = e.class_id
WHERE e.cell_key >= %(lo)s AND e.cell_key < %(hi)s AND %(day)s::date IS NOT NULL
ORDER BY e.id;
