-- Records with the building they are in; filters and order come from store/filters.py.
SELECT e.id, e.title, e.class, e.grade, e.state, e.description, e.address, e.found_on, e.due_on, e.responsible, e.closed_on, e.date_precision, e.building_id,
       b.estate, b.building_no, b.street, b.housenumber, e.cell_key, e.cell_alt, e.assign_status, e.located_by,
       e.ended, e.end_reason, e.merged_into, ST_X(e.geom) AS lon, ST_Y(e.geom) AS lat, e.source_id, e.source_key,
       e.xmin::text AS version
FROM hazard e
LEFT JOIN building b ON b.id = e.building_id
