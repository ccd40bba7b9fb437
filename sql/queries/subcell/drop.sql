-- Buildings that lie in another cell than their subcell belong to it no more.
-- param lo bigint: first key
-- param hi bigint: key after the last
UPDATE subcell_member m SET live = s.cell_key = b.cell_key, cell_key = s.cell_key
FROM subcell s, building b
WHERE s.id = m.subcell_id AND b.id = m.building_id AND m.live AND (m.cell_key <> s.cell_key OR s.cell_key <> b.cell_key)
  AND m.cell_key >= %(lo)s AND m.cell_key < %(hi)s;
