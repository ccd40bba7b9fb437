-- A cell or area by its key, with what stands in it.
-- param key bigint: cell or area
-- param day date: the day
SELECT u.key, u.code, u.code_alt, u.name, u.kind, u.area_m2, u.area_code, a.name AS area_name,
       (SELECT count(*) FROM building b WHERE b.cell_key = u.key AND b.kind = 'building') AS buildings,
       (SELECT COALESCE(sum(b.households), 0) FROM building b WHERE b.cell_key = u.key) AS households,
       u.west, u.south, u.east, u.north
FROM (SELECT c.key, c.code, c.code_alt, c.name, 'cell' AS kind, v.area_m2, c.area_code, ST_XMin(v.geom) AS west,
             ST_YMin(v.geom) AS south, ST_XMax(v.geom) AS east, ST_YMax(v.geom) AS north
      FROM cell c JOIN cell_version v ON v.cell_key = c.key AND v.valid @> %(day)s::date
      WHERE c.key = %(key)s AND v.kind = 'basic'
      UNION ALL
      SELECT a.key, a.code, a.code_alt, a.name, 'area', a.area_m2, a.code, ST_XMin(a.geom), ST_YMin(a.geom),
             ST_XMax(a.geom), ST_YMax(a.geom)
      FROM area a WHERE a.key = %(key)s AND a.valid @> %(day)s::date) u
LEFT JOIN area a ON a.code = u.area_code AND a.valid @> %(day)s::date;
