-- Names of cells (also of those that have ended: what was closed keeps its cell), or of the areas of a level on a day, as columns in the order of
-- the codes.
-- param level smallint: 0 for cells, otherwise the digits of the area
-- param day date: that day
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT array_agg(p.key) AS key, array_agg(p.code) AS code, array_agg(p.name) AS name
FROM (
    SELECT key, code COLLATE "C" AS code, name FROM cell WHERE %(level)s = 0 AND key >= %(lo)s AND key < %(hi)s
    UNION ALL
    SELECT key, code COLLATE "C" AS code, name FROM area
    WHERE level = %(level)s AND valid @> %(day)s::date AND key >= %(lo)s AND key < %(hi)s
    ORDER BY code, key) p;
