-- Visits that name a cell, and whose cell is no more: they stay in its area.
-- param lo bigint: first key
-- param hi bigint: key after the last
UPDATE visit e SET cell_key = e.cell_key / 8192 * 8192
FROM cell c
WHERE c.key = e.cell_key AND c.ended IS NOT NULL AND e.cell_key >= %(lo)s AND e.cell_key < %(hi)s
  AND mod(e.cell_key, 8192) <> 0 AND (e.geom IS NULL OR e.target_id IS NOT NULL);
