-- What was drawn in the area; cells and communities are about another key as well.
-- param lo bigint: first key of the old number
-- param hi bigint: key after its last
-- param by bigint: what is added to a key
UPDATE spotcheck_item SET cell_key = cell_key + %(by)s,
    target_id = CASE WHEN target IN ('cell', 'area') THEN target_id + %(by)s ELSE target_id END
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s;
