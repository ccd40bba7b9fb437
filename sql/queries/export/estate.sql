-- Estates of a range for an export.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: not used here
SELECT source_key, name, kind, property_firm, ST_X(ST_PointOnSurface(geom)) AS longitude,
       ST_Y(ST_PointOnSurface(geom)) AS latitude, cell_key, cell_alt, assign_status, located_by, accuracy_m,
       ST_AsBinary(geom) AS wkb
FROM estate WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND %(day)s::date IS NOT NULL ORDER BY id;
