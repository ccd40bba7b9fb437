-- Records of a range for an export, with the building they are in.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: not used here
SELECT e.source_key, e.unit_no, e.room, e.address, e.floor, e.area_m2, e.use, e.use_from, e.use_to, e.date_precision,
       b.estate, b.building_no, b.street, b.housenumber, e.ended, e.end_reason, ST_X(e.geom) AS longitude, ST_Y(e.geom) AS latitude,
       e.cell_key, e.cell_alt, e.assign_status, e.located_by, e.accuracy_m, ST_AsBinary(e.geom) AS wkb
FROM dwelling e
LEFT JOIN building b ON b.id = e.building_id
WHERE e.cell_key >= %(lo)s AND e.cell_key < %(hi)s AND e.merged_into IS NULL AND %(day)s::date IS NOT NULL
ORDER BY e.id;
