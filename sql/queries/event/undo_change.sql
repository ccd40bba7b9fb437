-- Put back the rows that an import changed, as the audit kept them.
-- param batch_id bigint: the import
UPDATE event e SET
    class_id = o.class_id, title = o.title, description = o.description, address = o.address,
    channel = o.channel, state = o.state, status_text = o.status_text, reported_at = o.reported_at,
    day = o.day, due_at = o.due_at, due_given = o.due_given, closed_at = o.closed_at,
    area_given = o.area_given, geom = o.geom, cell_key = o.cell_key, cell_alt = o.cell_alt,
    assign_status = o.assign_status, h3 = o.h3, located_by = o.located_by, accuracy_m = o.accuracy_m,
    source_crs = o.source_crs, batch_id = o.batch_id
FROM audit a
CROSS JOIN LATERAL jsonb_populate_record(NULL::event, a.old) o
WHERE a.batch_id = %(batch_id)s AND a.action = 'import.change' AND a.entity = 'event' AND e.id = a.row_id;
