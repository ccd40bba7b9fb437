-- Names of places in an area that gets another number.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param by bigint: what is added
UPDATE place_alias SET cell_key = cell_key + %(by)s WHERE cell_key >= %(lo)s AND cell_key < %(hi)s;
