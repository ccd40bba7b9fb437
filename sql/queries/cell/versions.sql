-- A cell and every shape it has had, the oldest first.
-- param code text: its code, ours or the office's own
SELECT c.key, c.code, c.name, c.area_code, c.born, c.ended, v.division_id, d.purpose, lower(v.valid) AS valid_from,
       upper(v.valid) AS valid_to, v.area_m2, ST_AsBinary(v.geom) AS wkb
FROM cell c
JOIN cell_version v ON v.cell_key = c.key AND v.valid IS NOT NULL
JOIN division d ON d.id = v.division_id
WHERE c.code = %(code)s OR c.code_alt = %(code)s
ORDER BY lower(v.valid), v.division_id;
