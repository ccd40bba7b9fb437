-- Subcells that nothing belongs to any more.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: day after their last
UPDATE subcell s SET ended = %(day)s
WHERE s.ended IS NULL AND s.cell_key >= %(lo)s AND s.cell_key < %(hi)s
  AND NOT EXISTS (SELECT FROM subcell_member m WHERE m.subcell_id = s.id AND m.live);
