-- Cells that a restored draft brings back.
-- param lo bigint: first key of the old number
-- param hi bigint: key after its last
-- param by bigint: what is added to a key
UPDATE cell_version SET was_key = was_key + %(by)s WHERE was_key >= %(lo)s AND was_key < %(hi)s;
