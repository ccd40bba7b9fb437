-- Areas of a day inside a range, with the number of cells and buildings.
-- param day date: the day
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT a.code, a.level, a.name, a.name_en, a.code_alt, p.code AS parent, a.area_m2, a.valid, ST_XMin(a.geom) AS west,
       ST_YMin(a.geom) AS south, ST_XMax(a.geom) AS east, ST_YMax(a.geom) AS north, a.key,
       (SELECT count(*) FROM cell c WHERE c.key >= lower(a.keys) AND c.key < upper(a.keys) AND c.kind = 'basic'
        AND c.ended IS NULL) AS cells
FROM area a
LEFT JOIN area p ON p.key = a.parent_key AND p.valid @> %(day)s::date
WHERE a.valid @> %(day)s::date AND a.key >= %(lo)s AND a.key < %(hi)s
ORDER BY a.code;
