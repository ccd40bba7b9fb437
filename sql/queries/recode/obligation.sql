-- Obligations of the area, closed ones too; those of cells and areas are for another key as well.
-- param lo bigint: first key of the old number
-- param hi bigint: key after its last
-- param by bigint: what is added to a key
UPDATE obligation o SET cell_key = o.cell_key + %(by)s,
    target_id = CASE WHEN r.target IN ('cell', 'area') THEN o.target_id + %(by)s ELSE o.target_id END
FROM rule r
WHERE r.id = o.rule_id AND o.cell_key >= %(lo)s AND o.cell_key < %(hi)s;
