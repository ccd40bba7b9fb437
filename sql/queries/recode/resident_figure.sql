-- Published counts of the area.
-- param lo bigint: first key of the old number
-- param hi bigint: key after its last
-- param by bigint: what is added to a key
UPDATE resident_figure SET key = key + %(by)s WHERE key >= %(lo)s AND key < %(hi)s;
