-- What belongs to the subcells in use of a range.
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT m.subcell_id, s.number, s.cell_key, m.building_id, m.unit_no
FROM subcell_member m JOIN subcell s ON s.id = m.subcell_id
WHERE m.cell_key >= %(lo)s AND m.cell_key < %(hi)s AND m.live
ORDER BY m.subcell_id, m.building_id, m.unit_no;
