-- Households with their doors; filters and order come from store/filters.py.
SELECT e.id, e.number, e.head, e.dwelling_id, b.estate, b.building_no, b.street, b.housenumber, d.unit_no, d.room,
       d.address, e.cell_key, e.cell_alt, e.assign_status, e.located_by, e.ended, e.end_reason, e.merged_into,
       ST_X(e.geom) AS lon, ST_Y(e.geom) AS lat, e.source_id, e.source_key, e.xmin::text AS version
FROM household e
LEFT JOIN dwelling d ON d.id = e.dwelling_id
LEFT JOIN building b ON b.id = d.building_id
