-- Estates of an area called one way or the other.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param names text[]: the names
SELECT id, name FROM estate
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND ended IS NULL AND name = ANY(%(names)s) ORDER BY id;
