-- The subcell that each post names: by its code, or by number or name in the cell that it names.
-- needs: post/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
UPDATE stage_post s SET subcell_id = w.id, cell_key = w.cell_key
FROM (SELECT u.id, u.cell_key, u.number, u.name, c.code FROM subcell u JOIN cell c ON c.key = u.cell_key
      WHERE u.cell_key >= %(lo)s AND u.cell_key < %(hi)s AND u.ended IS NULL) w
WHERE s.target = 'subcell'
  AND (s.subcell = w.code || lpad(w.number::text, 2, '0')
       OR (s.cell_key = w.cell_key AND (s.subcell = w.name OR ltrim(s.subcell, '0') = w.number::text)));
