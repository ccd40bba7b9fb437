-- Gaps of the area; those of cells and areas are about another key as well.
-- param lo bigint: first key of the old number
-- param hi bigint: key after its last
-- param by bigint: what is added to a key
UPDATE gap SET cell_key = cell_key + %(by)s,
    target_id = CASE WHEN target IN ('cell', 'area') THEN target_id + %(by)s ELSE target_id END
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s;
