-- The division in force that a cell belongs to, and its number there.
-- param code text: code of the cell, ours or the office's own
SELECT v.division_id, v.ordinal FROM cell c
JOIN cell_version v ON v.cell_key = c.key
JOIN division d ON d.id = v.division_id
WHERE (c.code = %(code)s OR c.code_alt = %(code)s) AND d.status = 'published'
ORDER BY c.code = %(code)s DESC LIMIT 1;
