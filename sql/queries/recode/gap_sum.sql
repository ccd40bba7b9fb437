-- Sums under the old number: those under the new one came with the gaps.
-- param lo bigint: first key of the old number
-- param hi bigint: key after its last
-- param by bigint: what is added to a key
DELETE FROM gap_sum WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND %(by)s::bigint <> 0;
