-- Records with the building they are in; filters and order come from store/filters.py.
SELECT e.id, e.name, e.class, e.credit_code, e.address, e.contact, e.phone, e.employees, e.opened_on, e.date_precision,
       e.building_id,
       b.estate, b.building_no, b.street, b.housenumber, e.cell_key, e.cell_alt, e.assign_status, e.located_by,
       e.ended, e.end_reason, e.merged_into, ST_X(e.geom) AS lon, ST_Y(e.geom) AS lat, e.source_id, e.source_key,
       e.xmin::text AS version
FROM organisation e
LEFT JOIN building b ON b.id = e.building_id
