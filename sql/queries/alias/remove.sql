-- Take a name away.
-- param id bigint: number
-- param lo bigint: first key of the caller's area
-- param hi bigint: key after the last
DELETE FROM place_alias WHERE id = %(id)s AND cell_key >= %(lo)s AND cell_key < %(hi)s
RETURNING name, target;
