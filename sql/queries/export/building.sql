-- Buildings of a range for an export.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: not used here
SELECT source_key, name, kind, use, floors, height, units, households, estate, street, housenumber, building_no, address,
       ST_X(geom) AS longitude, ST_Y(geom) AS latitude, cell_key, cell_alt, assign_status, located_by, accuracy_m,
       ST_AsBinary(COALESCE(shape, geom)) AS wkb
FROM building WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND %(day)s::date IS NOT NULL ORDER BY id;
