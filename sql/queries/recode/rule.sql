-- Rules of the area.
-- param lo bigint: first key of the old number
-- param hi bigint: key after its last
-- param by bigint: what is added to a key
UPDATE rule SET area_key = area_key + %(by)s WHERE area_key >= %(lo)s AND area_key < %(hi)s;
