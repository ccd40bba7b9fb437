-- Basic cells in force in a range, or the one with a code.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param code text: only this cell, by our code or the office's own; none: all of the range
SELECT c.key, c.code, c.name, ST_AsBinary(v.geom) AS wkb
FROM cell c
JOIN cell_version v ON v.cell_key = c.key AND upper_inf(v.valid)
WHERE c.ended IS NULL AND c.kind = 'basic' AND c.key >= %(lo)s AND c.key < %(hi)s
  AND (%(code)s::text IS NULL OR c.code = %(code)s OR c.code_alt = %(code)s)
ORDER BY c.key;
