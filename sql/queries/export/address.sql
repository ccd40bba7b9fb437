-- Addresses of a range for an export.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: not used here
SELECT source_key, text, name, street, housenumber, estate, building_no, unit, ST_X(geom) AS longitude,
       ST_Y(geom) AS latitude, cell_key, cell_alt, assign_status, located_by, accuracy_m, ST_AsBinary(geom) AS wkb
FROM address WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND %(day)s::date IS NOT NULL ORDER BY id;
