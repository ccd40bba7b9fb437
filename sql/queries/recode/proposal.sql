-- What was decided of records in cells of the area.
-- param lo bigint: first key of the old number
-- param hi bigint: key after its last
-- param by bigint: what is added to a key
UPDATE proposal SET cell_key = cell_key + %(by)s WHERE cell_key >= %(lo)s AND cell_key < %(hi)s;
