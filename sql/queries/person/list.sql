-- Residents with their doors; filters and order come from store/filters.py.
SELECT e.id, e.name, e.sex, e.birth, e.id_no, e.phone, e.relation, e.residence, e.registered_address, e.moved_in, e.date_precision,
       e.categories, e.dwelling_id, e.household_id, h.number AS household_no, b.estate, b.building_no, b.street,
       b.housenumber, d.unit_no, d.room, d.address, e.cell_key, e.cell_alt, e.assign_status, e.located_by, e.ended,
       e.end_reason, e.merged_into, ST_X(e.geom) AS lon, ST_Y(e.geom) AS lat, e.source_id, e.source_key,
       e.xmin::text AS version
FROM person e
LEFT JOIN dwelling d ON d.id = e.dwelling_id
LEFT JOIN household h ON h.id = e.household_id
LEFT JOIN building b ON b.id = d.building_id
