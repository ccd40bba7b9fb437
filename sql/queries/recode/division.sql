-- Divisions of the area and of what is inside it.
-- param lo bigint: first key of the old number
-- param hi bigint: key after its last
-- param by bigint: what is added to a key
-- param old text: the old number
-- param new text: the new number
UPDATE division SET area_code = %(new)s || substr(area_code, length(%(old)s) + 1),
    keys = int8range(lower(keys) + %(by)s, upper(keys) + %(by)s)
WHERE keys <@ int8range(%(lo)s, %(hi)s);
