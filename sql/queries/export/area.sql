-- Areas of a range for an export.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: the day
SELECT code, name, name_en, level, code_alt, area_m2, ST_X(ST_PointOnSurface(geom)) AS longitude,
       ST_Y(ST_PointOnSurface(geom)) AS latitude, key AS cell_key, NULL::bigint AS cell_alt, NULL::text AS assign_status,
       ST_AsBinary(geom) AS wkb
FROM area WHERE valid @> %(day)s::date AND key >= %(lo)s AND key < %(hi)s ORDER BY key;
