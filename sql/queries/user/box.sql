-- The box around the areas and cells of some key ranges, for opening the map there; without any range, around all areas.
-- param lo bigint[]: first keys
-- param hi bigint[]: keys after the last
-- param day date: the day
SELECT min(ST_XMin(g)) AS west, min(ST_YMin(g)) AS south, max(ST_XMax(g)) AS east, max(ST_YMax(g)) AS north
FROM (SELECT a.geom AS g
      FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi)
      JOIN area a ON a.valid @> %(day)s::date AND a.key >= r.lo AND a.key < r.hi
      UNION ALL
      SELECT v.geom
      FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS r (lo, hi)
      JOIN cell_version v ON v.valid @> %(day)s::date AND v.cell_key >= r.lo AND v.cell_key < r.hi
      WHERE r.hi - r.lo < 8192  -- cells of one area: a wider range has areas
      UNION ALL
      SELECT a.geom FROM area a WHERE cardinality(%(lo)s::bigint[]) = 0 AND a.valid @> %(day)s::date) x;
