-- Shapes of the areas of a day inside a range.
-- param day date: the day
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT code, key, level, name, code_alt, area_m2, ST_AsBinary(geom) AS wkb FROM area
WHERE valid @> %(day)s::date AND key >= %(lo)s AND key < %(hi)s
ORDER BY key;
