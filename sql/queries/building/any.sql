-- Whether an area has any building.
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT EXISTS (SELECT FROM building WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND kind = 'building');
