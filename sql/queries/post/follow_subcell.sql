-- Posts on subcells lie in the cell of their subcell, and end with it.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: the day
UPDATE post p SET cell_key = s.cell_key,
    ends = CASE WHEN s.ended IS NULL OR p.starts >= s.ended THEN p.ends ELSE LEAST(p.ends, s.ended - 1) END,
    ended = CASE WHEN s.ended IS NOT NULL AND p.starts >= s.ended THEN s.ended ELSE p.ended END
FROM subcell s
WHERE s.id = p.subcell_id AND p.cell_key >= %(lo)s AND p.cell_key < %(hi)s AND p.ended IS NULL
  AND (p.cell_key <> s.cell_key OR (s.ended IS NOT NULL AND (p.ends IS NULL OR p.ends >= %(day)s)));
