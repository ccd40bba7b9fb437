-- Units of a range: cells of published basic divisions, and lowest areas that are not divided.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: the day
SELECT v.cell_key AS key, c.code, c.code_alt, c.name, 'cell' AS kind, c.area_code, v.area_m2, ST_AsBinary(v.geom) AS wkb
FROM division d
JOIN cell_version v ON v.division_id = d.id
JOIN cell c ON c.key = v.cell_key
WHERE d.purpose = 'basic' AND d.status = 'published' AND d.valid @> %(day)s::date
  AND d.keys && int8range(%(lo)s, %(hi)s) AND v.cell_key >= %(lo)s AND v.cell_key < %(hi)s
UNION ALL
SELECT a.key, a.code, a.code_alt, a.name, 'area', a.code, a.area_m2, ST_AsBinary(a.geom)
FROM area a
WHERE a.valid @> %(day)s::date AND a.key >= %(lo)s AND a.key < %(hi)s
  AND NOT EXISTS (SELECT FROM area c WHERE c.parent_key = a.key AND c.valid @> %(day)s::date)
  AND NOT EXISTS (SELECT FROM division d WHERE d.purpose = 'basic' AND d.status = 'published'
                  AND d.valid @> %(day)s::date AND d.keys @> a.keys)
ORDER BY key;
