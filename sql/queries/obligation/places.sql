-- Names of cells (also of those that have ended: what was closed keeps its cell), or of the areas of a level on a day.
-- param level smallint: 0 for cells, otherwise the digits of the area
-- param day date: that day
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT key, code, name FROM cell WHERE %(level)s = 0 AND key >= %(lo)s AND key < %(hi)s
UNION ALL
SELECT key, code, name FROM area
WHERE level = %(level)s AND valid @> %(day)s::date AND key >= %(lo)s AND key < %(hi)s
ORDER BY code, key;
