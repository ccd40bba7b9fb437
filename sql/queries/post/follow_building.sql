-- Posts on buildings and stairwells lie in the cell that their building lies in now.
-- param lo bigint: first key
-- param hi bigint: key after the last
UPDATE post p SET cell_key = b.cell_key FROM building b
WHERE b.id = p.building_id AND p.target IN ('building', 'unit') AND p.cell_key <> b.cell_key
  AND b.cell_key >= %(lo)s AND b.cell_key < %(hi)s;
