-- A special cell with what stands in it.
-- param key bigint: the special cell
-- param day date: the day
SELECT c.key, c.code, c.code_alt, c.name, c.kind, v.area_m2, c.area_code, a.name AS area_name,
       (SELECT count(*) FROM building b WHERE b.geom && v.geom AND ST_Covers(v.geom, b.geom) AND b.kind = 'building'
        AND b.ended IS NULL) AS buildings,
       (SELECT COALESCE(sum(b.households), 0) FROM building b WHERE b.geom && v.geom AND ST_Covers(v.geom, b.geom)
        AND b.ended IS NULL) AS households,
       ST_XMin(v.geom) AS west, ST_YMin(v.geom) AS south, ST_XMax(v.geom) AS east, ST_YMax(v.geom) AS north
FROM cell c
JOIN cell_version v ON v.cell_key = c.key AND v.valid @> %(day)s::date AND v.kind <> 'basic'
LEFT JOIN area a ON a.code = c.area_code AND a.valid @> %(day)s::date
WHERE c.key = %(key)s;
