-- Records of a range for an export, with the building they are in.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: not used here
SELECT e.source_key, e.title, e.class, e.grade, e.state, e.description, e.address, e.found_on, e.due_on, e.responsible, e.closed_on, e.date_precision,
       b.estate, b.building_no, b.street, b.housenumber, e.ended, e.end_reason, ST_X(e.geom) AS longitude, ST_Y(e.geom) AS latitude,
       e.cell_key, e.cell_alt, e.assign_status, e.located_by, e.accuracy_m, ST_AsBinary(e.geom) AS wkb
FROM hazard e
LEFT JOIN building b ON b.id = e.building_id
WHERE e.cell_key >= %(lo)s AND e.cell_key < %(hi)s AND e.merged_into IS NULL AND %(day)s::date IS NOT NULL
ORDER BY e.id;
