-- Residents of a range for an export, with their doors.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: not used here
SELECT e.source_key, e.name, e.sex, e.birth, e.id_no, e.phone, e.relation, h.number AS household_no, e.residence,
       e.registered_address, e.moved_in, e.date_precision, e.categories, b.estate, b.building_no, b.street, b.housenumber,
       d.unit_no, d.room, d.address, e.ended, e.end_reason, ST_X(e.geom) AS longitude, ST_Y(e.geom) AS latitude,
       e.cell_key, e.cell_alt, e.assign_status, e.located_by, e.accuracy_m, ST_AsBinary(e.geom) AS wkb
FROM person e
LEFT JOIN dwelling d ON d.id = e.dwelling_id
LEFT JOIN household h ON h.id = e.household_id
LEFT JOIN building b ON b.id = d.building_id
WHERE e.cell_key >= %(lo)s AND e.cell_key < %(hi)s AND e.merged_into IS NULL AND %(day)s::date IS NOT NULL
ORDER BY e.id;
