-- Cells in force of a range for an export.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: the day
SELECT c.code, c.name, c.code_alt, c.kind, c.born, v.load, v.area_m2, ST_X(ST_PointOnSurface(v.geom)) AS longitude,
       ST_Y(ST_PointOnSurface(v.geom)) AS latitude, c.key AS cell_key, NULL::bigint AS cell_alt,
       NULL::text AS assign_status, ST_AsBinary(v.geom) AS wkb
FROM cell c JOIN cell_version v ON v.cell_key = c.key
WHERE v.valid @> %(day)s::date AND c.key >= %(lo)s AND c.key < %(hi)s ORDER BY c.key;
