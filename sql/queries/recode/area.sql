-- The area and all inside it get the new number; what it was stays as its own code where it has none.
-- param lo bigint: first key of the old number
-- param hi bigint: key after its last
-- param by bigint: what is added to a key
-- param old text: the old number
-- param new text: the new number
UPDATE area SET code_alt = COALESCE(code_alt, code), code = %(new)s || substr(code, length(%(old)s) + 1),
    key = key + %(by)s, keys = int8range(lower(keys) + %(by)s, upper(keys) + %(by)s)
WHERE key >= %(lo)s AND key < %(hi)s;
