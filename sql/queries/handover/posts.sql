-- Who has a post on which cell of a range on a day.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: the day
SELECT DISTINCT p.officer_id, p.cell_key
FROM post p
WHERE p.cell_key >= %(lo)s AND p.cell_key < %(hi)s AND p.target = 'cell' AND p.ended IS NULL AND p.merged_into IS NULL
  AND p.starts <= %(day)s AND (p.ends IS NULL OR p.ends >= %(day)s);
