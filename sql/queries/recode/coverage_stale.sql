-- Nothing is left to be worked out under the old number.
-- param lo bigint: first key of the old number
-- param hi bigint: key after its last
-- param by bigint: what is added to a key
DELETE FROM coverage_stale WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND %(by)s::bigint <> 0;
