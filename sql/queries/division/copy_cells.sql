-- The cells of one division as those of a draft, each with the cell it was.
-- param source bigint: the division
-- param target bigint: the draft
INSERT INTO cell_version (division_id, ordinal, kind, code_alt, name, geom, area_m2, load, was_key)
SELECT %(target)s, v.ordinal, v.kind, v.code_alt, v.name, v.geom, v.area_m2, v.load, v.cell_key
FROM cell_version v WHERE v.division_id = %(source)s ORDER BY v.ordinal;
