-- Posts on duty zones lie in the cell that their zone lies in now, and end with it.
-- param lo bigint: first key
-- param hi bigint: key after the last
UPDATE post p SET cell_key = z.cell_key,
    ends = CASE WHEN z.ended IS NULL OR p.starts >= z.ended THEN p.ends ELSE LEAST(p.ends, z.ended - 1) END,
    ended = CASE WHEN z.ended IS NOT NULL AND p.starts >= z.ended THEN z.ended ELSE p.ended END
FROM zone z
WHERE z.id = p.zone_id AND z.cell_key >= %(lo)s AND z.cell_key < %(hi)s AND p.ended IS NULL AND z.merged_into IS NULL
  AND (p.cell_key <> z.cell_key OR (z.ended IS NOT NULL AND (p.ends IS NULL OR p.ends >= z.ended)));
