-- The box around the areas and cells of some key ranges, for opening the map there.
-- param lo bigint[]: first keys
-- param hi bigint[]: keys after the last
-- param day date: the day
SELECT min(ST_XMin(g)) AS west, min(ST_YMin(g)) AS south, max(ST_XMax(g)) AS east, max(ST_YMax(g)) AS north
FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi)
CROSS JOIN LATERAL (
    SELECT a.geom AS g FROM area a WHERE a.valid @> %(day)s::date AND a.key >= r.lo AND a.key < r.hi
    UNION ALL
    SELECT v.geom FROM cell_version v WHERE r.hi - r.lo = 1 AND v.cell_key = r.lo AND v.valid @> %(day)s::date) x;
