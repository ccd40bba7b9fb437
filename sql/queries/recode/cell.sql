-- Cells of the area, ended ones too; their shapes follow by their foreign key.
-- param lo bigint: first key of the old number
-- param hi bigint: key after its last
-- param by bigint: what is added to a key
-- param old text: the old number
-- param new text: the new number
UPDATE cell SET key = key + %(by)s, code_alt = COALESCE(code_alt, code),
    code = CASE WHEN starts_with(code, %(old)s) THEN %(new)s || substr(code, length(%(old)s) + 1) ELSE code END,
    area_code = %(new)s || substr(area_code, length(%(old)s) + 1)
WHERE key >= %(lo)s AND key < %(hi)s;
