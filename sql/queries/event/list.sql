-- Events with their class; filters and order come from store/filters.py.
SELECT e.id, e.class_id, c.code AS class_code, c.name AS class, c.name_en AS class_en, e.title, e.address, e.channel,
       e.state, e.status_text, e.reported_at, e.day, e.due_at, e.closed_at, e.cell_key, e.cell_alt, e.assign_status,
       e.located_by, ST_X(e.geom) AS lon, ST_Y(e.geom) AS lat
FROM event e
JOIN event_class c ON c.id = e.class_id
