-- The cells of one division.
-- param division_id bigint: number
SELECT v.ordinal, v.cell_key AS key, c.code, COALESCE(c.code_alt, v.code_alt) AS code_alt,
       COALESCE(c.name, v.name) AS name, v.area_m2, v.load, v.was_key, v.kind, ST_AsBinary(v.geom) AS wkb
FROM cell_version v
LEFT JOIN cell c ON c.key = v.cell_key
WHERE v.division_id = %(division_id)s
ORDER BY v.ordinal;
