-- Visits of an area that gets another number keep their place in it; also as second candidates of neighbours.
-- param lo bigint: first key of the old number
-- param hi bigint: key after its last
-- param by bigint: what is added to a key
UPDATE visit SET
    target_id = CASE WHEN target IN ('cell', 'area') AND target_id >= %(lo)s AND target_id < %(hi)s THEN target_id + %(by)s
                     ELSE target_id END,
    cell_key = CASE WHEN cell_key >= %(lo)s AND cell_key < %(hi)s THEN cell_key + %(by)s ELSE cell_key END,
    cell_alt = CASE WHEN cell_alt >= %(lo)s AND cell_alt < %(hi)s THEN cell_alt + %(by)s ELSE cell_alt END
WHERE (cell_key >= %(lo)s AND cell_key < %(hi)s) OR (cell_alt >= %(lo)s AND cell_alt < %(hi)s);
